import { httpEvent, lambdaContext } from '@emporium/testing';
import { describe, expect, test } from '@jest/globals';
import { object } from 'valibot';
import { customerOf } from './customer.ts';
import { httpHandler } from './handler.ts';

const id = '8b1f6c1e-3a52-4c0b-9a3c-0d6f3b6f2e77';
const groups = (claim: unknown) =>
  customerOf(httpEvent({ claims: { sub: id, 'cognito:groups': claim as string } }));

describe('cognito:groups', () => {
  test.each([
    ['as an HTTP API writes it', '[admin ops]'],
    ['as a list', ['ops', 'admin']],
    ['separated by commas', 'ops,admin'],
    ['with commas in brackets', '[ops, admin]'],
    ['alone', 'admin'],
  ])('%s', (_, claim) => {
    expect(groups(claim)).toMatchObject({ id, isAdmin: true });
  });

  test.each([
    ['nothing', undefined],
    ['an empty list', '[]'],
    ['a group that only sounds like it', '[administrators not-admin]'],
    ['an object', { admin: true }],
    ['a list of other things', [{ admin: true }, 1]],
  ])('%s makes no admin', (_, claim) => {
    expect(groups(claim)).toMatchObject({ id, isAdmin: false });
  });
});

test('a token without a subject is nobody', () => {
  expect(customerOf(httpEvent({ claims: { sub: '', 'cognito:groups': '[admin]' } }))).toBeUndefined();
  expect(customerOf(httpEvent())).toBeUndefined();
});

test.each(['id', '', undefined])('a token of the use %j is nobody', (use) => {
  const claims = { sub: id, token_use: use as string };
  expect(customerOf(httpEvent({ claims }))).toBeUndefined();
});

describe('a route', () => {
  const status = async (
    handler: ReturnType<typeof httpHandler>,
    customer?: { id: string; groups?: string[] },
  ) => {
    const answer = await handler(httpEvent(customer ? { customer } : {}), lambdaContext());
    return { status: answer.statusCode, challenge: answer.headers?.['www-authenticate'] };
  };
  const forCustomers = httpHandler({ roles: ['customer'] }, async ({ customer }) => ({ body: customer.id }));
  const forAdmins = httpHandler({ roles: ['admin'] }, async ({ customer }) => ({ body: customer.isAdmin }));
  const forStaff = httpHandler({ roles: ['admin', 'support'] }, async () => ({ body: true }));

  test('for customers takes everyone signed in', async () => {
    expect(await status(forCustomers)).toEqual({ status: 401, challenge: 'Bearer' });
    expect(await status(forCustomers, { id })).toMatchObject({ status: 200 });
    expect(await status(forCustomers, { id, groups: ['admin'] })).toMatchObject({ status: 200 });
  });

  test('for administrators takes nobody else', async () => {
    expect(await status(forAdmins)).toMatchObject({ status: 401 });
    expect(await status(forAdmins, { id, groups: ['customer', 'support'] })).toMatchObject({ status: 403 });
    expect(await status(forAdmins, { id, groups: ['admin'] })).toMatchObject({ status: 200 });
  });

  test('for two roles takes either', async () => {
    expect(await status(forStaff, { id, groups: ['support'] })).toMatchObject({ status: 200 });
    expect(await status(forStaff, { id })).toMatchObject({ status: 403 });
  });

  test('tells who may not call nothing about the body it would take', async () => {
    const handler = httpHandler({ roles: ['admin'], body: object({}) }, async () => ({}));
    expect((await handler(httpEvent({ body: '{' }), lambdaContext())).statusCode).toBe(401);
  });
});
