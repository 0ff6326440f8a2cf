import type { Cloud, Permission, Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { decide } from './decide.ts';
import { compileAt } from './policies.ts';
import { namingOf } from './principals.ts';
import { requestContext } from './request-context.ts';
import type { CompiledStatement, PolicyDocument } from './statement.ts';

/** Which service acts under the roles of a type of resource, where the role stands, and what AWS says at deploy where it may not. */
interface Use {
  readonly type: string;
  readonly service: string;
  roles(properties: Record<string, unknown>): readonly unknown[];
  refusal(roleArn: string): string;
}

const uses: readonly Use[] = [
  {
    type: 'AWS::Lambda::Function',
    service: 'lambda.amazonaws.com',
    roles: ({ Role }) => [Role],
    refusal: () => 'The role defined for the function cannot be assumed by Lambda.',
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    service: 'states.amazonaws.com',
    roles: ({ RoleArn }) => [RoleArn],
    refusal: () =>
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
  },
  {
    type: 'AWS::Events::Rule',
    service: 'events.amazonaws.com',
    roles: ({ RoleArn, Targets = [] }) => [
      RoleArn,
      ...(Targets as { RoleArn?: string }[]).map((target) => target.RoleArn),
    ],
    refusal: (roleArn) => `Provided role '${roleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
  },
  {
    type: 'AWS::Scheduler::Schedule',
    service: 'scheduler.amazonaws.com',
    roles: ({ Target }) => [(Target as { RoleArn?: string } | undefined)?.RoleArn],
    refusal: () => 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  },
];

/**
 * Checks that each service may act under the roles that the templates give it.
 *
 * @throws StartError in the words with which AWS would refuse the deployment, and where to look.
 */
export const checkTrust = (cloud: Pick<Cloud, 'ofType' | 'accountId' | 'region'>): void => {
  const trusts = new Map(
    cloud
      .ofType<{ AssumeRolePolicyDocument?: PolicyDocument }>('AWS::IAM::Role')
      .filter(({ properties }) => properties.AssumeRolePolicyDocument !== undefined)
      .map((role) => {
        const document = role.properties.AssumeRolePolicyDocument;
        return [role.arn, compileAt(role, 'AssumeRolePolicyDocument', document, 'trust')] as const;
      }),
  );
  for (const { type, service, roles, refusal } of uses) {
    for (const user of cloud.ofType(type)) {
      for (const roleArn of roles(user.properties)) {
        // The role of another account, or of a template that leaves out who may use it, is AWS's to judge.
        const trust = trusts.get(String(roleArn));
        if (trust === undefined || mayAssume(cloud, trust, user, service, String(roleArn))) continue;
        throw new StartError(
          `The template of ${user.service}: ${refusal(String(roleArn))} Let ${service} call sts:AssumeRole in the AssumeRolePolicyDocument of ${roleArn} (at Resources.${user.logicalId})`,
        );
      }
    }
  }
};

const mayAssume = (
  cloud: Pick<Cloud, 'accountId' | 'region'>,
  trust: readonly CompiledStatement[],
  user: Resource,
  principal: string,
  roleArn: string,
): boolean => {
  const caller = { kind: 'service', principal, sourceArn: user.arn } as const;
  const lookup = requestContext(cloud, caller, { action: 'sts:AssumeRole', resource: roleArn });
  const resource = trust.flatMap((statement) => {
    const naming = namingOf(statement, caller, cloud.accountId);
    return naming !== undefined && statement.action('sts:assumerole') ? [{ ...statement, naming }] : [];
  });
  const candidates = { identity: [], boundary: undefined, resource, ofService: true, ofKey: false };
  return decide(candidates, ({ applies }) => applies?.(roleArn, lookup) ?? true) === 'allowed';
};

/** What a call needs that hands a role to a service. */
export const passRole = (roleArn: string, service: string): Permission => ({
  action: 'iam:PassRole',
  resource: roleArn,
  context: { 'iam:PassedToService': service },
});
