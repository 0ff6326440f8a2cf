import type { Cloud, Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import type { Client } from './client.ts';
import { DynamoDbError } from './client.ts';

interface TableProperties {
  readonly KeySchema: readonly unknown[];
  readonly AttributeDefinitions: readonly unknown[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly unknown[];
  readonly StreamSpecification?: { readonly StreamViewType: string };
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean; readonly AttributeName?: string };
}

interface Index {
  readonly IndexName: string;
}

interface Description {
  readonly Table: {
    readonly KeySchema: readonly unknown[];
    readonly GlobalSecondaryIndexes?: readonly Index[];
    readonly LatestStreamArn?: string;
  };
}

const TARGET = 'DynamoDB_20120810';

/** Creates the tables of the templates, or brings existing ones up to them: new indexes, streams, time to live. */
export const createTables = async (cloud: Cloud, client: Client): Promise<void> => {
  await Promise.all(
    cloud.ofType<TableProperties>('AWS::DynamoDB::Table').map(async (table) => {
      await ((await describe(client, table.ref)) === undefined
        ? create(client, table)
        : update(client, table));
      await setTimeToLive(client, table);
    }),
  );
};

const describe = async (client: Client, name: string): Promise<Description['Table'] | undefined> => {
  try {
    return (await client.call<Description>(`${TARGET}.DescribeTable`, { TableName: name })).Table;
  } catch (error) {
    if (error instanceof DynamoDbError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const create = (client: Client, { ref, properties }: Resource<TableProperties>): Promise<unknown> =>
  client.call(`${TARGET}.CreateTable`, {
    TableName: ref,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions,
    ...(properties.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes }),
    ...(properties.LocalSecondaryIndexes && { LocalSecondaryIndexes: properties.LocalSecondaryIndexes }),
    ...(properties.StreamSpecification && {
      StreamSpecification: { StreamEnabled: true, ...properties.StreamSpecification },
    }),
  });

const update = async (client: Client, { ref, properties }: Resource<TableProperties>): Promise<void> => {
  const table = await describe(client, ref);
  if (keysOf(table?.KeySchema) !== keysOf(properties.KeySchema)) {
    throw new StartError(
      `The table ${ref} was created with another key: start with --fresh to create it anew, which clears the data`,
    );
  }
  const known = new Set(table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  for (const index of properties.GlobalSecondaryIndexes ?? []) {
    if (known.has(index.IndexName)) continue;
    await client.call(`${TARGET}.UpdateTable`, {
      TableName: ref,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    });
  }
  if (properties.StreamSpecification !== undefined && table?.LatestStreamArn === undefined) {
    await client.call(`${TARGET}.UpdateTable`, {
      TableName: ref,
      StreamSpecification: { StreamEnabled: true, ...properties.StreamSpecification },
    });
  }
};

const keysOf = (schema: readonly unknown[] | undefined): string =>
  (schema ?? [])
    .map((key) => {
      const { AttributeName, KeyType } = key as Record<string, string>;
      return `${KeyType}=${AttributeName}`;
    })
    .sort()
    .join();

const setTimeToLive = async (
  client: Client,
  { ref, properties }: Resource<TableProperties>,
): Promise<void> => {
  const wanted = properties.TimeToLiveSpecification;
  if (wanted?.Enabled !== true) return;
  const { TimeToLiveDescription } = await client.call<{
    TimeToLiveDescription?: { TimeToLiveStatus: string };
  }>(`${TARGET}.DescribeTimeToLive`, { TableName: ref });
  if (TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED') return;
  await client.call(`${TARGET}.UpdateTimeToLive`, { TableName: ref, TimeToLiveSpecification: wanted });
};
