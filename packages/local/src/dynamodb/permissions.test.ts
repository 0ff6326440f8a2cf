import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Caller, Context } from '../cloud.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, packageForTest, recordingLog } from '../test-cloud.ts';
import { type Input, permissionsOf, writtenTables } from './permissions.ts';

const arnOf = (table: string) =>
  table.startsWith('arn:') ? table : `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`;
const keys = (_table: string, index?: string) => (index === undefined ? 'pk' : 'owner');
const needs = (action: string, input: object) => permissionsOf(action, input as Input, arnOf, keys);
const contexts = (action: string, input: object): readonly Context[] =>
  needs(action, input).map(({ context }) => (typeof context === 'function' ? context() : (context ?? {})));

const S = (text: string) => ({ S: text });
const key = { pk: S('a'), sk: S('1') };

test.each<[string, object, readonly string[]]>([
  ['GetItem', { TableName: 'x', Key: key }, ['GetItem x']],
  ['Query', { TableName: 'x' }, ['Query x']],
  ['Query', { TableName: 'x', IndexName: 'byOwner' }, ['Query x/index/byOwner']],
  ['Scan', { TableName: arnOf('x') }, ['Scan x']],
  [
    'BatchGetItem',
    { RequestItems: { x: { Keys: [key] }, y: { Keys: [key] } } },
    ['BatchGetItem x', 'BatchGetItem y'],
  ],
  ['BatchWriteItem', { RequestItems: { x: [{ DeleteRequest: { Key: key } }] } }, ['BatchWriteItem x']],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: 'x', Item: key } },
        { Update: { TableName: 'x', Key: key } },
        { Delete: { TableName: 'x', Key: key } },
        { ConditionCheck: { TableName: 'y', Key: key } },
      ],
    },
    ['PutItem x', 'UpdateItem x', 'DeleteItem x', 'ConditionCheckItem y'],
  ],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName: 'x', Key: key } }] }, ['GetItem x']],
  ['DescribeStream', { StreamArn: `${arnOf('x')}/stream/1` }, ['DescribeStream x/stream/1']],
  ['ListTables', {}, ['ListTables *']],
])('%s of %j needs %j', (action, input, expected) => {
  const found = needs(action, input).map(({ action: name, resource }) =>
    `${name} ${resource}`.replace('dynamodb:', '').replace(arnOf(''), ''),
  );
  expect(found).toEqual(expected);
});

test.each<[string, object, readonly Context[]]>([
  [
    'GetItem',
    {
      TableName: 'x',
      Key: key,
      ProjectionExpression: 'total, #s.city',
      ExpressionAttributeNames: { '#s': 'status' },
    },
    [{ 'dynamodb:LeadingKeys': ['a'], 'dynamodb:Attributes': ['pk', 'sk', 'total', 'status'] }],
  ],
  [
    'PutItem',
    { TableName: 'x', Item: { ...key, total: { N: '1' } }, ConditionExpression: 'attribute_not_exists(pk)' },
    [{ 'dynamodb:LeadingKeys': ['a'], 'dynamodb:Attributes': ['pk', 'sk', 'total'] }],
  ],
  [
    'UpdateItem',
    {
      TableName: 'x',
      Key: { pk: { N: '7' } },
      UpdateExpression: 'SET list[0].name = if_not_exists(first, :v) REMOVE other ADD seen :one',
      ConditionExpression: 'size(#n) BETWEEN :a AND :b',
      ExpressionAttributeNames: { '#n': 'notes' },
      ReturnValues: 'ALL_NEW',
      ReturnConsumedCapacity: 'TOTAL',
    },
    [
      {
        'dynamodb:LeadingKeys': ['7'],
        'dynamodb:Attributes': ['pk', 'notes', 'list', 'first', 'other', 'seen'],
        'dynamodb:ReturnValues': 'ALL_NEW',
        'dynamodb:ReturnConsumedCapacity': 'TOTAL',
      },
    ],
  ],
  [
    'Query',
    {
      TableName: 'x',
      KeyConditionExpression: '#pk = :pk AND begins_with(sk, :sk)',
      FilterExpression: 'total > :t',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': S('a'), ':sk': S('1'), ':t': { N: '1' } },
      Select: 'COUNT',
    },
    [
      {
        'dynamodb:LeadingKeys': ['a'],
        'dynamodb:Attributes': ['pk', 'sk', 'total'],
        'dynamodb:Select': 'COUNT',
      },
    ],
  ],
  [
    'Query',
    {
      TableName: 'x',
      IndexName: 'byOwner',
      KeyConditionExpression: 'placedAt > :p AND owner = :o',
      ExpressionAttributeValues: { ':o': S('me'), ':p': S('2025') },
    },
    [{ 'dynamodb:LeadingKeys': ['me'], 'dynamodb:Attributes': ['placedAt', 'owner'] }],
  ],
  ['Scan', { TableName: 'x' }, [{}]],
  [
    'BatchGetItem',
    { RequestItems: { x: { Keys: [{ pk: S('a') }, { pk: S('b') }], ProjectionExpression: 'total' } } },
    [{ 'dynamodb:LeadingKeys': ['a', 'b'], 'dynamodb:Attributes': ['pk', 'total'] }],
  ],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        x: [{ PutRequest: { Item: { pk: S('a'), n: S('1') } } }, { DeleteRequest: { Key: { pk: S('b') } } }],
      },
    },
    [{ 'dynamodb:LeadingKeys': ['a', 'b'], 'dynamodb:Attributes': ['pk', 'n'] }],
  ],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: 'x', Item: { pk: S('a') } } },
        { Delete: { TableName: 'x', Key: { pk: S('b') } } },
      ],
    },
    [
      {
        'dynamodb:LeadingKeys': ['a'],
        'dynamodb:Attributes': ['pk'],
        'dynamodb:EnclosingOperation': 'TransactWriteItems',
      },
      {
        'dynamodb:LeadingKeys': ['b'],
        'dynamodb:Attributes': ['pk'],
        'dynamodb:EnclosingOperation': 'TransactWriteItems',
      },
    ],
  ],
])('%s of %j is judged by its condition keys', (action, input, expected) => {
  expect(contexts(action, input)).toEqual(expected);
});

