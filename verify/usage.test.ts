import { expect, test } from '@jest/globals';
import type { Resource } from '../packages/local/src/cloud.ts';
import type { Usage } from '../packages/local/src/iam/usage.ts';
import { deniedCalls, unusedActions, unusedGrants } from './usage.ts';

const arn = 'arn:aws:iam::000000000000:role/place';
const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';
const queue = 'arn:aws:sqs:us-east-1:000000000000:late';

const read = {
  Effect: 'Allow',
  Action: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:Query'],
  Resource: [table],
};
const readIndexes = { Effect: 'Allow', Action: ['dynamodb:Query'], Resource: [`${table}/index/byCustomer`] };
const write = {
  Effect: 'Allow',
  Action: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
  Resource: [table],
};

const resource = (type: string, logicalId: string, properties: object, ref: string, of = ref): Resource => ({
  ...{ service: 'orders', logicalId, type, ref, arn: of },
  properties: properties as Record<string, unknown>,
});
const role = (...Statement: object[]) =>
  resource('AWS::IAM::Role', 'Role', { Policies: [{ PolicyDocument: { Statement } }] }, 'place', arn);
const policyOf = (...rules: string[]) => [
  resource('AWS::SQS::Queue', 'Late', {}, 'http://late', queue),
  resource(
    'AWS::SQS::QueuePolicy',
    'LatePolicy',
    {
      Queues: ['http://late'],
      PolicyDocument: {
        Statement: rules.map((rule) => ({
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queue,
          Condition: { ArnEquals: { 'aws:SourceArn': rule } },
        })),
      },
    },
    'policy',
  ),
];
const used = (action: string, on = table, allowed = true): Usage => ({
  by: arn,
  action,
  resource: on,
  allowed,
});
const sent = (source: string): Usage => ({
  ...used('sqs:SendMessage', queue),
  by: 'events.amazonaws.com',
  source,
});

const unused = (resources: readonly Resource[], usage: readonly Usage[]) =>
  unusedGrants(resources, usage).map(({ rule, where }) => `${rule} ${where}`);

test('a level of a link is needed by one call that nothing else allows', () => {
  const both = [role(read, readIndexes, write)];
  expect(unused(both, [])).toEqual(['dynamodb:GetItem orders.Role', 'dynamodb:PutItem orders.Role']);
  expect(unused(both, [used('dynamodb:PutItem')])).toEqual(['dynamodb:GetItem orders.Role']);
  expect(unused(both, [used('dynamodb:PutItem'), used('dynamodb:GetItem')])).toEqual([]);
  // Writing allows it, too.
  expect(unused(both, [used('dynamodb:PutItem'), used('dynamodb:ConditionCheckItem')])).toEqual([
    'dynamodb:GetItem orders.Role',
  ]);
});

test('an index belongs to its table', () => {
  expect(unused([role(read, readIndexes)], [used('dynamodb:GetItem')])).toEqual([]);
  expect(unused([role(read, readIndexes)], [used('dynamodb:Query', `${table}/index/byCustomer`)])).toEqual(
    [],
  );
});

test('what another role did, what was denied, and what was done elsewhere needs no grant', () => {
  const usage = [
    { ...used('dynamodb:GetItem'), by: `${arn}2` },
    used('dynamodb:GetItem', table, false),
    used('dynamodb:GetItem', `${table}2`),
  ];
  expect(unused([role(read)], usage)).toEqual(['dynamodb:GetItem orders.Role']);
});

test("a queue's policy is needed rule by rule", () => {
  const both = policyOf('arn:rule/a', 'arn:rule/b');
  expect(unused(both, [sent('arn:rule/a'), sent('arn:rule/b')])).toEqual([]);
  expect(unused(both, [sent('arn:rule/a')])).toEqual(['sqs:SendMessage orders.LatePolicy']);
});

test('a key is needed service by service', () => {
  const key = 'arn:aws:kms:us-east-1:000000000000:key/a';
  const [tables, queues] = ['dynamodb', 'sqs'].map((service) => ({
    ...{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: key },
    Condition: { StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } },
  })) as [object, object];
  const decrypted = { ...used('kms:Decrypt', key), via: 'sqs.us-east-1.amazonaws.com' };

  expect(unused([role(queues)], [decrypted])).toEqual([]);
  expect(unused([role(tables)], [decrypted])).toEqual(['kms:Decrypt orders.Role']);
  expect(unused([role(tables, queues)], [decrypted])).toEqual(['kms:Decrypt orders.Role']);
});

test('a key is needed table by table', () => {
  const key = 'arn:aws:kms:us-east-1:000000000000:key/a';
  const [payments, sandbox] = ['Payments', 'Sandbox'].map((name) => ({
    ...{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: key },
    Condition: { StringEquals: { 'kms:EncryptionContext:aws:dynamodb:tableName': name } },
  })) as [object, object];
  const opened = (name: string) => ({ ...used('kms:Decrypt', key), table: name });

  expect(unused([role(payments, sandbox)], [opened('Payments'), opened('Sandbox')])).toEqual([]);
  expect(unused([role(payments, sandbox)], [opened('Payments')])).toEqual(['kms:Decrypt orders.Role']);
});

test('a denied call is found, with whose it was', () => {
  const denied = deniedCalls([role(read)], [used('dynamodb:Scan', table, false), used('dynamodb:GetItem')]);
  expect(denied).toEqual([
    { rule: 'dynamodb:Scan', where: 'orders.Role', message: `was denied on ${table}` },
  ]);
});

test('single actions that nobody uses are counted where the level itself is needed', () => {
  expect(unusedActions([role(read)], [used('dynamodb:GetItem')])).toEqual(
    new Map([
      ['dynamodb:ConditionCheckItem', 1],
      ['dynamodb:Query', 1],
    ]),
  );
  expect(unusedActions([role(read)], [])).toEqual(new Map());
});
