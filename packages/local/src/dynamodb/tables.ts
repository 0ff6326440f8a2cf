import type { Cloud, Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import type { Client } from './client.ts';
import { DynamoDbError } from './client.ts';
import type { KeyNames } from './conditions.ts';

interface TableProperties {
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly AttributeDefinition[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
  readonly StreamSpecification?: { readonly StreamViewType: string };
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean; readonly AttributeName?: string };
}

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

interface Description {
  readonly Table: Pick<
    TableProperties,
    'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'
  > & {
    readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
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

/** What a deployment would change in place, is changed; what it would replace the table for, is refused. */
const update = async (client: Client, { ref, properties }: Resource<TableProperties>): Promise<void> => {
  const table = await describe(client, ref);
  if (table === undefined) return;
  for (const [what, now, wanted] of [
    ['another key', shapeOf(table, table.KeySchema), shapeOf(properties, properties.KeySchema)],
    ['other local indexes', localIndexes(table), localIndexes(properties)],
  ]) {
    if (now === wanted) continue;
    throw new StartError(
      `The table ${ref} was created with ${what}: start with --fresh to create it anew, which clears the data`,
    );
  }
  await updateIndexes(client, ref, table, properties);
  await updateStream(client, ref, table, properties);
};

/** An index that has changed is removed and made anew, from the items that are there. */
const updateIndexes = async (
  client: Client,
  TableName: string,
  table: Description['Table'],
  properties: TableProperties,
): Promise<void> => {
  const shapes = (of: Description['Table'] | TableProperties) =>
    new Map(of.GlobalSecondaryIndexes?.map((index) => [index.IndexName, indexShape(of, index)]));
  const [now, wanted] = [shapes(table), shapes(properties)];
  const change = (update: object) =>
    client.call(`${TARGET}.UpdateTable`, {
      TableName,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [update],
    });
  for (const [IndexName, shape] of now) {
    if (wanted.get(IndexName) !== shape) await change({ Delete: { IndexName } });
  }
  for (const index of properties.GlobalSecondaryIndexes ?? []) {
    if (now.get(index.IndexName) !== wanted.get(index.IndexName)) await change({ Create: index });
  }
};

const updateStream = async (
  client: Client,
  TableName: string,
  { StreamSpecification: now }: Description['Table'],
  { StreamSpecification: wanted }: TableProperties,
): Promise<void> => {
  const enabled = now?.StreamEnabled === true ? now.StreamViewType : undefined;
  if (enabled === wanted?.StreamViewType) return;
  const change = (specification: object) =>
    client.call(`${TARGET}.UpdateTable`, { TableName, StreamSpecification: specification });
  // The view of a stream can't be changed; a new stream can have another.
  if (enabled !== undefined) await change({ StreamEnabled: false });
  if (wanted !== undefined) await change({ StreamEnabled: true, ...wanted });
};

/** A key with the types of its attributes, to compare. */
const shapeOf = (
  { AttributeDefinitions }: Pick<TableProperties, 'AttributeDefinitions'>,
  schema: readonly KeyElement[],
): string =>
  schema
    .map(({ AttributeName, KeyType }) => {
      const definition = AttributeDefinitions.find((each) => each.AttributeName === AttributeName);
      return `${KeyType}=${AttributeName}:${definition?.AttributeType}`;
    })
    .sort()
    .join();

const indexShape = (
  table: Pick<TableProperties, 'AttributeDefinitions'>,
  { IndexName, KeySchema, Projection }: Index,
): string => {
  const { ProjectionType = 'ALL', NonKeyAttributes = [] } = Projection ?? {};
  return `${IndexName} ${shapeOf(table, KeySchema)} ${ProjectionType} ${NonKeyAttributes.toSorted()}`;
};

const localIndexes = (table: Description['Table'] | TableProperties): string =>
  (table.LocalSecondaryIndexes ?? [])
    .map((index) => indexShape(table, index))
    .sort()
    .join('; ');

const setTimeToLive = async (
  client: Client,
  { ref: TableName, properties }: Resource<TableProperties>,
): Promise<void> => {
  const { TimeToLiveSpecification: specification } = properties;
  const wanted = specification?.Enabled === true ? specification.AttributeName : undefined;
  const { TimeToLiveDescription } = await client.call<{
    TimeToLiveDescription?: { TimeToLiveStatus: string; AttributeName?: string };
  }>(`${TARGET}.DescribeTimeToLive`, { TableName });
  const now =
    TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED' ? TimeToLiveDescription.AttributeName : undefined;
  if (now === wanted) return;
  const change = (AttributeName: string, Enabled: boolean) =>
    client.call(`${TARGET}.UpdateTimeToLive`, {
      TableName,
      TimeToLiveSpecification: { AttributeName, Enabled },
    });
  if (now !== undefined) await change(now, false);
  if (wanted !== undefined) await change(wanted, true);
};
