import { basename } from 'node:path';
import type { Tool } from './tools.ts';

interface Match {
  readonly Filename: string;
  readonly Message: string;
  readonly Location: { readonly Path?: readonly (string | number)[] };
  readonly Rule: { readonly Id: string };
}

/** Checks a template against the schemas of its resources, and more. Its rule W3037 knows every action of IAM. */
export const cfnLint: Tool = {
  name: 'cfn-lint',
  canary: 'W3037',
  args: (files, region) => ['--format', 'json', '--regions', region, '--', ...files],
  parse: (output, target) =>
    (JSON.parse(output) as Match[]).map(({ Filename, Message, Location: { Path = [] }, Rule }) => {
      const [section, name, ...inside] = Path;
      const service = basename(Filename, '.json');
      return {
        rule: Rule.Id,
        where: section === 'Resources' && name !== undefined ? `${service}.${name}` : service,
        // Some messages list every name that would be right.
        message: `${Message.slice(0, 160)} (${inside.join('.') || section})`,
        targets: [target],
      };
    }),
};
