import type { Api, Cloud, Permission } from '../cloud.ts';
import { kmsPermissions } from './permissions.ts';

type Properties = Readonly<Record<string, unknown>>;

/** How a type of resource is encrypted at rest with a key of the template's own. */
interface Encryption {
  readonly service: 'dynamodb' | 'sns' | 'sqs';
  keyOf(properties: Properties): unknown;
  /** What a call needs of the key, by the call's own permission, such as `sqs:SendMessage`. */
  actionsOf(permission: string): readonly string[];
  contextOf(arn: string, accountId: string): Readonly<Record<string, string>>;
}

const SENDING = ['GenerateDataKey', 'Decrypt'];
const READING = ['Decrypt'];
const nothing: readonly string[] = [];

/** What only looks at or changes a table, and none of its items. */
const ABOUT_TABLES = /^dynamodb:(Describe|List|Update(Table|TimeToLive|ContinuousBackups)|Tag|Untag)/;

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
} satisfies Record<string, Encryption>;

/**
 * Adds to what a service's calls need what they need of the keys that its resources are encrypted with. Nothing is
 * encrypted a second time: that a grant is missing shows in the permissions.
 */
export const encryptedAtRest = (cloud: Cloud, type: keyof typeof encryptions, api: Api): Api => {
  const { service, keyOf, actionsOf, contextOf }: Encryption = encryptions[type];
  const keys = new Map<string, string>();
  for (const { arn, properties } of cloud.ofType<Properties>(type)) {
    const key = keyOf(properties);
    if (key !== undefined) keys.set(arn, String(key));
  }
  if (keys.size === 0) return api;

  const known = new Map<string, readonly Permission[]>();
  const ofKey = (action: string, arn: string, key: string): readonly Permission[] => {
    const name = `${action} ${arn}`;
    let permissions = known.get(name);
    if (permissions === undefined) {
      const encryptionContext = contextOf(arn, cloud.accountId);
      permissions = kmsPermissions(cloud, key, { service, actions: actionsOf(action), encryptionContext });
      known.set(name, permissions);
    }
    return permissions;
  };
  return {
    ...api,
    permissions: (action, input) => {
      const own = api.permissions(action, input);
      return own.concat(
        own.flatMap((permission) => {
          // An index and a stream are encrypted with their table.
          const arn = permission.resource.split('/', 2).join('/');
          const key = keys.get(arn);
          return key === undefined ? [] : ofKey(permission.action, arn, key);
        }),
      );
    },
  };
};
