import { type Described, describe } from '../define-resources.ts';
import { physicalName } from '../naming.ts';
import { type TableShape, tableShape } from './table.ts';

/** The input of DynamoDB's CreateTable. */
export interface CreateTableInput extends TableShape {
  readonly StreamSpecification?: {
    readonly StreamEnabled: true;
    readonly StreamViewType: 'NEW_AND_OLD_IMAGES';
  };
}

/** What creates a context's tables in a database of a test's own, one input a table. */
export const createTableInputs = (resources: Described, stage = 'local'): CreateTableInput[] => {
  const { context, definitions } = describe(resources);
  return Object.entries(definitions).flatMap(([name, definition]) =>
    definition.kind === 'table'
      ? [
          {
            ...tableShape(physicalName({ context, name }, stage), definition),
            ...(definition.stream && {
              StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
            }),
          },
        ]
      : [],
  );
};

/** The input of DynamoDB's UpdateTimeToLive. */
export interface TimeToLiveInput {
  readonly TableName: string;
  readonly TimeToLiveSpecification: { readonly AttributeName: string; readonly Enabled: true };
}

/** What turns on the expiry of items, one input for each table that has it. */
export const timeToLiveInputs = (resources: Described, stage = 'local'): TimeToLiveInput[] => {
  const { context, definitions } = describe(resources);
  return Object.entries(definitions).flatMap(([name, definition]) =>
    definition.kind === 'table' && definition.timeToLive !== undefined
      ? [
          {
            TableName: physicalName({ context, name }, stage),
            TimeToLiveSpecification: { AttributeName: definition.timeToLive, Enabled: true },
          },
        ]
      : [],
  );
};
