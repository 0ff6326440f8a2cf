import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, createClient, DynamoDbError } from './client.ts';
import { type DynamoDb, startDynamoDb } from './engine.ts';

// What the services rely on, as the developer guide and the API reference have it: the engine is somebody else's,
// and the next version of it may think differently.

const S = (text: string) => ({ S: text });
const N = (number: string | number) => ({ N: String(number) });
const TableName = 'things';
const key = (pk: string, sk = '1') => ({ pk: S(pk), sk: S(sk) });

let db: DynamoDb;
let client: Client;
const call = <T = Record<string, unknown>>(action: string, input: object): Promise<T> =>
  client.call(`DynamoDB_20120810.${action}`, input);
const on = <T = Record<string, unknown>>(action: string, input: object) =>
  call<T>(action, { TableName, ...input });
const get = async (pk: string, sk?: string) =>
  (await on<{ Item?: Record<string, unknown> }>('GetItem', { Key: key(pk, sk), ConsistentRead: true })).Item;
const put = (pk: string, more: object = {}, options: object = {}) =>
  on('PutItem', { Item: { ...key(pk), ...more }, ...options });
const update = (pk: string, UpdateExpression: string, options: object = {}) =>
  on<{ Attributes: object }>('UpdateItem', { Key: key(pk), UpdateExpression, ...options });

beforeAll(async () => {
  db = await startDynamoDb();
  client = createClient(db.port);
  const AttributeDefinitions = ['pk', 'sk', 'customer', 'placedAt'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  }));
  await on('CreateTable', {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCustomer',
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'placedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  for (let index = 0; index < 5; index += 1) {
    await on('PutItem', {
      Item: { ...key('list', String(index)), v: N(index), customer: S('me'), placedAt: S(`2025-0${index}`) },
    });
  }
  await put('there', { v: N(1), note: S('x') });
});

afterAll(async () => {
  client.close();
  await db.stop();
});

const values = (given: Record<string, object>) => ({ ExpressionAttributeValues: given });
const huge = 'x'.repeat(400 * 1024);

