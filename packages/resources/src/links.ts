import { cacheAttributes, onCache } from './cache-link.ts';
import type { Definition, DistributionDefinition, Kind } from './definitions.ts';
import { ConfigurationError } from './errors.ts';
import { allowKey, type Keeper, keyOf, machineContext, opening, sealing } from './key.ts';
import { type Address, arnByName, bucketName, executionArns, pathName, physicalName } from './naming.ts';
import { allow, type Conditions, getAtt, type Stage, type Statement, sub, type Value } from './template.ts';
import { executions, objects } from './wildcards.ts';

/** A resource that something is linked to. `own` means: of the same stack. */
export interface Target extends Address {
  readonly definition: Definition;
  readonly own: boolean;
}

type Grant = (target: Target, stage: Stage) => readonly Statement[];

/** Several grants at one level. */
const each =
  (...grants: readonly Grant[]): Grant =>
  (target, stage) =>
    grants.flatMap((grant) => grant(target, stage));

/** The key of the resource's owner, as far as the grants beside it need it. */
const key =
  (
    keeper: Keeper,
    actions: readonly string[],
    conditions: (target: Target, stage: string) => Conditions = () => ({}),
  ): Grant =>
  (target, { stage }) => [allowKey(actions, keyOf(target, stage), keeper, conditions(target, stage))];

/** A table's items are encrypted in its name, and a secret in its ARN: one key, but not one door to all. */
const ofTable = key('dynamodb', opening, (target, stage) => ({
  StringEquals: { 'kms:EncryptionContext:aws:dynamodb:tableName': physicalName(target, stage) },
}));

const ofSecret =
  (actions: readonly string[]): Grant =>
  (target, stage) => {
    // Its replicas can't be encrypted with a key of another region; the key of Secrets Manager itself asks for no grant.
    if (target.definition.kind === 'secret' && target.definition.replicated) return [];
    const conditions = (secret: Target, name: string) => ({
      StringLike: { 'kms:EncryptionContext:SecretARN': secretArn(secret, name) },
    });
    return key('secretsmanager', actions, conditions)(target, stage);
  };

/** A grant on the resource itself, whose ARN follows from its name. */
const on =
  (kind: keyof typeof arnByName, ...actions: readonly string[]): Grant =>
  (target, { stage }) => [allow(actions, sub(arnByName[kind](target, stage)))];

/** A grant on what AWS named: by reference in the same stack, by what the owner publishes in another. */
const secretArn = (target: Target, stage: string): Value =>
  target.own ? { Ref: target.name } : sub(arnByName.secret(target, stage));

const onSecret =
  (...actions: readonly string[]): Grant =>
  (target, { stage }) => [allow(actions, secretArn(target, stage))];

const onUserPool =
  (...actions: readonly string[]): Grant =>
  (target, { stage }) => [
    allow(
      actions,
      target.own ? { 'Fn::GetAtt': [target.name, 'Arn'] } : sub(arnByName.userPool(target, stage)),
    ),
  ];

const onTable =
  (withIndexes: readonly string[], ...actions: readonly string[]): Grant =>
  (target, { stage }) => {
    const arn = arnByName.table(target, stage);
    const indexes = target.definition.kind === 'table' ? Object.keys(target.definition.indexes ?? {}) : [];
    const [first, ...others] = indexes.map((index) => sub(`${arn}/index/${index}`));
    const onIndexes =
      first === undefined || withIndexes.length === 0 ? [] : [allow(withIndexes, first, ...others)];
    return [allow([...actions, ...withIndexes], sub(arn)), ...onIndexes];
  };

/** What no other context has any business with. */
const ofOwn =
  (level: string, grantOwn: Grant): Grant =>
  (target, stage) => {
    if (target.own) return grantOwn(target, stage);
    const { context, name } = target;
    throw new ConfigurationError(`"${level}" can't be granted on ${context}.${name} outside ${context}`);
  };

const onDistribution =
  (...actions: readonly string[]): Grant =>
  ({ name, definition }) => {
    const arn = `arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${${name}}`;
    const { webAcl } = definition as DistributionDefinition;
    // CloudFront looks at the web ACL of a distribution on behalf of whoever updates it.
    const look = webAcl === undefined ? [] : [allow(['wafv2:GetWebACL'], getAtt(webAcl, 'Arn'))];
    return [allow(actions, sub(arn)), ...look];
  };

const onObjects =
  (...actions: readonly string[]): Grant =>
  (target, { stage }) => [
    allow(
      actions.filter((action) => objects.actions.includes(action)),
      sub(`${arnByName.bucket(target, stage)}/*`),
    ),
  ];

const ofMachine = key('states', opening, (target, stage) => ({
  StringEquals: { [machineContext]: sub(arnByName.stateMachine(target, stage)) },
}));

