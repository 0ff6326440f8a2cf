import type { Api, Cloud } from '../cloud.ts';
import { kmsPermissions } from './permissions.ts';

type Properties = Readonly<Record<string, unknown>>;

/** How a type of resource is encrypted at rest with a key of the template's own. */
interface Encryption {
  readonly service: 'dynamodb' | 's3' | 'sns' | 'sqs' | 'states';
  keyOf(properties: Properties): unknown;
  /** What a call needs of the key, by the call's own permission, such as `sqs:SendMessage`. */
  actionsOf(permission: string): readonly string[];
  contextOf(arn: string, accountId: string): Readonly<Record<string, string>>;
  /** The ARN of what has the key, where the permission names only a part of it. */
  holderOf?(arn: string): string;
}

const SENDING = ['GenerateDataKey', 'Decrypt'];
const READING = ['Decrypt'];
const nothing: readonly string[] = [];

/** What only looks at or changes a table, and none of its items. */
const ABOUT_TABLES = /^dynamodb:(Describe|List|Update(Table|TimeToLive|ContinuousBackups)|Tag|Untag)/;

/** What tells a definition or the data of an execution. */
const TELLING = /^states:(Describe(StateMachine|Execution)|GetExecutionHistory$|StartSyncExecution$)/;

const bucketActions: Readonly<Record<string, readonly string[]>> = {
  's3:GetObject': READING,
  's3:GetObjectVersion': READING,
  's3:PutObject': SENDING,
};

interface BucketEncryption {
  readonly ServerSideEncryptionConfiguration?: readonly {
    readonly ServerSideEncryptionByDefault?: Properties;
  }[];
}

const defaultsOf = (encryption: unknown): Properties =>
  (encryption as BucketEncryption | undefined)?.ServerSideEncryptionConfiguration?.[0]
    ?.ServerSideEncryptionByDefault ?? {};

const encryptions = {
  'AWS::DynamoDB::Table': {
    service: 'dynamodb',
    keyOf: ({ SSESpecification }) => (SSESpecification as Properties | undefined)?.KMSMasterKeyId,
    // The key of the table's items is itself encrypted, and has to be opened before a write, too.
    actionsOf: (permission) => (ABOUT_TABLES.test(permission) ? nothing : READING),
    contextOf: (arn, accountId) => ({
      'aws:dynamodb:tableName': arn.split('/')[1] ?? '',
      'aws:dynamodb:subscriberId': accountId,
    }),
    // An index and a stream are encrypted with their table.
    holderOf: (arn) => arn.split('/', 2).join('/'),
  },
  'AWS::S3::Bucket': {
    service: 's3',
    keyOf: ({ BucketEncryption }) => defaultsOf(BucketEncryption).KMSMasterKeyID,
    // The parts of an upload are opened again to make one object of them.
    actionsOf: (permission) => bucketActions[permission] ?? nothing,
    // With a bucket key, S3 encrypts in the name of the bucket.
    contextOf: (arn) => ({ 'aws:s3:arn': arn }),
    holderOf: (arn) => arn.split('/', 1).join(''),
  },
  'AWS::SNS::Topic': {
    service: 'sns',
    keyOf: ({ KmsMasterKeyId }) => KmsMasterKeyId,
    actionsOf: (permission) => (permission === 'sns:Publish' ? SENDING : nothing),
    contextOf: (arn) => ({ 'aws:sns:topicArn': arn }),
  },
  'AWS::SQS::Queue': {
    service: 'sqs',
    keyOf: ({ KmsMasterKeyId }) => KmsMasterKeyId,
    actionsOf: (permission) =>
      permission === 'sqs:SendMessage' ? SENDING : permission === 'sqs:ReceiveMessage' ? READING : nothing,
    contextOf: (arn) => ({ 'aws:sqs:arn': arn }),
  },
  'AWS::StepFunctions::StateMachine': {
    service: 'states',
    // What has a key of AWS's own has an empty id.
    keyOf: ({ EncryptionConfiguration }) =>
      (EncryptionConfiguration as Properties | undefined)?.KmsKeyId || undefined,
    // Who starts an execution or ends a task needs nothing: that is the role's business.
    actionsOf: (permission) => (TELLING.test(permission) ? READING : nothing),
    contextOf: (arn) => ({ 'aws:states:stateMachineArn': arn }),
    holderOf: (arn) => arn.replace(/:(?:execution|express):([^:]+):.*$/, ':stateMachine:$1'),
  },
} satisfies Record<string, Encryption>;

/**
 * Adds to what a service's calls need what they need of the keys that its resources are encrypted with. Nothing is
 * encrypted a second time: that a grant is missing shows in the permissions.
 */
export const encryptedAtRest = (cloud: Cloud, type: keyof typeof encryptions, api: Api): Api => {
  const { service, keyOf, actionsOf, contextOf, holderOf = (arn) => arn }: Encryption = encryptions[type];
  const keys = new Map<string, string>();
  for (const { arn, properties } of cloud.ofType<Properties>(type)) {
    const key = keyOf(properties);
    if (key !== undefined) keys.set(arn, String(key));
  }
  if (keys.size === 0) return api;

  const ofUse = remember((use) => {
    const [action = '', arn = ''] = use.split(' ');
    const encryptionContext = contextOf(arn, cloud.accountId);
    return kmsPermissions(cloud, keys.get(arn), { service, actions: [action], encryptionContext });
  });
  /** By the call's own permission and what it is on, as in `dynamodb:Query arn:…`. */
  const ofCall = remember((call) => {
    const [permission = '', resource = ''] = call.split(' ');
    const arn = holderOf(resource);
    return keys.has(arn) ? actionsOf(permission).flatMap((action) => ofUse(`${action} ${arn}`)) : [];
  });
  return {
    ...api,
    permissions: (action, input) => {
      const all = [...api.permissions(action, input)];
      for (const { action, resource } of [...all]) {
        for (const permission of ofCall(`${action} ${resource}`)) {
          // A transaction of several writes opens the table's key once.
          if (!all.includes(permission)) all.push(permission);
        }
      }
      return all;
    },
  };
};

/** Tables and queues are few; the objects of a bucket must not fill the memory. */
const MAX_REMEMBERED = 1000;

const remember = <T>(make: (name: string) => T): ((name: string) => T) => {
  const known = new Map<string, T>();
  return (name) => {
    let found = known.get(name);
    if (found === undefined) {
      if (known.size >= MAX_REMEMBERED) known.clear();
      found = make(name);
      known.set(name, found);
    }
    return found;
  };
};
