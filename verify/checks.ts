import { loadResources } from '../packages/local/src/cloudformation/start.ts';
import { silentLog } from '../packages/local/src/log.ts';
import { cfnLint } from './cfn-lint.ts';
import { checkov } from './checkov.ts';
import { endToEndUsage } from './end-to-end.ts';
import type { Finding } from './findings.ts';
import { limitFindings } from './limits.ts';
import { wideGrants } from './permissions.ts';
import type { PackageOptions, Stack } from './stacks.ts';
import { runTool } from './tools.ts';
import { deniedCalls, unusedGrants } from './usage.ts';
import { workflowFindings } from './workflows.ts';

/** One check. Its name is that of its section in explanations.yml, too. */
export interface Check {
  readonly name: string;
  /** What it looks at. */
  readonly of: string;
  run(): Promise<Finding[]> | Finding[];
}

interface Options extends PackageOptions {
  /** Where the end-to-end tests noted which permissions they asked for; without it, they are run. */
  readonly usage: string | undefined;
}

/** Everything that is checked, in this order. */
export const checksOf = (stacks: readonly Stack[], options: Options): readonly Check[] => {
  const byTarget = [...Map.groupBy(stacks, ({ target }) => target).values()];
  const local = byTarget.find(([first]) => first?.target.stage === 'local') ?? [];
  const resources = () =>
    loadResources(local, {
      ...{ stage: 'local', region: 'us-east-1', accountId: '000000000000' },
      ...{ endpoint: 'http://127.0.0.1:4566', log: silentLog },
    });
  const usage = () => endToEndUsage(local, options.usage, options);
  const inLocal = (found: Omit<Finding, 'targets'>): Finding => ({ ...found, targets: ['local'] });
  const templates = `${stacks.length} templates`;
  return [
    { name: 'cfn-lint', of: templates, run: () => runTool(cfnLint, stacks, options) },
    { name: 'checkov', of: templates, run: () => runTool(checkov, stacks, options) },
    {
      name: 'permissions',
      of: templates,
      run: () =>
        stacks.flatMap(({ service, template, target }) =>
          wideGrants({ service, resources: template.Resources }).map((found) => ({
            ...found,
            targets: [target.name],
          })),
        ),
    },
    { name: 'workflows', of: templates, run: () => byTarget.flatMap(workflowFindings) },
    { name: 'limits', of: templates, run: () => limitFindings(stacks) },
    {
      name: 'unused',
      of: 'grants in the end-to-end tests',
      run: async () => unusedGrants(resources(), await usage()).map(inLocal),
    },
    {
      name: 'denied',
      of: 'calls in the end-to-end tests',
      run: async () => deniedCalls(resources(), await usage()).map(inLocal),
    },
  ];
};
