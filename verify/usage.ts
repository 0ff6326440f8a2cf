import type { Resource } from '../packages/local/src/cloud.ts';
import type { Usage } from '../packages/local/src/iam/usage.ts';
import type { Finding } from './findings.ts';
import { type Grant, grantsOf } from './grants.ts';

type Found = Omit<Finding, 'targets'>;

/** Grants that no test needs: what is called with them is granted by others as well, or nothing is. */
export const unusedGrants = (resources: readonly Resource[], usage: readonly Usage[]): Found[] => {
  const allowed = usage.filter((each) => each.allowed);
  return grantsOf(resources).flatMap((grants) =>
    unneeded(grants, allowed).map(({ where, actions, resources }) => ({
      rule: actions[0] ?? '',
      where,
      message: `no end-to-end test needs ${actions.join(', ')} on ${resources.join(', ')}: take it away, or test what needs it`,
    })),
  );
};

const unneeded = (grants: readonly Grant[], allowed: readonly Usage[]): Grant[] => {
  const kept = new Set(grants);
  for (const grant of grants) {
    const others = [...kept].filter((other) => other !== grant);
    const needed = allowed.some(
      (each) => grant.matches(each) && !others.some((other) => other.matches(each)),
    );
    if (!needed) kept.delete(grant);
  }
  return grants.filter((grant) => !kept.has(grant));
};

/** Calls that were made and denied. */
export const deniedCalls = (resources: readonly Resource[], usage: readonly Usage[]): Found[] => {
  const places = new Map(resources.map(({ arn, service, logicalId }) => [arn, `${service}.${logicalId}`]));
  return usage
    .filter(({ allowed }) => !allowed)
    .map(({ by, source, action, resource }) => ({
      rule: action,
      where: places.get(by) ?? by,
      message: `was denied on ${resource}${source === undefined ? '' : ` on behalf of ${source}`}`,
    }));
};

/** How many grants hold an action that no test uses, by action: a level grants all that its readers or writers may need. */
export const unusedActions = (
  resources: readonly Resource[],
  usage: readonly Usage[],
): Map<string, number> => {
  const allowed = usage.filter((each) => each.allowed);
  const counts = new Map<string, number>();
  for (const grant of grantsOf(resources).flat()) {
    const used = new Set(
      allowed.filter((each) => grant.matches(each)).map(({ action }) => action.toLowerCase()),
    );
    if (used.size === 0) continue;
    for (const action of grant.actions.filter((each) => !used.has(each.toLowerCase()))) {
      counts.set(action, (counts.get(action) ?? 0) + 1);
    }
  }
  return counts;
};
