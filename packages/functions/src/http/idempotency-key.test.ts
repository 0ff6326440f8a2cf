import { httpEvent, lambdaContext } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { ConcurrentUpdate } from '../aws/contention.ts';
import { logger } from '../observability.ts';
import { httpHandler } from './handler.ts';
import { IdempotencyHeaders, IdempotencyKeyReused } from './idempotency-key.ts';

beforeEach(() => logger.setLogLevel('SILENT'));

const send = async (key: string | undefined, failure?: Error) => {
  const handler = httpHandler({ headers: IdempotencyHeaders }, async ({ headers }) => {
    if (failure) throw failure;
    return { body: headers };
  });
  const { statusCode, body } = await handler(
    httpEvent({ headers: { 'idempotency-key': key } }),
    lambdaContext(),
  );
  return { statusCode, body: JSON.parse(body ?? 'null') };
};

test.each(['k', 'k'.repeat(100), '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f'])('takes %p', async (key) => {
  expect(await send(key)).toEqual({ statusCode: 200, body: { 'idempotency-key': key } });
});

test.each([undefined, '', 'k'.repeat(101), 'two words', 'ключ'])('refuses %p in plain words', async (key) => {
  expect(await send(key)).toMatchObject({
    statusCode: 400,
    body: { errors: [{ field: 'idempotency-key', message: expect.stringContaining('must be sent') }] },
  });
});

test.each([
  [new IdempotencyKeyReused(), 422, 'urn:emporium:problem:idempotency-key-reused'],
  [new ConcurrentUpdate('the mug'), 503, 'urn:emporium:problem:concurrent-update'],
])('every route answers %s as a problem of its own', async (error, statusCode, type) => {
  expect(await send('k', error)).toMatchObject({ statusCode, body: { type } });
});
