import type { Caller, Cloud, Permission, Resource } from '../cloud.ts';

/** The permission under `link` that grants an action, as `@emporium/resources` names it. */
const levels: readonly (readonly [pattern: RegExp, level: string])[] = [
  [/^dynamodb:Scan$/, 'scan'],
  [/^dynamodb:(Get|BatchGet|Query)/, 'read'],
  [/^dynamodb:(Put|Update|ConditionCheck)/, 'write'],
  [/^dynamodb:Delete/, 'delete'],
  [/^sqs:SendMessage/, 'send'],
  [/^sqs:(Receive|Delete|ChangeMessage|GetQueue)/, 'consume'],
  [/^(events:PutEvents|sns:Publish)$/, 'publish'],
  [/^(secretsmanager:GetSecretValue|ssm:GetParameters?)$/, 'read'],
  [/^cognito-idp:Admin/, 'manage'],
  [/^cognito-idp:/, 'use'],
  [/^s3:(Get|List)/, 'read'],
  [/^s3:(Put|Delete)/, 'write'],
  [/^states:StartExecution$/, 'start'],
  [/^states:SendTask/, 'signal'],
  [/^states:(Describe|GetExecution)/, 'describe'],
  [/^ses:Send/, 'send'],
];

/** The line that would grant a denied permission, or nothing where no link does. */
export const missingLink = (
  cloud: Pick<Cloud, 'resources' | 'stage'>,
  caller: Caller,
  { action, resource }: Permission,
): string | undefined => {
  const actor = caller.kind === 'role' ? findActor(cloud, caller.roleArn, caller.name) : undefined;
  const target = findTarget(cloud, resource);
  if (target?.type === 'AWS::KMS::Key') return missingKeyGrant(cloud, caller, action, target);
  if (actor === undefined || target === undefined) return undefined;
  const isFunction = actor.type === 'AWS::Lambda::Function';
  const where = isFunction
    ? `link of ${functionKey(cloud.stage, actor)} in services/${actor.service}/serverless.yml`
    : `link of ${actor.logicalId} in services/${actor.service}/resources.ts`;
  if (action === 'lambda:InvokeFunction' && !isFunction) {
    return `add "${target.service}.${functionKey(cloud.stage, target)}" under ${where.replace('link', 'invoke')}`;
  }
  const level = levels.find(([pattern]) => pattern.test(action))?.[1];
  if (level === undefined) return undefined;
  const name = target.service === actor.service ? target.logicalId : `${target.service}.${target.logicalId}`;
  return `add "${name}: [${level}]" under ${where}`;
};

/** What a key's user lacks: a role comes by it with each link, a service by the key's own policy. */
const missingKeyGrant = (
  { resources }: Pick<Cloud, 'resources'>,
  caller: Caller,
  action: string,
  { service, logicalId }: Resource,
): string | undefined => {
  if (caller.kind === 'root') return undefined;
  if (caller.kind === 'service') {
    return `add ${action} for ${caller.principal} to the KeyPolicy of ${logicalId} in the template of ${service}`;
  }
  const role = resources.find(({ arn }) => arn === caller.roleArn);
  return (
    role &&
    `add ${action} on ${service}.${logicalId} to ${role.logicalId} in the template of ${role.service}, as a link to what that key encrypts does`
  );
};

const findActor = (
  { resources }: Pick<Cloud, 'resources'>,
  roleArn: string,
  name: string,
): Resource | undefined => {
  const actors = resources.filter(
    ({ properties }) => properties.Role === roleArn || properties.RoleArn === roleArn,
  );
  return actors.find((actor) => actor.ref === name) ?? actors[0];
};

/** The resource itself, or the one whose index, stream or object the ARN names. */
const findTarget = ({ resources }: Pick<Cloud, 'resources'>, arn: string): Resource | undefined =>
  resources.find((resource) => resource.arn === arn) ??
  resources.find((resource) => arn.startsWith(`${resource.arn}/`) || arn.startsWith(`${resource.arn}:`));

const functionKey = (stage: string, { service, ref }: Resource): string =>
  ref.replace(`emporium-${service}-${stage}-`, '');
