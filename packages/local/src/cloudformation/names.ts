import type { Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import type { Template } from './templates.ts';

/** Refuses what AWS refuses: a second resource of a name that an account can have once. An ARN says which those are. */
export const refuseTakenNames = (
  stacks: readonly { readonly template: Template; readonly resources: readonly Resource[] }[],
): void => {
  const owners = new Map<string, string>();
  for (const { template, resources } of stacks) {
    for (const { arn, logicalId, type } of resources) {
      if (!arn.startsWith('arn:')) continue;
      const name = `${type} ${arn}`;
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw new StartError(
          `${template.file}: ${type} "${logicalId}" has the name of ${owner}: give one of them another (at Resources.${logicalId})`,
        );
      }
      owners.set(name, `"${logicalId}" in ${template.service}`);
    }
  }
};