/** What it takes to work through a queue, be it a function's own doing or Lambda's for it. */
export const consuming = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** The levels that `link` knows, by kind of resource, and what each of them allows. */
export const levels = {
  table: {
    read: each(onTable(['dynamodb:Query'], 'dynamodb:GetItem', 'dynamodb:BatchGetItem'), ofTable),
    scan: each(onTable(['dynamodb:Scan']), ofTable),
    // No BatchWriteItem: it writes without a condition.
    write: each(
      onTable([], 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'),
      ofTable,
    ),
    delete: each(onTable([], 'dynamodb:DeleteItem'), ofTable),
  },
  queue: {
    send: each(on('queue', 'sqs:SendMessage'), key('sqs', sealing)),
    consume: each(on('queue', ...consuming, 'sqs:ChangeMessageVisibility'), key('sqs', opening)),
  },
  bus: { publish: on('bus', 'events:PutEvents') },
  secret: {
    read: each(onSecret('secretsmanager:GetSecretValue'), ofSecret(opening)),
    rotate: ofOwn(
      'rotate',
      each(
        onSecret(
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ),
        ofSecret(sealing),
      ),
    ),
  },
  parameter: { read: on('parameter', 'ssm:GetParameter', 'ssm:GetParameters') },
  userPool: {
    // Signing up, in and out is open to everybody who knows the client: Cognito asks IAM about none of it.
    use: () => [],
    manage: onUserPool(
      'cognito-idp:AdminGetUser',
      'cognito-idp:AdminListGroupsForUser',
      'cognito-idp:AdminAddUserToGroup',
    ),
  },
  bucket: {
    read: each(onObjects('s3:GetObject'), on('bucket', 's3:ListBucket'), key('s3', opening)),
    write: each(onObjects('s3:PutObject', 's3:DeleteObject'), key('s3', sealing)),
  },
  topic: { publish: each(on('topic', 'sns:Publish'), key('sns', sealing)) },
  cache: { use: onCache },
  network: {},
  stateMachine: {
    start: on('stateMachine', 'states:StartExecution'),
    signal: on('stateMachine', 'states:SendTaskSuccess', 'states:SendTaskFailure'),
    describe: each(
      (target, { stage }) => [allow(executions.actions, sub(executionArns(target, stage)))],
      ofMachine,
    ),
  },
  emailIdentity: {
    send: (_, { mailDomain }) => [
      allow(
        ['ses:SendEmail'],
        sub(`arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:identity/${mailDomain}`),
      ),
    ],
  },
  site: {},
  distribution: {
    update: ofOwn('update', onDistribution('cloudfront:GetDistribution', 'cloudfront:UpdateDistribution')),
  },
} as const satisfies Record<Kind, Readonly<Record<string, Grant>>>;

/** The names of a kind's levels. */
export const levelsOf = (kind: Kind): readonly string[] => Object.keys(levels[kind]);

/** What a level allows. */
export const grant = (target: Target, level: string, stage: Stage): readonly Statement[] => {
  const grants: Readonly<Record<string, Grant>> = levels[target.definition.kind];
  const found = grants[level];
  if (found === undefined) throw new Error(`There is no level "${level}" for ${target.name}`);
  return found(target, stage);
};

/** The value of the variable that a link sets: JSON, with what CloudFormation fills in. */
export const linkValue = (target: Target, stage: Stage): Value =>
  sub(JSON.stringify(attributesOf(target, stage)));

const attributesOf = (target: Target, stage: Stage): Readonly<Record<string, string>> => {
  const name = physicalName(target, stage.stage);
  const { definition, own } = target;
  switch (definition.kind) {
    case 'table':
    case 'bus':
      return { name };
    case 'queue':
      return {
        url: own
          ? `\${${target.name}}`
          : `https://sqs.\${AWS::Region}.\${AWS::URLSuffix}/\${AWS::AccountId}/${name}`,
        arn: arnByName.queue(target, stage.stage),
      };
    case 'secret':
      // Without the six characters Secrets Manager takes the ARN as well.
      return {
        arn: own ? `\${${target.name}}` : arnByName.secret(target, stage.stage).replace(/-\?+$/, ''),
      };
    case 'parameter':
      return { name: pathName(target, stage.stage) };
    case 'userPool': {
      const path = pathName(target, stage.stage);
      return own
        ? { id: `\${${target.name}}`, clientId: `\${${target.name}Client}` }
        : { id: `{{resolve:ssm:${path}/id}}`, clientId: `{{resolve:ssm:${path}/clientId}}` };
    }
    case 'bucket':
    case 'site':
      return { name: bucketName(target, stage.stage) };
    case 'topic':
      return { arn: arnByName.topic(target, stage.stage) };
    case 'cache':
      return cacheAttributes(target, stage);
    case 'network':
      return {};
    case 'stateMachine':
      return { arn: arnByName.stateMachine(target, stage.stage) };
    case 'emailIdentity':
      return { from: `${definition.mailbox}@${stage.mailDomain}` };
    case 'distribution':
      return { id: `\${${target.name}}` };
  }
};
