import { basename } from 'node:path';
import { StartError } from '../packages/local/src/start-error.ts';
import type { Tool } from './tools.ts';

interface Report {
  readonly results?: {
    readonly failed_checks: readonly Failed[];
    readonly parsing_errors: readonly string[];
  };
}

interface Failed {
  readonly check_id: string;
  readonly check_name: string;
  readonly file_path: string;
  /** `<type>.<logical id>`. */
  readonly resource: string;
}

/** Checks a template against the practices of security. Its severities need an account, so every finding counts. */
export const checkov: Tool = {
  name: 'checkov',
  canary: 'CKV_AWS_28',
  args: (files) => [
    ...files.flatMap((file) => ['--file', file]),
    ...['--framework', 'cloudformation', '--output', 'json', '--compact', '--quiet', '--skip-download'],
  ],
  parse: (output, target) => {
    const reports = [JSON.parse(output)].flat() as Report[];
    const unread = reports.flatMap(({ results }) => results?.parsing_errors ?? []);
    if (reports.every(({ results }) => results === undefined))
      throw new StartError('checkov looked at nothing');
    if (unread.length > 0) throw new StartError(`checkov can't read ${unread.join(', ')}`);
    return reports
      .flatMap(({ results }) => results?.failed_checks ?? [])
      .map(({ check_id, check_name, file_path, resource }) => ({
        rule: check_id,
        where: `${basename(file_path, '.json')}.${resource.split('.').at(-1)}`,
        message: check_name,
        targets: [target],
      }));
  },
};
