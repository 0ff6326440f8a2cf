import { AwsError, type Permission } from '../cloud.ts';
import { streamArnOf } from '../cloudformation/identity.ts';
import { type Access, contextOf, type KeyNames } from './conditions.ts';

/** What is looked at of a request. It comes from outside: nothing is sure to have its type. */
export interface Input extends Access {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly StreamArn?: string;
  readonly ShardIterator?: string;
  readonly RequestItems?: Readonly<Record<string, RequestItems>>;
  readonly TransactItems?: readonly Readonly<Record<string, Access & { readonly TableName: string }>>[];
  readonly ClientRequestToken?: string;
}

/** A table's part of a batch: what is read, or what is written. */
type RequestItems =
  | (Access & { readonly Keys?: readonly NonNullable<Access['Key']>[] })
  | readonly Readonly<Record<string, Access>>[];

/** A transaction needs the permission of each of its parts, and none of its own. */
const parts: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** PartiQL would need each statement's tables, keys and attributes to be found before it may run. */
const PARTIQL = new Set(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction']);

/** What a call needs, table by table; a query of an index needs the index, not the table. */
export const permissionsOf = (
  action: string,
  input: Input,
  arnOf: (table: string) => string,
  keys: KeyNames,
): readonly Permission[] => {
  if (PARTIQL.has(action)) {
    throw new AwsError(
      'ValidationException',
      `${action}: PartiQL does not run locally, use GetItem, Query or PutItem`,
    );
  }
  const { TransactItems, RequestItems, ShardIterator, StreamArn, TableName, IndexName } = input;
  const need = (name: string, resource: string) => ({ action: `dynamodb:${name}`, resource });
  if (Array.isArray(TransactItems)) {
    return TransactItems.flatMap((item: NonNullable<Input['TransactItems']>[number]) =>
      Object.entries(item ?? {}).map(([part, access]) => ({
        ...need(parts[part] ?? part, arnOf(String(access?.TableName))),
        context: () => contextOf([access], { keys, enclosing: action, ...tableOf(access?.TableName) }),
      })),
    );
  }
  if (isRecord(RequestItems)) {
    return Object.entries(RequestItems).map(([table, items]) => ({
      ...need(action, arnOf(table)),
      context: () => contextOf(accessesOf(items), { keys, ...tableOf(table), request: input }),
    }));
  }
  if (ShardIterator !== undefined) {
    return [need(action, streamArnOf(arnOf(tableOfIterator(ShardIterator))))];
  }
  if (StreamArn !== undefined) return [need(action, String(StreamArn))];
  if (TableName === undefined) return [need(action, '*')];
  const table = arnOf(String(TableName));
  return [
    {
      ...need(action, IndexName === undefined ? table : `${table}/index/${IndexName}`),
      context: () => contextOf([input], { keys, ...tableOf(TableName), index: IndexName, request: input }),
    },
  ];
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const tableOf = (nameOrArn: unknown): { readonly table: string } => {
  const text = String(nameOrArn);
  return { table: text.slice(text.lastIndexOf('/') + 1) };
};

/** Reads have one projection for all keys; a write is an item, or the key of one to delete. */
const accessesOf = (items: RequestItems): readonly Access[] =>
  'Keys' in items
    ? (items.Keys ?? []).map((Key) => ({ ...items, Key }))
    : [items].flat().flatMap((item) => Object.values(item) as Access[]);

/** The engine's iterators are JSON in base64. */
const tableOfIterator = (iterator: string): string => {
  try {
    return JSON.parse(Buffer.from(iterator, 'base64').toString()).table_name;
  } catch {
    return '*';
  }
};

/** The tables that a call touches, each once. */
export const tablesOf = ({ TableName, RequestItems, TransactItems }: Input): readonly string[] => {
  if (TableName !== undefined) return [TableName];
  if (isRecord(RequestItems)) return Object.keys(RequestItems);
  if (!Array.isArray(TransactItems)) return [];
  const tables = TransactItems.flatMap((item: NonNullable<Input['TransactItems']>[number]) =>
    Object.values(item ?? {}).map((access) => access?.TableName),
  );
  return [...new Set(tables)];
};

const writing = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** The tables that a call writes to; nothing for a reading one. */
export const writtenTables = (action: string, input: Input): readonly string[] =>
  writing.has(action) ? tablesOf(input) : [];
