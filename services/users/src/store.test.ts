import { eventsOf, samples, useTables } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { register } from './domain/profile.ts';
import { userStore } from './store.ts';

useTables(resources);

const customer = {
  customerId: samples.customerId,
  email: 'ada@example.com',
  name: 'Ada',
};

test('a customer is registered once, whoever tries and however often', async () => {
  const store = userStore();
  const at = (day: number) => register(customer, new Date(Date.UTC(2026, 6, day)));
  await Promise.all([1, 2, 3].map((day) => store.addProfile(at(day), { correlationId: 'c' })));
  await store.addProfile(at(4), { correlationId: 'c' });
  await expect(store.findProfile(customer.customerId)).resolves.toMatchObject(customer);

  const events = await eventsOf(resources.UsersTable);
  expect(events).toEqual([expect.objectContaining({ name: 'CustomerRegistered', data: customer })]);
});

test('a stranger has no profile', async () => {
  await expect(userStore().findProfile('nobody')).resolves.toBeUndefined();
});
