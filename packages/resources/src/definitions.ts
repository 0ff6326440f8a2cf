/** A key attribute of a table or an index. All keys are strings. */
export interface KeyOptions<Partition extends string = string, Sort extends string = string> {
  readonly partitionKey: Partition;
  readonly sortKey?: Sort;
}

/** The global secondary indexes of a table, by name. Each holds whole items. */
export type Indexes = Readonly<Record<string, KeyOptions>>;

/** What `table` takes. */
export interface TableOptions<I extends Indexes> extends KeyOptions {
  /** Turns on the table's stream (new and old images), which `outbox` and `changes` events read. */
  readonly stream?: boolean;
  /** The attribute with the second of the epoch after which DynamoDB may delete the item. */
  readonly timeToLive?: string;
  readonly indexes?: I;
}

/** What {@link table} defines. */
export interface TableDefinition<I extends Indexes = Indexes> extends TableOptions<I> {
  readonly kind: 'table';
}

/** A DynamoDB table, on demand; encrypted, with point-in-time recovery, retained when the stack goes. */
export function table<const I extends Indexes>(
  options: TableOptions<I> & { readonly indexes: I },
): TableDefinition<I>;
export function table(
  options: Omit<TableOptions<Indexes>, 'indexes'>,
): TableDefinition<Readonly<Record<never, KeyOptions>>>;
export function table(options: TableOptions<Indexes>): TableDefinition {
  return { kind: 'table', ...options };
}

/** What `queue` takes. */
export interface QueueOptions {
  /** How long a consumer may take for one message, in seconds. Lambda asks for six times the function's time-out. */
  readonly visibilityTimeout?: number;
  /** After so many receives a message goes to the dead-letter queue. */
  readonly maxReceiveCount?: number;
}

/** What {@link queue} defines. */
export interface QueueDefinition extends QueueOptions {
  readonly kind: 'queue';
}

/** An SQS queue with its dead-letter queue, `<name>-dlq`, which keeps messages for 14 days. */
export const queue = (options: QueueOptions = {}): QueueDefinition => ({ kind: 'queue', ...options });

/** What {@link bus} defines. */
export interface BusDefinition {
  readonly kind: 'bus';
}

/** An EventBridge bus. */
export const bus = (): BusDefinition => ({ kind: 'bus' });

/** What `secret` takes. */
export interface SecretOptions {
  readonly description?: string;
  /** The function of this context that rotates it, and how often. It needs a link to the secret, `[rotate]`. */
  readonly rotation?: { readonly function: string; readonly days: number };
  /** Can be read in the stage's region too, where that is not the region of the secret's own stack. */
  readonly replicated?: boolean;
  /** `false` for a value that nobody misses: it goes with its stack, and the name is free again. */
  readonly retained?: boolean;
}

/** What {@link secret} defines. */
export interface SecretDefinition extends SecretOptions {
  readonly kind: 'secret';
}

/** A Secrets Manager secret. It starts with a random value; put the real one in by hand, no deployment overwrites it. */
export const secret = (options: SecretOptions = {}): SecretDefinition => ({ kind: 'secret', ...options });

/** What {@link parameter} defines. */
export interface ParameterDefinition {
  readonly kind: 'parameter';
  readonly value: string;
  readonly description?: string;
}

/** An SSM parameter with the value that the template gives it. */
export const parameter = (options: {
  readonly value: string;
  readonly description?: string;
}): ParameterDefinition => ({ kind: 'parameter', ...options });

/** What {@link userPool} defines. */
export interface UserPoolDefinition {
  readonly kind: 'userPool';
  /** A customer is in none, one or several; a token carries them. */
  readonly groups: readonly string[];
}

/** A Cognito user pool that signs in by e-mail and password, with one client and the given groups. */
export const userPool = (options: { readonly groups?: readonly string[] } = {}): UserPoolDefinition => ({
  kind: 'userPool',
  groups: options.groups ?? [],
});

