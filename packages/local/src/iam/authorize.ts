import { AwsError, type Caller, type Cloud, type Permission } from '../cloud.ts';
import { type Candidates, type Decision, type Denial, decide } from './decide.ts';
import { missingLink } from './hint.ts';
import { collectPolicies, type Policies } from './policies.ts';
import { namingOf, userOf } from './principals.ts';
import { requestContext } from './request-context.ts';
import type { CompiledStatement } from './statement.ts';
import type { NoteUsage } from './usage.ts';

/** Throws AccessDeniedException, worded as AWS words it, for a permission that the caller lacks. */
export type Authorize = (caller: Caller, permissions: readonly Permission[]) => void;

type Actor = Exclude<Caller, { kind: 'root' }>;

/** An answer, or what is left to ask each time because conditions decide. */
type Plan = { readonly decision: Decision } | { readonly candidates: Candidates };

/** Actions and resources are few; a resource named by user input must not fill the memory. */
const MAX_PLANS = 10_000;

/**
 * Decides by the roles and resource policies of the templates, and prints which link is missing. `note` is told of
 * every question.
 */
export const createAuthorize = (
  cloud: Pick<Cloud, 'resources' | 'ofType' | 'stage' | 'accountId' | 'region' | 'log'>,
  note?: NoteUsage,
): Authorize => {
  const policies = collectPolicies(cloud);
  // Policies don't change while the cloud runs, so what they say to an action on a resource is worked out once.
  const plans = new Map<string, Map<string, Map<string, Map<string, Plan>>>>();
  let size = 0;

  const planFor = (caller: Actor, { action, resource }: Permission): Plan => {
    const [who, as] =
      caller.kind === 'role' ? [caller.roleArn, caller.name] : [caller.principal, caller.sourceArn];
    const known = plans.get(who)?.get(as)?.get(action)?.get(resource);
    if (known !== undefined) return known;
    if (size++ > MAX_PLANS) {
      plans.clear();
      size = 0;
    }
    const plan = makePlan(policies, caller, { action, resource }, cloud.accountId);
    branch(branch(branch(plans, who), as), action).set(resource, plan);
    return plan;
  };

  const check = (caller: Actor, permission: Permission): void => {
    const plan = planFor(caller, permission);
    const decision = 'decision' in plan ? plan.decision : judge(plan.candidates, cloud, caller, permission);
    note?.(caller, permission, decision === 'allowed');
    if (decision === 'allowed') return;
    const message = denialMessage(cloud.accountId, caller, permission, decision);
    const hint = missingLink(cloud, caller, permission);
    cloud.log.error('iam', hint === undefined ? message : `${message}: ${hint}`);
    throw permission.refusal?.(message) ?? new AwsError('AccessDeniedException', message, 400);
  };
  return (caller, permissions) => {
    if (caller.kind === 'root') return;
    for (const permission of permissions) check(caller, permission);
  };
};

const branch = <Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> => {
  let found = map.get(key);
  if (found === undefined) {
    found = new Map();
    map.set(key, found);
  }
  return found;
};

const makePlan = (
  policies: Policies,
  caller: Actor,
  { action, resource }: Permission,
  accountId: string,
): Plan => {
  const lowerCase = action.toLowerCase();
  const concerns = (statement: CompiledStatement) =>
    statement.action(lowerCase) && (statement.resource?.(resource) ?? true);
  const ofService = caller.kind === 'service';
  const { identity, boundary } = ofService
    ? { identity: [], boundary: undefined }
    : policies.ofRole(caller.roleArn);
  const named = policies
    .ofResource(resource)
    .filter(concerns)
    .flatMap((statement) => {
      const naming = namingOf(statement, caller, accountId);
      return naming === undefined ? [] : [{ ...statement, naming }];
    });
  const candidates: Candidates = {
    identity: identity.filter(concerns),
    boundary: boundary?.filter(concerns),
    resource: named,
    ofService,
    ofKey: resource.startsWith('arn:aws:kms:'),
  };
  const all = [...candidates.identity, ...(candidates.boundary ?? []), ...candidates.resource];
  return all.some(({ applies }) => applies !== undefined)
    ? { candidates }
    : { decision: decide(candidates, () => true) };
};

const judge = (
  candidates: Candidates,
  cloud: Pick<Cloud, 'accountId' | 'region'>,
  caller: Actor,
  permission: Permission,
): Decision => {
  const lookup = requestContext(cloud, caller, permission);
  return decide(candidates, ({ applies }) => applies?.(permission.resource, lookup) ?? true);
};

const denialMessage = (
  accountId: string,
  caller: Actor,
  { action, resource }: Permission,
  { explicit, by }: Denial,
): string => {
  const article = by === 'identity-based policy' ? 'an' : 'a';
  const why = explicit
    ? `with an explicit deny in ${article} ${by}`
    : `because no ${by} allows the ${action} action`;
  return `User: ${userOf(accountId, caller)} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
};
