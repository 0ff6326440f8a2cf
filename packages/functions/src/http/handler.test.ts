import { Money, Quantity, Sku } from '@emporium/contracts';
import { captureLogs, type HttpEventOptions, httpEvent, lambdaContext } from '@emporium/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { DomainError } from '../domain-error.ts';
import { logger } from '../observability.ts';
import { httpHandler } from './handler.ts';

let logs: ReturnType<typeof captureLogs>;
beforeEach(() => {
  logger.setLogLevel('INFO');
  logs = captureLogs();
});
afterEach(() => logs.stop());

const Order = v.strictObject({ lines: v.array(v.object({ sku: Sku, quantity: Quantity })), total: Money });
const order = { lines: [{ sku: 'MUG', quantity: 2 }], total: { amount: 10, currency: 'EUR' } };

const placeOrder = httpHandler({ body: Order }, async ({ body }) => ({ status: 202, body }));

const call = async (handler: typeof placeOrder, options: HttpEventOptions = {}) => {
  const { statusCode, headers, body } = await handler(
    httpEvent({ method: 'POST', rawPath: '/api/orders', ...options }),
    lambdaContext('placeOrder'),
  );
  return { status: statusCode, headers, text: body, json: body === undefined ? undefined : JSON.parse(body) };
};

describe('a good request', () => {
  test('is answered as JSON, with the correlation id, security headers and no caching', async () => {
    const { status, headers, json } = await call(placeOrder, { body: order });
    expect(status).toBe(202);
    expect(json).toEqual(order);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-correlation-id': 'request-1',
      'X-Content-Type-Options': 'nosniff',
      'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
      'Content-Security-Policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    });
  });

  test('may have a body in base64', async () => {
    const { status, json } = await call(placeOrder, { body: order, base64: true });
    expect(status).toBe(202);
    expect(json).toEqual(order);
  });

  test('gives the handler what the schemas made of path, query and headers', async () => {
    const handler = httpHandler(
      {
        path: v.object({ sku: Sku }),
        query: v.object({ limit: v.optional(v.pipe(v.string(), v.transform(Number)), '20') }),
        headers: v.object({ 'idempotency-key': v.string() }),
      },
      async ({ path, query, headers, body }) => ({
        headers: { 'cache-control': 'max-age=60' },
        body: {
          sku: path.sku,
          next: query.limit + 1,
          key: headers['idempotency-key'],
          hasBody: body !== undefined,
        },
      }),
    );
    const { json, headers } = await call(handler, {
      path: { sku: 'MUG' },
      query: { limit: '5' },
      headers: { 'idempotency-key': 'k' },
    });
    expect(json).toEqual({ sku: 'MUG', next: 6, key: 'k', hasBody: false });
    expect(headers).toMatchObject({ 'cache-control': 'max-age=60' });
  });

  test('without an answer is 204', async () => {
    const { status, text, headers } = await call(httpHandler({}, async () => ({})));
    expect({ status, text }).toEqual({ status: 204, text: undefined });
    expect(headers).not.toHaveProperty('content-type');
  });
});