test.each<object>([
  { TransactItems: 'x' },
  { TransactItems: [null] },
  { TransactItems: [{ Put: null }] },
  { RequestItems: null },
  { RequestItems: { x: [] } },
  { TableName: 7 },
  { ShardIterator: 'x' },
])('a malformed request %j is left to the engine to refuse', (input) => {
  expect(() => contexts('PutItem', input)).not.toThrow();
  expect(() => writtenTables('BatchWriteItem', input as Input)).not.toThrow();
});

test('PartiQL is refused', () => {
  expect(() => needs('ExecuteStatement', { Statement: 'SELECT * FROM x' })).toThrow(
    'PartiQL does not run locally',
  );
});

let running: LocalCloud | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

test('a role may touch its own keys and attributes only, and the calls are counted', async () => {
  const Things = { 'Fn::GetAtt': ['Things', 'Arn'] };
  const service = packageForTest({
    resources: {
      Things: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'things',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'own',
          Policies: [
            {
              PolicyName: 'own',
              PolicyDocument: {
                Statement: {
                  Effect: 'Allow',
                  Action: 'dynamodb:*',
                  Resource: Things,
                  Condition: {
                    'ForAllValues:StringEquals': {
                      'dynamodb:LeadingKeys': ['me'],
                      'dynamodb:Attributes': ['pk', 'note'],
                    },
                  },
                },
              },
            },
          ],
        },
      },
    },
  });
  const dataFolder = mkdtempSync(join(tmpdir(), 'conditions-'));
  running = await startLocal({ templates: [service], dataFolder, port: 0, log: recordingLog() });
  const { cloud } = running;
  const caller: Caller = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/own', name: 'own' };
  const put = (Item: object, more: object = {}) =>
    cloud.call(caller, 'dynamodb', 'PutItem', { TableName: 'things', Item, ...more });

  await put({ pk: S('me'), note: S('mine') });
  await expect(put({ pk: S('you') })).rejects.toMatchObject({ code: 'AccessDeniedException' });
  await expect(put({ pk: S('me'), salary: S('more') })).rejects.toMatchObject({
    code: 'AccessDeniedException',
  });
  await expect(
    put({ pk: S('me') }, { ConditionExpression: 'attribute_not_exists(pk)' }),
  ).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
  const metrics = cloud.metrics as unknown as {
    read(metric: object): { statistics: { count: number } }[];
  };
  const counted = (name: string, dimensions: object) =>
    metrics.read({ namespace: 'AWS/DynamoDB', name, dimensions })[0]?.statistics.count;
  await eventually(() => counted('ConditionalCheckFailedRequests', { TableName: 'things' }));
  expect(counted('SuccessfulRequestLatency', { TableName: 'things', Operation: 'PutItem' })).toBe(1);
});
