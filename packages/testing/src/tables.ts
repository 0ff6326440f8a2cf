import {
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startDynamoDb } from '@emporium/local/dynamodb';
import type { Described, KeyOptions, TableDefinition } from '@emporium/resources';
import { descriptionOf, linkForTest, testName } from './links.ts';

/** A database of a test's own. */
export interface TestTables {
  /** For looking at items behind the store's back. */
  readonly client: DynamoDBDocumentClient;
  stop(): Promise<void>;
}

const keySchema = ({ partitionKey, sortKey }: KeyOptions): KeySchemaElement[] => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
];

const createTable = async (
  client: DynamoDBClient,
  TableName: string,
  table: TableDefinition,
): Promise<void> => {
  const indexes = Object.entries(table.indexes ?? {});
  const keys = [table, ...indexes.map(([, index]) => index)].flatMap(keySchema);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keySchema(table),
      AttributeDefinitions: [...new Set(keys.map((key) => key.AttributeName))].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
          IndexName,
          KeySchema: keySchema(index),
          Projection: { ProjectionType: 'ALL' },
        })),
      }),
      ...(table.stream && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    }),
  );
  if (table.timeToLive === undefined) return;
  const TimeToLiveSpecification = { Enabled: true, AttributeName: table.timeToLive };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
};

/**
 * Starts a DynamoDB in memory, creates the contexts' tables in it, and turns this process to it: endpoint,
 * credentials, and a link to every resource. SDK clients read them at their first call, so a store may be
 * imported and made before.
 *
 * @example
 * let tables: TestTables;
 * beforeAll(async () => {
 *   tables = await startTables(resources);
 * });
 * afterAll(() => tables.stop());
 */
export const startTables = async (...contexts: readonly Described[]): Promise<TestTables> => {
  const database = await startDynamoDb();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: database.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  linkForTest(...contexts);
  const client = new DynamoDBClient({});
  for (const resources of contexts) {
    const { context, definitions } = descriptionOf(resources);
    for (const [name, definition] of Object.entries(definitions)) {
      if (definition.kind === 'table') await createTable(client, testName(context, name), definition);
    }
  }
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    async stop() {
      client.destroy();
      await database.stop();
    },
  };
};
