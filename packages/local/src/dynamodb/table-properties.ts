/** What a template says of a table, as far as it matters here. */
export interface TableProperties {
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly AttributeDefinition[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
  readonly StreamSpecification?: { readonly StreamViewType: string };
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean; readonly AttributeName?: string };
}

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

export interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

/** What the engine tells of a table. */
export interface Description {
  readonly Table: Pick<
    TableProperties,
    'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'
  > & {
    readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
  };
}