test.each<[string, () => Promise<unknown>, string, string]>([
  [
    'a condition that does not hold',
    () => put('there', {}, { ConditionExpression: 'attribute_not_exists(pk)' }),
    'ConditionalCheckFailedException',
    'The conditional request failed',
  ],
  [
    'an unknown table',
    () => call('GetItem', { TableName: 'none', Key: key('a') }),
    'ResourceNotFoundException',
    'Requested resource not found',
  ],
  [
    'an item without its sort key',
    () => on('PutItem', { Item: { pk: S('a') } }),
    'ValidationException',
    'One or more parameter values were invalid: Missing the key sk in the item',
  ],
  [
    'a key of another type',
    () => on('PutItem', { Item: { pk: N(1), sk: S('1') } }),
    'ValidationException',
    'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
  ],
  [
    'an empty key',
    () => put(''),
    'ValidationException',
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
  ],
  [
    'a key with one attribute too many',
    () => on('GetItem', { Key: { ...key('a'), v: N(1) } }),
    'ValidationException',
    'The provided key element does not match the schema',
  ],
  [
    'a secondary index key of another type',
    () => put('a', { customer: N(1) }),
    'ValidationException',
    'One or more parameter values were invalid: Type mismatch for Index Key customer Expected: S Actual: N IndexName: byCustomer',
  ],
  [
    'an empty secondary index key',
    () => put('a', { customer: S('') }),
    'ValidationException',
    'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byCustomer, IndexKey: customer',
  ],
  [
    'an empty set',
    () => put('a', { set: { SS: [] } }),
    'ValidationException',
    'One or more parameter values were invalid: An string set  may not be empty',
  ],
  [
    'a set with a repeated value',
    () => put('a', { set: { SS: ['a', 'a'] } }),
    'ValidationException',
    'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
  ],
  [
    'an item above 400 KB',
    () => put('a', { note: S(huge) }),
    'ValidationException',
    'Item size has exceeded the maximum allowed size',
  ],
  [
    'an update to above 400 KB',
    () => update('there', 'SET big = :x', values({ ':x': S(huge) })),
    'ValidationException',
    'Item size to update has exceeded the maximum allowed size',
  ],
  [
    'a number of 39 digits',
    () => put('a', { v: N('1'.repeat(39)) }),
    'ValidationException',
    'Attempting to store more than 38 significant digits in a Number',
  ],
  [
    'a number that is none',
    () => put('a', { v: N('abc') }),
    'ValidationException',
    'The parameter cannot be converted to a numeric value: abc',
  ],
  [
    'a number too large',
    () => put('a', { v: N('1e126') }),
    'ValidationException',
    'Number overflow. Attempting to store a number with magnitude larger than supported range',
  ],
  [
    'an update of a key',
    () => update('there', 'SET pk = :x', values({ ':x': S('b') })),
    'ValidationException',
    'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
  ],
  [
    'a value that no expression uses',
    () => update('there', 'SET v = :x', values({ ':x': N(1), ':y': N(2) })),
    'ValidationException',
    'Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}',
  ],
  [
    'a value that is not given',
    () => update('there', 'SET v = :x'),
    'ValidationException',
    'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :x',
  ],
  [
    'a name that no expression uses',
    () =>
      on('GetItem', { Key: key('a'), ProjectionExpression: 'v', ExpressionAttributeNames: { '#v': 'v' } }),
    'ValidationException',
    'Value provided in ExpressionAttributeNames unused in expressions: keys: {#v}',
  ],
  [
    'a reserved word',
    () => update('there', 'SET status = :x', values({ ':x': N(1) })),
    'ValidationException',
    'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status',
  ],
  [
    'two updates of one attribute',
    () => update('there', 'SET v = :x, v = :x', values({ ':x': N(1) })),
    'ValidationException',
    'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [v], path two: [v]',
  ],
  [
    'a sum with what is not there',
    () => update('there', 'SET q = q + :x', values({ ':x': N(1) })),
    'ValidationException',
    'The provided expression refers to an attribute that does not exist in the item',
  ],
  [
    'a path into what is not there',
    () => update('there', 'SET m.a = :x', values({ ':x': N(1) })),
    'ValidationException',
    'The document path provided in the update expression is invalid for update',
  ],
  [
    'redundant parentheses',
    () => put('a', {}, { ConditionExpression: '((attribute_not_exists(pk)))' }),
    'ValidationException',
    'Invalid ConditionExpression: The expression has redundant parentheses;',
  ],
  [
    'return values that a put has not',
    () => put('a', {}, { ReturnValues: 'ALL_NEW' }),
    'ValidationException',
    'ReturnValues can only be ALL_OLD or NONE',
  ],
  [
    'one item twice in a transaction',
    () =>
      call('TransactWriteItems', {
        TransactItems: [{ Put: { TableName, Item: key('a') } }, { Delete: { TableName, Key: key('a') } }],
      }),
    'ValidationException',
    'Transaction request cannot include multiple operations on one item',
  ],
  [
    'a transaction of 101 items',
    () =>
      call('TransactWriteItems', {
        TransactItems: Array.from({ length: 101 }, (_, index) => ({
          Put: { TableName, Item: key(`t${index}`) },
        })),
      }),
    'ValidationException',
    'Member must have length less than or equal to 100',
  ],
  [
    'a transaction above 4 MB',
    () =>
      call('TransactWriteItems', {
        TransactItems: Array.from({ length: 15 }, (_, index) => ({
          Put: { TableName, Item: { ...key(`t${index}`), note: S('x'.repeat(300_000)) } },
        })),
      }),
    'ValidationException',
    'exceeding the 4MB limit',
  ],
  [
    'a consistent read of a global index',
    () =>
      on('Query', {
        IndexName: 'byCustomer',
        ConsistentRead: true,
        KeyConditionExpression: 'customer = :o',
        ...values({ ':o': S('me') }),
      }),
    'ValidationException',
    'Consistent reads are not supported on global secondary indexes',
  ],
  [
    'an unknown index',
    () =>
      on('Query', {
        IndexName: 'byNone',
        KeyConditionExpression: 'customer = :o',
        ...values({ ':o': S('me') }),
      }),
    'ValidationException',
    'The table does not have the specified index: byNone',
  ],
  [
    'a query without its partition key',
    () => on('Query', { KeyConditionExpression: 'sk = :s', ...values({ ':s': S('1') }) }),
    'ValidationException',
    'Query condition missed key schema element: pk',
  ],
  [
    'a filter on a key',
    () =>
      on('Query', {
        KeyConditionExpression: 'pk = :p',
        FilterExpression: 'sk = :p',
        ...values({ ':p': S('a') }),
      }),
    'ValidationException',
    'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
  ],
  [
    'one key twice in a batch',
    () => call('BatchGetItem', { RequestItems: { [TableName]: { Keys: [key('a'), key('a')] } } }),
    'ValidationException',
    'Provided list of item keys contains duplicates',
  ],
  [
    'a batch of 26 writes',
    () =>
      call('BatchWriteItem', {
        RequestItems: {
          [TableName]: Array.from({ length: 26 }, (_, index) => ({ PutRequest: { Item: key(`b${index}`) } })),
        },
      }),
    'ValidationException',
    'Member must have length less than or equal to 25',
  ],
])('%s is refused', async (_, perform, code, message) => {
  const refused = expect(perform()).rejects;
  await refused.toMatchObject({ code, message: expect.stringContaining(message), status: 400 });
});

