import type { Cloud, Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { resourcePolicies } from './resource-policies.ts';
import { type CompiledStatement, compilePolicy, type Kind, type PolicyDocument } from './statement.ts';

/** What decides about a role: what its policies say, and the boundary that they can't go beyond. */
export interface RolePolicies {
  readonly identity: readonly CompiledStatement[];
  readonly boundary: readonly CompiledStatement[] | undefined;
}

export interface Policies {
  ofRole(roleArn: string): RolePolicies;
  /** Who may do what to a queue, a topic, a function, a secret, a key, a bucket or a bus. */
  ofResource(arn: string): readonly CompiledStatement[];
}

interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyDocument: PolicyDocument }[];
  readonly ManagedPolicyArns?: readonly string[];
  readonly PermissionsBoundary?: string;
}

interface AttachedPolicy {
  readonly PolicyDocument: PolicyDocument;
  readonly Roles?: readonly string[];
  readonly RoleName?: string;
}

/** AWS's own policies that only grant what nothing here checks: logs, network interfaces, traces. */
const WITHOUT_EFFECT =
  /^arn:aws:iam::aws:policy\/(service-role\/AWSLambda(BasicExecution|VPCAccessExecution)Role|AWSXRayDaemonWriteAccess|CloudWatchLambdaInsightsExecutionRolePolicy)$/;

/**
 * Gathers the policies of all templates.
 *
 * @throws StartError for a policy that AWS would call malformed.
 */
export const collectPolicies = (cloud: Pick<Cloud, 'ofType' | 'log'>): Policies => {
  const roles = cloud.ofType<RoleProperties>('AWS::IAM::Role');
  const roleArns = new Map(roles.map(({ ref, arn }) => [ref, arn]));
  const managed = new Map<string, readonly CompiledStatement[]>();
  const byRole = new Map<string, CompiledStatement[]>();
  const boundaries = new Map<string, readonly CompiledStatement[]>();
  const attach = (role: string, statements: readonly CompiledStatement[]) =>
    add(byRole, roleArns.get(role) ?? role, statements);

  for (const policy of cloud.ofType<AttachedPolicy>('AWS::IAM::ManagedPolicy')) {
    const statements = compileAt(policy, 'PolicyDocument', policy.properties.PolicyDocument, 'identity');
    managed.set(policy.arn, statements);
    for (const role of policy.properties.Roles ?? []) attach(role, statements);
  }
  const managedPolicy = ({ ref }: Pick<Resource, 'ref'>, arn: string): readonly CompiledStatement[] => {
    const statements = managed.get(arn);
    if (statements === undefined && !WITHOUT_EFFECT.test(arn)) {
      cloud.log.warn('iam', `${ref}: what ${arn} grants is not known here, and so not granted`);
    }
    return statements ?? [];
  };
  for (const role of roles) {
    const { Policies = [], ManagedPolicyArns = [], PermissionsBoundary } = role.properties;
    for (const [index, { PolicyDocument }] of Policies.entries()) {
      const at = `Policies[${index}].PolicyDocument`;
      add(byRole, role.arn, compileAt(role, at, PolicyDocument, 'identity'));
    }
    for (const arn of ManagedPolicyArns) add(byRole, role.arn, managedPolicy(role, arn));
    if (PermissionsBoundary !== undefined) {
      boundaries.set(role.arn, managedPolicy(role, PermissionsBoundary));
    }
  }
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy']) {
    for (const policy of cloud.ofType<AttachedPolicy>(type)) {
      const { Roles = [], RoleName, PolicyDocument } = policy.properties;
      const statements = compileAt(policy, 'PolicyDocument', PolicyDocument, 'identity');
      for (const role of RoleName === undefined ? Roles : [RoleName]) attach(role, statements);
    }
  }

  const byResource = new Map<string, CompiledStatement[]>();
  for (const { of, on, at, document } of resourcePolicies(cloud)) {
    add(byResource, on, compileAt(of, at, document, 'resource'));
  }
  const none: readonly CompiledStatement[] = [];
  return {
    ofRole: (arn) => ({ identity: byRole.get(arn) ?? none, boundary: boundaries.get(arn) }),
    ofResource: (arn) => byResource.get(holderOf(arn)) ?? none,
  };
};

/** An object is under its bucket's policy. */
const holderOf = (arn: string): string => (arn.startsWith('arn:aws:s3:') ? (arn.split('/')[0] ?? arn) : arn);

const add = (
  map: Map<string, CompiledStatement[]>,
  key: string,
  statements: readonly CompiledStatement[],
): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [...statements]);
  else known.push(...statements);
};

/** Compiles a policy; what is wrong with it is said with the template, the resource and the place. */
export const compileAt = (
  { service, logicalId }: Pick<Resource, 'service' | 'logicalId'>,
  at: string,
  document: PolicyDocument | undefined,
  kind: Kind,
): readonly CompiledStatement[] => {
  try {
    return compilePolicy(document ?? {}, kind);
  } catch (error) {
    throw new StartError(
      `The template of ${service}: the policy is malformed: ${(error as Error).message} (at Resources.${logicalId}.Properties.${at})`,
    );
  }
};
