import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '@emporium/functions';
import { startTables } from '@emporium/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { register } from './domain/profile.ts';
import { userStore } from './store.ts';

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables(resources);
});
afterAll(() => tables.stop());

const customer = {
  customerId: '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f',
  email: 'ada@example.com',
  name: 'Ada',
};

test('a customer is registered once, whoever tries and however often', async () => {
  const store = userStore();
  const at = (day: number) => register(customer, new Date(Date.UTC(2026, 6, day)));
  await Promise.all([1, 2, 3].map((day) => store.add(at(day), { correlationId: 'c' })));
  await store.add(at(4), { correlationId: 'c' });
  await expect(store.profile(customer.customerId)).resolves.toMatchObject(customer);

  const { Items = [] } = await documentClient().send(
    new ScanCommand({ TableName: resources.UsersTable.name }),
  );
  const events = Items.filter(({ kind }) => kind === 'outbox');
  expect(events).toHaveLength(1);
  expect(events[0]?.event).toMatchObject({ detailType: 'CustomerRegistered', detail: { data: customer } });
});

test('a stranger has no profile', async () => {
  await expect(userStore().profile('nobody')).resolves.toBeUndefined();
});
