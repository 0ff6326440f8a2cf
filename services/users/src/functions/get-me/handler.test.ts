import { httpEvent, lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { customerId } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const profile = {
  customerId,
  email: 'ada@example.com',
  name: 'Ada',
  registeredAt: '2026-07-01T12:00:00.000Z',
};
const handler = createHandler({
  profiles: { get: async (id: string) => (id === customerId ? profile : undefined) },
});

test('shows my profile and my groups', async () => {
  const customer = { id: customerId, groups: ['admin'] };
  const { statusCode, body } = await handler(httpEvent({ customer }), lambdaContext());
  expect(statusCode).toBe(200);
  expect(JSON.parse(body ?? '')).toEqual({ ...profile, groups: ['admin'] });
});

test('nobody is asked to sign in', async () => {
  await expect(handler(httpEvent(), lambdaContext())).resolves.toMatchObject({ statusCode: 401 });
});

test('a customer without a profile is told how to get one', async () => {
  const customer = { id: '00000000-0000-4000-8000-000000000000' };
  await expect(handler(httpEvent({ customer }), lambdaContext())).resolves.toMatchObject({ statusCode: 404 });
});