const detailsOf = async (failing: Promise<unknown>): Promise<Record<string, unknown>> => {
  const error = await failing.catch((thrown) => thrown);
  if (!(error instanceof DynamoDbError)) throw new Error('it did not fail');
  return error.details as Record<string, unknown>;
};

test('a failed condition gives the item that was there, where asked for', async () => {
  const options = {
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  expect((await detailsOf(put('there', {}, options))).Item).toMatchObject({ ...key('there'), v: N(1) });
  const transaction = call('TransactWriteItems', {
    TransactItems: [
      { Put: { TableName, Item: key('unwritten') } },
      { Put: { TableName, Item: key('there'), ...options } },
    ],
  });
  expect(await detailsOf(transaction)).toMatchObject({
    Message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    CancellationReasons: [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { note: S('x') } },
    ],
  });
  expect(await get('unwritten')).toBeUndefined();
});

test('a transaction with a token is done once, and the token is of no use for another', async () => {
  const count = (by: number) =>
    call('TransactWriteItems', {
      ClientRequestToken: 'token-1',
      TransactItems: [
        {
          Update: {
            TableName,
            Key: key('counter'),
            UpdateExpression: 'ADD v :by',
            ...values({ ':by': N(by) }),
          },
        },
      ],
    });
  await count(1);
  await count(1);
  expect(await get('counter')).toMatchObject({ v: N(1) });
  await expect(count(2)).rejects.toMatchObject({ code: 'IdempotentParameterMismatchException' });
});

test('a transaction reads what is there, and says what is not', async () => {
  const { Responses } = await call<{ Responses: object[] }>('TransactGetItems', {
    TransactItems: ['there', 'nowhere'].map((pk) => ({ Get: { TableName, Key: key(pk) } })),
  });
  expect(Responses).toEqual([{ Item: expect.objectContaining(key('there')) }, {}]);
});

test('conditions compare types, sizes, sets and parts as documented', async () => {
  await put('rich', {
    parts: { L: [N(1), S('a')] },
    tags: { SS: ['a', 'b'] },
    note: S('hello'),
    flag: { BOOL: true },
    nothing: { NULL: true },
  });
  const holds = async (ConditionExpression: string, given: Record<string, object> = {}) => {
    const write = update('rich', 'SET seen = :seen', {
      ConditionExpression,
      ...values({ ':seen': N(1), ...given }),
    });
    return write.then(
      () => true,
      ({ code }) => (code === 'ConditionalCheckFailedException' ? false : code),
    );
  };
  expect(await holds('contains(tags, :x)', { ':x': S('a') })).toBe(true);
  expect(await holds('contains(note, :x)', { ':x': S('ell') })).toBe(true);
  expect(await holds('contains(parts, :x)', { ':x': N('1.0') })).toBe(true);
  expect(await holds('size(parts) = :x', { ':x': N(2) })).toBe(true);
  expect(await holds('attribute_type(nothing, :x)', { ':x': S('NULL') })).toBe(true);
  expect(await holds('begins_with(note, :x)', { ':x': S('he') })).toBe(true);
  expect(await holds('parts[0] < :x', { ':x': N(10) })).toBe(true);
  // Another type is never less, equal or greater; what is not there is nothing but absent.
  expect(await holds('note < :x', { ':x': N(10) })).toBe(false);
  expect(await holds('absent <> :x', { ':x': N(10) })).toBe(true);
  expect(await holds('absent = :x', { ':x': N(10) })).toBe(false);
  expect(await holds('NOT absent = :x', { ':x': N(10) })).toBe(true);
  expect(await holds('note IN (:x, :y)', { ':x': S('hello'), ':y': S('x') })).toBe(true);
});

test('numbers keep 38 digits and lose zeros that say nothing; empty texts stay', async () => {
  const digits = '12345678901234567890123456789012345678';
  await put('numbers', { a: N('0010.500'), b: N('1e3'), c: N(digits), d: N('-0'), e: S(''), f: N('1e-130') });
  expect(await get('numbers')).toMatchObject({
    a: N('10.5'),
    b: N('1000'),
    c: N(digits),
    d: N('0'),
    e: S(''),
  });
  await update('numbers', 'SET c = c + :one', values({ ':one': N(1) }));
  expect(await get('numbers')).toMatchObject({ c: N('12345678901234567890123456789012345679') });
  const { Attributes } = await update('numbers', 'SET a = a + :x', {
    ...values({ ':x': N('0.1') }),
    ReturnValues: 'UPDATED_NEW',
  });
  expect(Attributes).toEqual({ a: N('10.6') });
});

