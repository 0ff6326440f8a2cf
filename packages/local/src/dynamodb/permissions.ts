import type { Permission } from '../cloud.ts';
import { streamArnOf } from '../cloudformation/identity.ts';

interface Input {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly StreamArn?: string;
  readonly ShardIterator?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
}

/** A transaction needs the permission of each of its parts, and none of its own. */
const parts: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** What a call needs, table by table; a query of an index needs the index, not the table. */
export const permissionsOf = (
  action: string,
  input: Input,
  arnOf: (table: string) => string,
): readonly Permission[] => {
  const need = (name: string, resource: string) => ({ action: `dynamodb:${name}`, resource });
  if (input.TransactItems !== undefined) {
    return input.TransactItems.flatMap((item) =>
      // One that names no table is for the engine to refuse.
      Object.entries(item).map(([part, request]) =>
        need(parts[part] ?? part, typeof request?.TableName === 'string' ? arnOf(request.TableName) : '*'),
      ),
    );
  }
  if (input.RequestItems !== undefined) {
    return Object.keys(input.RequestItems).map((table) => need(action, arnOf(table)));
  }
  if (input.ShardIterator !== undefined) {
    return [need(action, streamArnOf(arnOf(tableOfIterator(input.ShardIterator))))];
  }
  if (input.StreamArn !== undefined) return [need(action, input.StreamArn)];
  if (input.TableName === undefined) return [need(action, '*')];
  const table = arnOf(input.TableName);
  return [need(action, input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`)];
};

/** The engine's iterators are JSON in base64. */
const tableOfIterator = (iterator: string): string => {
  try {
    return JSON.parse(Buffer.from(iterator, 'base64').toString()).table_name;
  } catch {
    return '*';
  }
};

/** The tables that a call writes to; nothing for a reading one. */
export const writtenTables = (action: string, input: Input): readonly string[] => {
  if (action === 'PutItem' || action === 'UpdateItem' || action === 'DeleteItem') {
    return [input.TableName ?? ''];
  }
  if (action === 'BatchWriteItem') return Object.keys(input.RequestItems ?? {});
  if (action !== 'TransactWriteItems') return [];
  return (input.TransactItems ?? []).flatMap((item) => Object.values(item).map(({ TableName }) => TableName));
};
