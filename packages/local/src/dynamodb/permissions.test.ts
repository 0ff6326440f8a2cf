import { expect, test } from '@jest/globals';
import { permissionsOf } from './permissions.ts';

const arnOf = (table: string) => `arn:${table}`;

test('a transaction needs the permission of each of its parts', () => {
  const TransactItems = [{ Put: { TableName: 'a' } }, { ConditionCheck: { TableName: 'b' } }];
  expect(permissionsOf('TransactWriteItems', { TransactItems }, arnOf)).toEqual([
    { action: 'dynamodb:PutItem', resource: 'arn:a' },
    { action: 'dynamodb:ConditionCheckItem', resource: 'arn:b' },
  ]);
});

test.each([[{ Put: null }], [{ Put: 5 }], [{ Put: { TableName: 5 } }], [{ Put: {} }]])(
  'a part that names no table is left to the engine to refuse: %j',
  (item) => {
    const needed = permissionsOf('TransactWriteItems', { TransactItems: [item as never] }, arnOf);
    expect(needed).toEqual([{ action: 'dynamodb:PutItem', resource: '*' }]);
  },
);
