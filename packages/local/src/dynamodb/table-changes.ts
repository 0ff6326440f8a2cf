import type { Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import type { Client } from './client.ts';
import type { Description, Index, KeyElement, TableProperties } from './table-properties.ts';

const TARGET = 'DynamoDB_20120810';

/** What a deployment would change in place, is changed; what it would replace the table for, is refused. */
export const updateTable = async (
  client: Client,
  { ref, properties }: Resource<TableProperties>,
  table: Description['Table'],
): Promise<void> => {
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

export const setTimeToLive = async (
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