/** What {@link bucket} defines. */
export interface BucketDefinition {
  readonly kind: 'bucket';
}

/** A private, encrypted, versioned S3 bucket, retained when the stack goes. */
export const bucket = (): BucketDefinition => ({ kind: 'bucket' });

/** What {@link topic} defines. */
export interface TopicDefinition {
  readonly kind: 'topic';
}

/** An SNS topic. */
export const topic = (): TopicDefinition => ({ kind: 'topic' });

/** What {@link cache} defines. */
export interface CacheDefinition {
  readonly kind: 'cache';
}

/**
 * A context's own cache. The stage chooses: `memory`, in each container of a function, for which the stack has nothing;
 * or `valkey`, an ElastiCache Serverless cache in the platform's network, into which linked functions then go.
 */
export const cache = (): CacheDefinition => ({ kind: 'cache' });

/** What {@link network} defines. */
export interface NetworkDefinition {
  readonly kind: 'network';
}

/** The private network in which caches and the functions linked to them are, in stages that have such caches. */
export const network = (): NetworkDefinition => ({ kind: 'network' });

/** What `stateMachine` takes. */
export interface StateMachineOptions {
  /** The functions that the workflow invokes: `<context>.<function>`. */
  readonly invoke: readonly string[];
  /** What else its steps touch, as under a function's `link`. */
  readonly link?: Readonly<Record<string, readonly string[]>>;
}

/** What {@link stateMachine} defines. */
export interface StateMachineDefinition extends StateMachineOptions {
  readonly kind: 'stateMachine';
}

/** The role `<Name>Role` and the log group `<Name>LogGroup` of a Step Functions workflow whose definition stands under `stepFunctions`. */
export const stateMachine = (options: StateMachineOptions): StateMachineDefinition => ({
  kind: 'stateMachine',
  ...options,
});

/** What {@link emailIdentity} defines. */
export interface EmailIdentityDefinition {
  readonly kind: 'emailIdentity';
  /** What stands before the `@`. */
  readonly mailbox: string;
}

/** The right to send e-mail as `<mailbox>@<the stage's mail domain>` through SES. */
export const emailIdentity = (options: { readonly mailbox?: string } = {}): EmailIdentityDefinition => ({
  kind: 'emailIdentity',
  mailbox: options.mailbox ?? 'shop',
});

/** What `site` takes. */
export interface SiteOptions {
  /** The folder of the service that holds the files. */
  readonly folder: string;
  /** The distribution of the same context that shows them. */
  readonly distribution: string;
}

/** What {@link site} defines. */
export interface SiteDefinition extends SiteOptions {
  readonly kind: 'site';
}

/** A private bucket, read by a distribution alone, that each deployment fills from a folder. It goes with its stack. */
export const site = (options: SiteOptions): SiteDefinition => ({ kind: 'site', ...options });

/** What {@link distribution} defines. */
export interface DistributionDefinition {
  readonly kind: 'distribution';
  /** The logical id of its web ACL. */
  readonly webAcl?: string;
}

/** A CloudFront distribution, so that a function can be linked to it. The distribution itself stands under `resources` in `serverless.yml`. */
export const distribution = (options: { readonly webAcl?: string } = {}): DistributionDefinition => ({
  kind: 'distribution',
  ...options,
});

/** A resource that a context can own. */
export type Definition =
  | TableDefinition
  | QueueDefinition
  | BusDefinition
  | SecretDefinition
  | ParameterDefinition
  | UserPoolDefinition
  | BucketDefinition
  | TopicDefinition
  | CacheDefinition
  | NetworkDefinition
  | StateMachineDefinition
  | EmailIdentityDefinition
  | DistributionDefinition
  | SiteDefinition;

/** What kind of resource it is: the word that `link` levels and handles go by. */
export type Kind = Definition['kind'];

/** A context's resources, by name. */
export type Definitions = Readonly<Record<string, Definition>>;
