import type { Cloud, Resource } from '../cloud.ts';
import type { Client } from './client.ts';
import { DynamoDbError } from './client.ts';
import type { KeyNames } from './conditions.ts';
import { setTimeToLive, updateTable } from './table-changes.ts';
import type { Description, KeyElement, TableProperties } from './table-properties.ts';

const TARGET = 'DynamoDB_20120810';

/** Creates the tables of the templates, or brings existing ones up to them: new indexes, streams, time to live. */
export const createTables = async (cloud: Cloud, client: Client): Promise<void> => {
  await Promise.all(
    cloud.ofType<TableProperties>('AWS::DynamoDB::Table').map(async (table) => {
      const existing = await describe(client, table.ref);
      await (existing === undefined ? create(client, table) : updateTable(client, table, existing));
      await setTimeToLive(client, table);
    }),
  );
};

/** The names of the templates' partition keys, by table, and by index. */
export const keyNames = (cloud: Pick<Cloud, 'ofType'>): KeyNames => {
  const names = new Map<string, string | undefined>();
  const hashOf = (schema: readonly KeyElement[]) =>
    schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
  for (const { ref, properties } of cloud.ofType<TableProperties>('AWS::DynamoDB::Table')) {
    names.set(ref, hashOf(properties.KeySchema));
    const indexes = [properties.GlobalSecondaryIndexes ?? [], properties.LocalSecondaryIndexes ?? []].flat();
    for (const { IndexName, KeySchema } of indexes) names.set(`${ref}/${IndexName}`, hashOf(KeySchema));
  }
  return (table, index) => names.get(index === undefined ? table : `${table}/${index}`);
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
