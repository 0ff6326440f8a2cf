import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { EventDetail } from '@emporium/contracts';
import { startDynamoDb } from '@emporium/local/dynamodb';
import { createTableInputs, type Described, timeToLiveInputs } from '@emporium/resources/cloudformation';
import { afterAll, beforeAll } from '@jest/globals';
import { linkForTest, STAGE } from './links.ts';

/** A database of a test's own. */
export interface TestTables {
  /** For looking at items behind the store's back. */
  readonly client: DynamoDBDocumentClient;
  stop(): Promise<void>;
}

let documents: DynamoDBDocumentClient | undefined;

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
    for (const input of createTableInputs(resources, STAGE)) await client.send(new CreateTableCommand(input));
    for (const input of timeToLiveInputs(resources, STAGE)) {
      await client.send(new UpdateTimeToLiveCommand(input));
    }
  }
  documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    client: documents,
    async stop() {
      client.destroy();
      await database.stop();
    },
  };
};

/**
 * Has the tables of the contexts for all tests of a file: {@link startTables} before them, and its end after them.
 *
 * @example
 * useTables(resources);
 * const store = catalogStore();
 */
export const useTables = (...contexts: readonly Described[]): void => {
  let tables: TestTables | undefined;
  beforeAll(async () => {
    tables = await startTables(...contexts);
  });
  afterAll(() => tables?.stop());
};

/**
 * All items of a table, in the database that was started last.
 *
 * @example
 * const stock = (await itemsOf(resources.FulfillmentTable)).filter(({ kind }) => kind === 'stock');
 */
export const itemsOf = async (table: { readonly name: string }): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents?.send(
      new ScanCommand({ TableName: table.name, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...(page?.Items ?? []));
    start = page?.LastEvaluatedKey;
  } while (start);
  return items;
};

/** An event that a store has written down to be published. */
export interface WrittenEvent<Data> {
  readonly source: string;
  readonly name: string;
  readonly correlationId: string;
  readonly data: Data;
}

/**
 * The events that stand in a table's outbox, by the time of their making.
 *
 * @example
 * expect((await eventsOf(resources.OrdersTable)).map(({ name }) => name)).toEqual(['OrderPlaced']);
 */
export const eventsOf = async <Data = Record<string, unknown>>(table: {
  readonly name: string;
}): Promise<WrittenEvent<Data>[]> => {
  const entries = (await itemsOf(table)).filter(({ kind }) => kind === 'outbox');
  return entries
    .sort((a, b) => (String(a.pk) < String(b.pk) ? -1 : 1))
    .map(({ event }) => {
      const { source, detailType, detail } = event as OutboxEntry['event'];
      return {
        source,
        name: detailType,
        correlationId: detail.metadata.correlationId,
        data: detail.data as Data,
      };
    });
};

interface OutboxEntry {
  readonly event: { readonly source: string; readonly detailType: string; readonly detail: EventDetail };
}
