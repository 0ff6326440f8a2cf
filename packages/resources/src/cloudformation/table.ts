import type { KeyOptions, TableDefinition } from '../definitions.ts';
import { ownKey } from '../key.ts';
import { type Address, physicalName } from '../naming.ts';
import { isLocal, retained, type Stage, type TemplateResources } from '../template.ts';

type AttributeDefinition = { readonly AttributeName: string; readonly AttributeType: 'S' };
type KeyElement = { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' };
type Index = {
  readonly IndexName: string;
  readonly KeySchema: KeyElement[];
  readonly Projection: { readonly ProjectionType: 'ALL' };
};

/** The part of a table that CloudFormation and DynamoDB's CreateTable write alike. */
export interface TableShape {
  readonly TableName: string;
  readonly BillingMode: 'PAY_PER_REQUEST';
  readonly AttributeDefinitions: AttributeDefinition[];
  readonly KeySchema: KeyElement[];
  readonly GlobalSecondaryIndexes?: Index[];
}

export const tableShape = (name: string, definition: TableDefinition): TableShape => {
  const indexes = Object.entries(definition.indexes ?? {});
  const keys = [definition, ...indexes.map(([, index]) => index)].flatMap(keyNames);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...new Set(keys)].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keySchema(definition),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  };
};

const keyNames = ({ partitionKey, sortKey }: KeyOptions): string[] =>
  sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];

const keySchema = (key: KeyOptions): KeyElement[] =>
  keyNames(key).map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' }));

export const tableTemplate = (
  address: Address,
  definition: TableDefinition,
  stage: Stage,
): TemplateResources => ({
  [address.name]: {
    Type: 'AWS::DynamoDB::Table',
    ...retained,
    Properties: {
      ...tableShape(physicalName(address, stage.stage), definition),
      DeletionProtectionEnabled: !isLocal(stage),
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: ownKey },
      ...(definition.stream && { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
      ...(definition.timeToLive && {
        TimeToLiveSpecification: { AttributeName: definition.timeToLive, Enabled: true },
      }),
    },
  },
});
