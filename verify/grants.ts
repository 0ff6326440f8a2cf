import type { Resource } from '../packages/local/src/cloud.ts';
import { glob } from '../packages/local/src/iam/glob.ts';
import { type ResourcePolicy, resourcePolicies } from '../packages/local/src/iam/resource-policies.ts';
import {
  type CompiledStatement,
  compilePolicy,
  type PolicyDocument,
  type Statement,
} from '../packages/local/src/iam/statement.ts';
import type { Usage } from '../packages/local/src/iam/usage.ts';

/** What one level of a link grants, or one statement of another policy: it is needed as a whole, or not at all. */
export interface Grant {
  /** `<service>.<logical id>` of the resource that holds the policy. */
  readonly where: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  matches(usage: Usage): boolean;
}

/** Every grant of the resolved templates, by the policy that it stands in. */
export const grantsOf = (resources: readonly Resource[]): readonly (readonly Grant[])[] => {
  const ofType = <P>(type: string) =>
    resources.filter((each) => each.type === type) as unknown as readonly Resource<P>[];
  // One policy may be that of several resources, such as of a queue and its dead-letter queue.
  const policies = Map.groupBy(resourcePolicies({ ofType }), ({ of }) => of);
  return [
    ...ofType<RoleProperties>('AWS::IAM::Role').map(roleGrants),
    ...[...policies.values()].map(policyGrants),
  ];
};

interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyDocument: PolicyDocument }[];
}

const policyGrants = (policies: readonly ResourcePolicy[]): readonly Grant[] => {
  const { of, document } = policies[0] as ResourcePolicy;
  const resources = policies.map(({ on }) => on);
  return statementsOf(document).map((statement) => {
    const compiled = compile(statement, 'resource');
    return {
      ...described(`${of.service}.${of.logicalId}`, statement),
      resources,
      matches: (usage) =>
        resources.some((on) => usage.resource === on || usage.resource.startsWith(`${on}/`)) &&
        speaksOf(compiled, usage) &&
        isNamed(statement, usage) &&
        fulfils(statement, usage),
    };
  });
};

const statementsOf = ({ Statement = [] }: PolicyDocument): Statement[] =>
  ([Statement].flat() as Statement[]).filter(({ Effect }) => Effect === 'Allow');

const compile = (statement: Statement, kind: 'identity' | 'resource'): CompiledStatement =>
  compilePolicy({ Version: '2012-10-17', Statement: statement }, kind)[0] as CompiledStatement;

const described = (where: string, { Action = [], Resource = [] }: Statement) => ({
  where,
  actions: [Action].flat() as string[],
  resources: [Resource].flat() as string[],
});

const speaksOf = ({ action, resource }: CompiledStatement, usage: Usage): boolean =>
  action(usage.action.toLowerCase()) && (resource?.(usage.resource) ?? true);

const roleGrants = ({
  service,
  logicalId,
  arn,
  properties: { Policies = [] },
}: Resource<RoleProperties>): readonly Grant[] => {
  const single = Policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument)).map(
    (statement): Grant => {
      const compiled = compile(statement, 'identity');
      return {
        ...described(`${service}.${logicalId}`, statement),
        matches: (usage) => usage.by === arn && speaksOf(compiled, usage) && fulfils(statement, usage),
      };
    },
  );
  return single
    .filter((grant) => !single.some((other) => isPartOf(grant, other)))
    .map((grant) => {
      const parts = [grant, ...single.filter((other) => isPartOf(other, grant))];
      return {
        ...grant,
        resources: parts.flatMap(({ resources }) => resources),
        matches: (usage) => parts.some((part) => part.matches(usage)),
      };
    });
};

/** A level grants the same on what is within the resource, such as on a table's indexes, in a statement of its own. */
const isPartOf = (inner: Grant, outer: Grant): boolean =>
  inner !== outer &&
  inner.actions.every((action) => outer.actions.includes(action)) &&
  inner.resources.every((resource) => outer.resources.some((whole) => resource.startsWith(`${whole}/`)));

/** Whether a resource's policy names the caller. */
const isNamed = ({ Principal }: Statement, { by }: Usage): boolean => {
  const names = typeof Principal === 'object' ? Object.values(Principal).flat() : [Principal ?? '*'];
  const account = by.split(':')[4];
  return names.some(
    (name) => name === '*' || name === by || (account && name === `arn:aws:iam::${account}:root`),
  );
};

/** The conditions that tell one grant from another: on whose behalf, by way of which service, and for which table. */
const fulfils = ({ Condition = {} }: Statement, { source, via, table }: Usage): boolean => {
  const known: Readonly<Record<string, string | undefined>> = {
    'aws:sourcearn': source,
    'kms:viaservice': via,
    'kms:encryptioncontext:aws:dynamodb:tablename': table,
  };
  return Object.values(Condition).every((test: object) =>
    Object.entries(test).every(([key, wanted]) => {
      const name = key.toLowerCase();
      return !(name in known) || [wanted].flat().some((pattern) => glob(pattern)(known[name] ?? ''));
    }),
  );
};
