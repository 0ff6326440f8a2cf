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
