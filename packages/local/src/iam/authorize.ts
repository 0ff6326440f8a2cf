import { AwsError, type Caller, type Cloud, type Permission } from '../cloud.ts';
import { missingLink } from './hint.ts';
import { collectPolicies, type Policies } from './policies.ts';
import { type Decision, decide, matchesWildcard, type Statement } from './policy.ts';

/** Throws AccessDeniedException, worded as AWS words it, for a permission that the caller lacks. */
export type Authorize = (caller: Caller, permissions: readonly Permission[]) => void;

/** Decides by the roles and resource policies of the templates, and prints which link is missing. */
export const createAuthorize = (
  cloud: Pick<Cloud, 'resources' | 'ofType' | 'stage' | 'accountId' | 'log'>,
): Authorize => {
  const policies = collectPolicies(cloud);
  // Policies don't change while the cloud runs, so each distinct question is answered once.
  const decisions = new Map<string, Decision>();

  const check = (caller: Caller, permission: Permission): void => {
    if (caller.kind === 'root') return;
    const decision = remembered(decisions, caller, permission, () => judge(policies, caller, permission));
    if (decision === 'allowed') return;
    const hint = missingLink(cloud, caller, permission);
    const message = denial(cloud.accountId, caller, permission, decision);
    cloud.log.error('iam', hint === undefined ? message : `${message}: ${hint}`);
    throw new AwsError('AccessDeniedException', message, 400);
  };
  return (caller, permissions) => {
    for (const permission of permissions) check(caller, permission);
  };
};

/** Keys in the request context make the questions too many to remember. */
const remembered = (
  decisions: Map<string, Decision>,
  caller: Exclude<Caller, { kind: 'root' }>,
  permission: Permission,
  judgeIt: () => Decision,
): Decision => {
  if (permission.context !== undefined) return judgeIt();
  const who = caller.kind === 'role' ? caller.roleArn : `${caller.principal} ${caller.sourceArn}`;
  const key = `${who} ${permission.action} ${permission.resource}`;
  const known = decisions.get(key);
  if (known !== undefined) return known;
  const decision = judgeIt();
  if (decisions.size > 10_000) decisions.clear();
  decisions.set(key, decision);
  return decision;
};

const judge = (
  policies: Policies,
  caller: Exclude<Caller, { kind: 'root' }>,
  asked: Permission,
): Decision => {
  const resourceStatements = policies
    .ofResource(asked.resource)
    .filter((statement) => names(statement, caller));
  if (caller.kind === 'service') {
    const context = { 'aws:SourceArn': caller.sourceArn, ...asked.context };
    return decide(resourceStatements, { ...asked, context });
  }
  // Within one account an Allow on either side is enough, and a Deny on either side is final.
  return decide([...policies.ofRole(caller.roleArn), ...resourceStatements], asked);
};

const names = ({ Principal }: Statement, caller: Exclude<Caller, { kind: 'root' }>): boolean => {
  if (Principal === undefined) return false;
  if (Principal === '*') return true;
  if (caller.kind === 'service') return [Principal.Service ?? []].flat().includes(caller.principal);
  return [Principal.AWS ?? []].flat().some((pattern) => matchesWildcard(pattern as string, caller.roleArn));
};

const denial = (
  accountId: string,
  caller: Exclude<Caller, { kind: 'root' }>,
  { action, resource }: Permission,
  decision: Decision,
): string => {
  const user =
    caller.kind === 'role'
      ? `arn:aws:sts::${accountId}:assumed-role/${caller.roleArn.split('/').at(-1)}/${caller.name}`
      : caller.principal;
  const base = caller.kind === 'role' ? 'identity-based' : 'resource-based';
  const why =
    decision === 'denied explicitly'
      ? `with an explicit deny in an ${base} policy`.replace('an resource', 'a resource')
      : `because no ${base} policy allows the ${action} action`;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
};
