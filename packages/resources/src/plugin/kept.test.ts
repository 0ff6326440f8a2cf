import { expect, test } from '@jest/globals';
import { tableTemplate } from '../cloudformation/table.ts';
import { table } from '../definitions.ts';
import { type KeptResources, refuseLosses } from './kept.ts';

const stage = {
  stage: 'prod',
  region: 'us-east-1',
  stageRegion: 'us-east-1',
  mailDomain: 'shop.example',
  settings: { logRetentionInDays: 90, release: 'all-at-once', cache: { engine: 'memory' as const } },
};
const shop = (
  options: Partial<Parameters<typeof table>[0]> & { indexes?: object } = {},
  name = 'OrdersTable',
) =>
  tableTemplate(
    { context: 'orders', name },
    table({ partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt', ...options }),
    stage,
  ) as KeptResources;
const byDay = { byDay: { partitionKey: 'day' } };
const byCustomer = { byCustomer: { partitionKey: 'customerId' } };

const refusal = (before: KeptResources, after: KeptResources, ...letGo: string[]): string => {
  try {
    refuseLosses(before, after, letGo, 'services/orders');
    return 'deployed';
  } catch (error) {
    return (error as Error).message;
  }
};

test('what loses nothing is deployed: nothing changed, a new table, one new index, another setting', () => {
  expect(refusal(shop(), shop())).toBe('deployed');
  expect(refusal({}, shop())).toBe('deployed');
  expect(refusal(shop(), shop({ indexes: byDay }))).toBe('deployed');
  expect(refusal(shop(), shop({ stream: true }))).toBe('deployed');
  expect(refusal(shop(), { ...shop(), ...shop({}, 'Other') })).toBe('deployed');
});

test('a table that goes, or gets another name, is refused until it is let go', () => {
  expect(refusal(shop(), {})).toContain('OrdersTable is no longer there');
  expect(refusal(shop(), shop({}, 'Orders'))).toContain('LET_GO=OrdersTable.');
  expect(refusal(shop(), {}, 'OrdersTable')).toBe('deployed');
  expect(refusal(shop(), {}, 'Orders')).not.toBe('deployed');
});

test('so is whatever else is retained, but no version of a function', () => {
  const retained = (Type: string) => ({ Thing: { Type, DeletionPolicy: 'Retain' } });
  expect(refusal(retained('AWS::Cognito::UserPool'), {})).toContain('Thing is no longer there');
  expect(refusal(retained('AWS::Lambda::Version'), {})).toBe('deployed');
  expect(refusal({ Thing: { Type: 'AWS::SQS::Queue' } }, {})).toBe('deployed');
});

test('another key would empty the table', () => {
  expect(refusal(shop(), shop({ partitionKey: 'id' }))).toContain('a new, empty table');
  expect(refusal(shop(), shop({ partitionKey: 'id' }), 'OrdersTable')).toContain('a new, empty table');
});

test('an index goes only once it is let go, and never changes its key', () => {
  expect(refusal(shop({ indexes: byDay }), shop())).toContain('LET_GO=OrdersTable.byDay.');
  expect(refusal(shop({ indexes: byDay }), shop(), 'OrdersTable.byDay')).toBe('deployed');
  const other = { byDay: { partitionKey: 'month' } };
  expect(refusal(shop({ indexes: byDay }), shop({ indexes: other }))).toContain(
    'Add an index of another name',
  );
});

test('two indexes at once are refused, let go or not', () => {
  expect(refusal(shop(), shop({ indexes: { ...byDay, ...byCustomer } }))).toContain('one index at a time');
  expect(refusal(shop({ indexes: byDay }), shop({ indexes: byCustomer }), 'OrdersTable.byDay')).toContain(
    'byCustomer and byDay added or removed at once',
  );
});

test('another time to live takes two deployments', () => {
  expect(refusal(shop(), shop({ timeToLive: 'goneAt' }))).toContain('an hour later');
});

test('everything that is wrong is told at once', () => {
  expect(
    refusal({ ...shop(), ...shop({}, 'Other') }, shop({ partitionKey: 'id' })).split('\n- '),
  ).toHaveLength(3);
});
