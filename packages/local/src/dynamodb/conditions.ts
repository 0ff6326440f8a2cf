import type { Context } from '../cloud.ts';

type Value = Readonly<Record<string, unknown>>;

/** What a request reads or writes of one item, or of those that a query finds. */
export interface Access {
  readonly Key?: Readonly<Record<string, Value>>;
  readonly Item?: Readonly<Record<string, Value>>;
  readonly KeyConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly FilterExpression?: string;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>>;
  readonly Select?: string;
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: string;
}

/** The name of a table's, or an index's, partition key. */
export type KeyNames = (table: string, index?: string) => string | undefined;

interface Options {
  readonly keys: KeyNames;
  readonly table: string;
  readonly index?: string | undefined;
  /** The transaction that the access is a part of. */
  readonly enclosing?: string;
  /** What holds for all of a request's accesses. */
  readonly request?: Access;
}

/** DynamoDB's condition keys of a call: worked out only where a policy asks for them. */
export const contextOf = (
  accesses: readonly Access[],
  { keys, table, index, enclosing, request }: Options,
): Context => {
  const partitionKey = keys(table, index);
  const leading = accesses.flatMap((access) => leadingKey(access ?? {}, partitionKey));
  const attributes = new Set(accesses.flatMap((access) => attributesOf(access ?? {})));
  return {
    ...(leading.length > 0 && { 'dynamodb:LeadingKeys': leading }),
    ...(attributes.size > 0 && { 'dynamodb:Attributes': [...attributes] }),
    ...(request?.Select !== undefined && { 'dynamodb:Select': request.Select }),
    ...(request?.ReturnValues !== undefined && { 'dynamodb:ReturnValues': request.ReturnValues }),
    ...(request?.ReturnConsumedCapacity !== undefined && {
      'dynamodb:ReturnConsumedCapacity': request.ReturnConsumedCapacity,
    }),
    ...(enclosing !== undefined && { 'dynamodb:EnclosingOperation': enclosing }),
  };
};

/** The value of the partition key: of the item, or of what a query looks for. A scan has none. */
const leadingKey = (access: Access, partitionKey: string | undefined): readonly string[] => {
  if (partitionKey === undefined) return [];
  const value = (access.Key ?? access.Item)?.[partitionKey];
  if (value !== undefined) return textOf(value);
  const {
    KeyConditionExpression = '',
    ExpressionAttributeValues = {},
    ExpressionAttributeNames = {},
  } = access;
  for (const [, name = '', placeholder = ''] of KeyConditionExpression.matchAll(EQUALS)) {
    const found = ExpressionAttributeValues[placeholder];
    if ((ExpressionAttributeNames[name] ?? name) === partitionKey && found !== undefined)
      return textOf(found);
  }
  return [];
};

/** `name = :value`, the only comparison that a partition key may have. */
const EQUALS = /(#?[A-Za-z_][\w.-]*)\s*=\s*(:\w+)/g;

const textOf = (value: Value): readonly string[] => Object.values(value ?? {}).map(String);

/** A path, and the bracket of a function's call. */
const PATH = /([:#]?[A-Za-z_]\w*)((?:\.[#\w]+|\[\d+\])*)(\s*\()?/g;

const KEYWORDS = new Set(['ADD', 'AND', 'BETWEEN', 'DELETE', 'IN', 'NOT', 'OR', 'REMOVE', 'SET']);

const EXPRESSIONS = [
  'KeyConditionExpression',
  'ProjectionExpression',
  'FilterExpression',
  'ConditionExpression',
  'UpdateExpression',
] as const;

/** The top-level attributes that are named anywhere. */
const attributesOf = (access: Access): readonly string[] => {
  const { Key = {}, Item = {}, ExpressionAttributeNames = {} } = access;
  const named = EXPRESSIONS.flatMap((expression) =>
    [...String(access[expression] ?? '').matchAll(PATH)].flatMap(([, name = '', , call]) =>
      call !== undefined || name.startsWith(':') || KEYWORDS.has(name.toUpperCase())
        ? []
        : [ExpressionAttributeNames[name] ?? name],
    ),
  );
  return [...Object.keys(Key), ...Object.keys(Item), ...named];
};