test('an update gives back what it was asked for', async () => {
  await put('returns', { a: N(1), b: N(2) });
  const change = (ReturnValues: string) =>
    update('returns', 'SET a = a + :x', { ...values({ ':x': N(1) }), ReturnValues });
  expect((await change('UPDATED_OLD')).Attributes).toEqual({ a: N(1) });
  expect((await change('ALL_OLD')).Attributes).toEqual({ ...key('returns'), a: N(2), b: N(2) });
  expect((await change('UPDATED_NEW')).Attributes).toEqual({ a: N(4) });
  expect((await change('ALL_NEW')).Attributes).toEqual({ ...key('returns'), a: N(5), b: N(2) });
  expect(await change('NONE')).not.toHaveProperty('Attributes');
});

test('a page ends at its limit, before any filter, and the next one starts after it', async () => {
  const page = (options: object) =>
    on<{ Count: number; ScannedCount: number; Items: { sk: object }[]; LastEvaluatedKey?: object }>('Query', {
      KeyConditionExpression: 'pk = :p',
      ...options,
      ExpressionAttributeValues: { ':p': S('list'), ...('FilterExpression' in options && { ':v': N(1) }) },
    });
  const first = await page({ Limit: 2, FilterExpression: 'v > :v' });
  expect(first).toMatchObject({ Count: 0, ScannedCount: 2, LastEvaluatedKey: key('list', '1') });
  const rest = await page({ ExclusiveStartKey: first.LastEvaluatedKey });
  expect(rest.Items.map(({ sk }) => sk)).toEqual(['2', '3', '4'].map(S));
  expect(rest).not.toHaveProperty('LastEvaluatedKey');
  // A page that is just full can't know that it was the last one.
  expect(await page({ Limit: 5 })).toMatchObject({ Count: 5, LastEvaluatedKey: key('list', '4') });
  const backwards = await page({ Limit: 1, ScanIndexForward: false });
  expect(backwards.Items[0]?.sk).toEqual(S('4'));
});

test('an index holds what is projected, and a page of it goes on by both keys', async () => {
  const page = (options: object) =>
    on<{ Items: object[]; LastEvaluatedKey?: object }>('Query', {
      IndexName: 'byCustomer',
      KeyConditionExpression: 'customer = :o',
      ...values({ ':o': S('me') }),
      ...options,
    });
  const { Items, LastEvaluatedKey } = await page({ Limit: 1, ScanIndexForward: false });
  const newest = { ...key('list', '4'), customer: S('me'), placedAt: S('2025-04') };
  expect(Items).toEqual([newest]);
  expect(LastEvaluatedKey).toEqual(newest);
  expect((await page({ ScanIndexForward: false, ExclusiveStartKey: LastEvaluatedKey })).Items).toHaveLength(
    4,
  );
});

test('a result page ends at 1 MB', async () => {
  for (let index = 0; index < 4; index += 1) {
    await on('PutItem', { Item: { ...key('megabyte', String(index)), note: S('x'.repeat(390_000)) } });
  }
  const { Count, LastEvaluatedKey } = await on<{ Count: number; LastEvaluatedKey: object }>('Query', {
    KeyConditionExpression: 'pk = :p',
    ...values({ ':p': S('megabyte') }),
  });
  expect(Count).toBeLessThan(4);
  expect(LastEvaluatedKey).toBeDefined();
});

test('a projection gives the parts that it names', async () => {
  await put('projected', { a: { M: { b: N(1), c: N(2) } }, parts: { L: [N(0), N(1)] }, d: N(3) });
  const { Item } = await on<{ Item: object }>('GetItem', {
    Key: key('projected'),
    ProjectionExpression: '#a.b, parts[1]',
    ExpressionAttributeNames: { '#a': 'a' },
  });
  expect(Item).toEqual({ a: { M: { b: N(1) } }, parts: { L: [N(1)] } });
});

test('tells the capacity that was consumed, where asked for', async () => {
  const { ConsumedCapacity } = await put(
    'capacity',
    { note: S('x'.repeat(1500)) },
    { ReturnConsumedCapacity: 'TOTAL' },
  );
  expect(ConsumedCapacity).toEqual({ TableName, CapacityUnits: 2 });
  const read = await on('GetItem', { Key: key('capacity'), ReturnConsumedCapacity: 'TOTAL' });
  expect(read.ConsumedCapacity).toEqual({ TableName, CapacityUnits: 0.5 });
});

test('of many at once, one creates, and none is lost', async () => {
  const creating = Array.from({ length: 20 }, (_, index) =>
    put('race', { by: N(index) }, { ConditionExpression: 'attribute_not_exists(pk)' }).then(
      () => true,
      () => false,
    ),
  );
  expect((await Promise.all(creating)).filter(Boolean)).toHaveLength(1);
  await Promise.all(Array.from({ length: 20 }, () => update('race', 'ADD v :x', values({ ':x': N(1) }))));
  expect(await get('race')).toMatchObject({ v: N(20) });
});