describe('bad input', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each<[string, HttpEventOptions, number, string]>([
    ['no body', {}, 400, 'A JSON body is missing.'],
    ['an empty body', { body: '' }, 400, 'A JSON body is missing.'],
    ['no JSON', { body: '{"lines": [' }, 400, 'The body is not valid JSON.'],
    ['base64 that is no JSON', { body: 'not json', base64: true }, 400, 'The body is not valid JSON.'],
    ['a forbidden key', { body: '{"__proto__": {"isAdmin": true}}' }, 400, 'The body is not valid JSON.'],
    [
      'another content type',
      { body: order, headers: { 'content-type': 'text/xml' } },
      415,
      'application/json',
    ],
    ['no content type', { body: order, headers: { 'content-type': undefined } }, 415, 'application/json'],
    ['a body of 300 KB', { body: { a: 'x'.repeat(300 * 1024) } }, 413, 'at most'],
    ['a body of 7 MB', { body: 'x'.repeat(7 * 1024 * 1024) }, 413, 'at most'],
    ['a big body in base64', { body: 'x'.repeat(300 * 1024), base64: true }, 413, 'at most'],
    ['a body that nests 33 deep', { body: nested(33) }, 400, 'nests deeper than 32 levels'],
    ['a body that nests 100,000 deep', { body: nested(100_000) }, 400, 'nests deeper than 32 levels'],
  ])('%s', async (_, options, status, detail) => {
    const answer = await call(placeOrder, options);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: expect.stringContaining(detail),
      instance: '/api/orders',
      correlationId: 'request-1',
    });
  });

  test('half a character is answered with the fields that hold one', async () => {
    const { status, json } = await call(placeOrder, {
      body: {
        lines: [{ sku: 'MUG', quantity: 2 }, { sku: '\ud83d' }],
        note: 'a\ud83d\uded2b',
        total: '\udc00',
      },
    });

    expect(status).toBe(400);
    expect(json.errors.map(({ field }: { field: string }) => field)).toEqual(['lines.1.sku', 'total']);
  });

  test('of wrong types is answered with each field and what is wrong with it', async () => {
    const { status, json } = await call(placeOrder, {
      body: {
        lines: [
          { sku: 'MUG', quantity: '2' },
          { sku: '../mug', quantity: 1.5 },
        ],
        total: null,
        extra: 1,
      },
    });
    expect(status).toBe(400);
    const fields = json.errors.map(({ field }: { field: string }) => field);
    expect(fields).toEqual(['lines.0.quantity', 'lines.1.sku', 'lines.1.quantity', 'total', 'extra']);
    expect(json.errors[1].message).toContain('such as MUG-BLUE');
  });

  test('that is not even an object is named as the body', async () => {
    const { json } = await call(placeOrder, { body: 'null' });
    expect(json.errors).toEqual([{ field: 'body', message: expect.stringContaining('Expected Object') }]);
  });

  test('is quoted neither in the answer nor in the log', async () => {
    const secret = '4242424242424242';
    const { json, text } = await call(placeOrder, {
      rawPath: `/api/orders/${secret}`,
      routeKey: 'POST /api/orders/{orderId}',
      body: { lines: secret, total: { amount: secret, currency: secret } },
    });
    expect(json.errors).toEqual([
      { field: 'lines', message: 'Invalid type: Expected Array' },
      { field: 'total.amount', message: 'Invalid type: Expected number' },
      { field: 'total.currency', message: 'must be an ISO 4217 code such as EUR' },
    ]);
    expect(text?.replace(`/api/orders/${secret}`, '')).not.toContain(secret);
    expect(logs.lines).toContainEqual(
      expect.objectContaining({
        message: 'Refused',
        status: 400,
        route: 'POST /api/orders/{orderId}',
        fields: ['lines', 'total.amount', 'total.currency'],
      }),
    );
    expect(logs.text).not.toContain(secret);
  });

  test('names a field of the caller’s own shortly in the answer, and in the log only if it looks like one', async () => {
    for (const unknown of [`${'x'.repeat(10_000)}`, '\u2028{"level":"ERROR"}', 'ada@example.com']) {
      const { json } = await call(placeOrder, { body: { ...order, [unknown]: 1 } });
      expect(json.errors).toEqual([{ field: unknown.slice(0, 100), message: 'Invalid key: Expected never' }]);
      expect(logs.lines.at(-1)).toMatchObject({
        message: 'Refused',
        fields: [expect.stringMatching(/^\?$|^x{100}$/)],
      });
    }
    const { text } = await call(placeOrder, { body: { ['x'.repeat(10_000)]: ['\ud83d', '\ud83d'] } });
    expect(text?.length).toBeLessThan(1000);
  });

  test('lists twenty faults at most', async () => {
    const lines = Array.from({ length: 1000 }, () => ({ sku: '', quantity: 0 }));
    const { json } = await call(placeOrder, { body: { ...order, lines } });
    expect(json.errors).toHaveLength(20);
  });

  test('a missing parameter is named', async () => {
    const handler = httpHandler({ headers: v.object({ 'idempotency-key': v.string() }) }, async () => ({}));
    const { status, json } = await call(handler, {});
    expect(status).toBe(400);
    expect(json.errors).toEqual([
      { field: 'idempotency-key', message: expect.stringContaining('idempotency-key') },
    ]);
  });

  test('never leads to a 500, whatever the body is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.jsonValue()), async (body) => {
        const { status } = await call(placeOrder, { body });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
    );
  });
});

