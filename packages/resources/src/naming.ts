import { createHash } from 'node:crypto';
import type { Kind } from './definitions.ts';

/** A resource by its owner and its name in the owner's `resources.ts`. */
export interface Address {
  readonly context: string;
  readonly name: string;
}

/** The one convention by which a name in one stack is known in another: `emporium-<context>-<stage>-<name>`. */
export const physicalName = ({ context, name }: Address, stage: string): string =>
  `emporium-${context}-${stage}-${name}`;

/** The name of a secret or a parameter. */
export const pathName = ({ context, name }: Address, stage: string): string =>
  `/emporium/${stage}/${context}/${name}`;

/** Bucket names are global and lower-case, so the account's id makes them ours. For `Fn::Sub`. */
export const bucketName = (address: Address, stage: string): string =>
  `${physicalName(address, stage).toLowerCase()}-\${AWS::AccountId}`;

/** Roles and rules may have 64 characters; what is longer ends in a hash, so that it stays unique. */
export const shortName = (name: string): string => {
  if (name.length <= 64) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, 55)}-${hash}`;
};

/** ElastiCache's names: at most 40 lower-case letters, digits and dashes. */
export const cacheName = ({ context, name }: Address, stage: string): string => {
  const full = physicalName({ context, name }, stage).toLowerCase();
  if (full.length <= 40) return full;
  const hash = createHash('sha256').update(full).digest('hex').slice(0, 8);
  return `${full.slice(0, 31).replace(/-+$/, '')}-${hash}`;
};

/** `placeOrder` → `PlaceOrder`, the start of a logical id. */
export const logicalId = (key: string): string =>
  (key.charAt(0).toUpperCase() + key.slice(1)).replace(/[^A-Za-z0-9]/g, '');

/** An ARN in the own account and region, for `Fn::Sub`. */
export const arnOf = (service: string, rest: string): string =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;

/** The ARN of a function, or of its alias, for `Fn::Sub`. */
export const functionArn = (address: Address, stage: string, alias?: string): string =>
  arnOf('lambda', `function:${physicalName(address, stage)}${alias === undefined ? '' : `:${alias}`}`);

/** The ARNs that follow from names, for `Fn::Sub`. */
export const arnByName = {
  table: (address, stage) => arnOf('dynamodb', `table/${physicalName(address, stage)}`),
  queue: (address, stage) => arnOf('sqs', physicalName(address, stage)),
  bus: (address, stage) => arnOf('events', `event-bus/${physicalName(address, stage)}`),
  // Secrets Manager ends the ARN in a dash and six characters of its own.
  secret: (address, stage) => arnOf('secretsmanager', `secret:${pathName(address, stage)}-??????`),
  parameter: (address, stage) => arnOf('ssm', `parameter${pathName(address, stage)}`),
  userPool: (address, stage) =>
    arnOf('cognito-idp', `userpool/{{resolve:ssm:${pathName(address, stage)}/id}}`),
  bucket: (address, stage) => `arn:\${AWS::Partition}:s3:::${bucketName(address, stage)}`,
  topic: (address, stage) => arnOf('sns', physicalName(address, stage)),
  stateMachine: (address, stage) => arnOf('states', `stateMachine:${physicalName(address, stage)}`),
} as const satisfies Partial<Record<Kind, (address: Address, stage: string) => string>>;

/** The ARN of a rule of a bus, for `Fn::Sub`. */
export const ruleArn = (bus: string, rule: string): string => arnOf('events', `rule/${bus}/${rule}`);

/** The ARN of a log group, for `Fn::Sub`. */
export const logGroupArn = (name: string): string => arnOf('logs', `log-group:${name}`);

/** The ARN pattern of the account's alarms, for `Fn::Sub`. */
export const alarmArns = arnOf('cloudwatch', 'alarm:*');

/** The ARN pattern of a workflow's executions, for `Fn::Sub`. */
export const executionArns = (address: Address, stage: string): string =>
  arnOf('states', `execution:${physicalName(address, stage)}:*`);