describe('the correlation id', () => {
  test.each(['c-1', 'Order_7.x:y', 'a'.repeat(128)])('is the caller’s: %s', async (given) => {
    const { headers } = await call(placeOrder, { body: order, headers: { 'x-correlation-id': given } });
    expect(headers).toMatchObject({ 'x-correlation-id': given });
  });

  test.each(['', ' ', 'a b', 'x\r\nset-cookie: a=b', '"}', 'ü', '-x', 'a'.repeat(129)])(
    'is our own instead of %j',
    async (given) => {
      const { headers, text } = await call(placeOrder, { headers: { 'x-correlation-id': given } });
      expect(headers).toMatchObject({ 'x-correlation-id': 'request-1' });
      expect(JSON.parse(text ?? '')).toMatchObject({ correlationId: 'request-1' });
    },
  );

  test('can never break a header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (given) => {
        const { headers } = await call(placeOrder, { body: order, headers: { 'x-correlation-id': given } });
        expect(headers?.['x-correlation-id']).toMatch(/^[\w.:-]{1,128}$/);
      }),
    );
  });
});

describe('an error', () => {
  class PriceChanged extends DomainError {
    constructor() {
      super('PriceChanged', { total: { amount: 5, currency: 'EUR' }, status: 200 });
    }
  }
  const failing = (error: unknown) =>
    httpHandler({ problems: { PriceChanged: { status: 409, title: 'The total has changed' } } }, async () => {
      throw error;
    });
  const headers = { 'x-correlation-id': 'c-1' };

  test('of the domain is answered under its own name, with its data', async () => {
    const { status, json } = await call(failing(new PriceChanged()), { headers });
    expect(status).toBe(409);
    expect(json).toEqual({
      type: 'urn:emporium:problem:price-changed',
      title: 'The total has changed',
      status: 409,
      total: { amount: 5, currency: 'EUR' },
      instance: '/api/orders',
      correlationId: 'c-1',
    });
  });

  test.each([
    new Error('password=hunter2'),
    new DomainError('Unmapped', { secret: 'hunter2' }),
    Object.assign(new Error('hunter2'), { name: 'constructor' }),
    'hunter2',
    undefined,
  ])('that nobody expected reveals nothing: %s', async (error) => {
    const { status, json, headers: answered } = await call(failing(error), { headers });
    expect(status).toBe(500);
    expect(Object.keys(json).sort()).toEqual([
      'correlationId',
      'detail',
      'instance',
      'status',
      'title',
      'type',
    ]);
    expect(JSON.stringify(json)).not.toMatch(/hunter2|Unmapped|at .*\.ts/);
    expect(json.correlationId).toBe('c-1');
    expect(answered).toMatchObject({ 'X-Content-Type-Options': 'nosniff', 'x-correlation-id': 'c-1' });
  });

  test('that nobody expected is logged whole, with the same correlation id', async () => {
    await call(failing(new Error('the table is gone', { cause: new Error('and why') })), { headers });
    expect(logs.lines).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        correlationId: 'c-1',
        error: expect.objectContaining({
          message: 'the table is gone',
          stack: expect.stringContaining('handler.test'),
          cause: expect.objectContaining({ message: 'and why' }),
        }),
      }),
    );
  });

  test('leaves no correlation id behind for the next request', async () => {
    await call(failing(new Error()), { headers });
    logger.info('after');
    expect(logs.lines.at(-1)).toMatchObject({ message: 'after' });
    expect(logs.lines.at(-1)).not.toHaveProperty('correlationId');
  });

  test('that can’t be written as JSON is a 500 too', async () => {
    const { status } = await call(httpHandler({}, async () => ({ body: { n: 1n } })));
    expect(status).toBe(500);
  });
});
