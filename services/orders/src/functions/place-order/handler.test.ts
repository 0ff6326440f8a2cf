import { httpEvent, lambdaContext, samples } from '@emporium/testing';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { OnSale } from '../../domain/price-list.ts';
import type { Remembered } from '../../items.ts';
import type { Placing } from '../../placing.ts';
import type { PlacementRecord } from '../../store.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';
import { reviewLimit } from './review-limit.ts';

const customer = { id: samples.customerId };
const mug: OnSale = {
  status: 'on_sale',
  sku: 'MUG-BLUE',
  name: 'Blue mug',
  price: { amount: 1299, currency: 'EUR' },
  version: 1,
};

const body = {
  currency: 'EUR',
  lines: [{ sku: 'MUG-BLUE', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
  shippingAddress: samples.address,
};

/** A store in memory, with a price list of one mug. */
const memory = () => {
  const records = new Map<string, Remembered>();
  const addOrder = jest.fn(async (_: unknown, { key, remembered }: PlacementRecord) => {
    if (records.has(key)) return false;
    records.set(key, remembered);
    return true;
  });
  const placing: Placing = {
    store: { recall: async (_, key) => records.get(key), addOrder },
    prices: {
      pricesOf: async (skus) => new Map(skus.includes(mug.sku) ? [[mug.sku, mug]] : []),
    },
    reviewLimit: () => 100_000,
  };
  return { placing, addOrder };
};

let handler: ReturnType<typeof createHandler>;
let addOrder: ReturnType<typeof memory>['addOrder'];

beforeEach(() => {
  mug.price.amount = 1299;
  const fake = memory();
  addOrder = fake.addOrder;
  handler = createHandler(fake.placing);
});

const send = async (order: unknown, headers: Record<string, string | undefined> = {}) => {
  const event = httpEvent({
    method: 'POST',
    rawPath: '/api/orders',
    body: order,
    headers: { 'idempotency-key': 'key-1', ...headers },
    customer,
  });
  const answer = await handler(event, lambdaContext('placeOrder'));
  return { ...answer, body: JSON.parse(answer.body ?? 'null') };
};

describe('a good request', () => {
  test('is answered with 202, the order and where to find it', async () => {
    const { statusCode, headers, body: receipt } = await send(body);

    expect(statusCode).toBe(202);
    expect(receipt).toEqual({
      orderId: expect.stringMatching(/^ord_[0-9A-Z]{26}$/),
      status: 'placed',
      total: { amount: 2598, currency: 'EUR' },
    });
    expect(headers).toMatchObject({ location: `/api/orders/${receipt.orderId}` });
    expect(addOrder).toHaveBeenCalledWith(
      expect.objectContaining({ status: 'placed', customerId: customer.id }),
      expect.objectContaining({ key: 'key-1' }),
    );
  });

  test('is the sample event', async () => {
    const answer = await handler(sample as never, lambdaContext('placeOrder'));

    expect(answer.statusCode).toBe(202);
  });

  test('with an unknown product gives a rejected order that names it', async () => {
    const { statusCode, body: receipt } = await send({ ...body, lines: [{ sku: 'NO-SUCH', quantity: 1 }] });

    expect(statusCode).toBe(202);
    expect(receipt).toMatchObject({
      status: 'rejected',
      reason: 'unknown_product',
      unknownSkus: ['NO-SUCH'],
    });
  });
});

describe('a repeat', () => {
  test('gets the first answer', async () => {
    const first = await send(body);
    const { shippingAddress, ...rest } = body;

    expect((await send({ shippingAddress, ...rest })).body).toEqual(first.body);
    expect(await Promise.all(addOrder.mock.results.map(({ value }) => value))).toEqual([true, false]);
  });

  test('gets it also where the product costs something else by now', async () => {
    const agreed = { ...body, total: { amount: 2598, currency: 'EUR' } };
    const first = await send(agreed);
    mug.price.amount = 1399;

    expect(await send(agreed)).toMatchObject({ statusCode: 202, body: first.body });
    expect(await send({ ...agreed, paymentMethod: 'pm_card_other' })).toMatchObject({ statusCode: 422 });
    expect(await send(agreed, { 'idempotency-key': 'key-2' })).toMatchObject({ statusCode: 409 });
  });

  test('with another body is refused', async () => {
    await send(body);

    const { statusCode, body: problem } = await send({ ...body, paymentMethod: 'pm_card_other' });

    expect(statusCode).toBe(422);
    expect(problem.title).toContain('Idempotency-Key');
  });
});

const line = (fields: object) => ({ ...body, lines: [{ ...body.lines[0], ...fields }] });

describe('a bad request is answered with 400 and the field', () => {
  test.each<[string, unknown, string]>([
    ['a quantity of 0', line({ quantity: 0 }), 'lines.0.quantity'],
    ['a negative quantity', line({ quantity: -1 }), 'lines.0.quantity'],
    ['a fractional quantity', line({ quantity: 1.5 }), 'lines.0.quantity'],
    ['an enormous quantity', line({ quantity: 1e21 }), 'lines.0.quantity'],
    ['a quantity of 1001', line({ quantity: 1001 }), 'lines.0.quantity'],
    ['a quantity of text', line({ quantity: '2' }), 'lines.0.quantity'],
    ['a SKU with ../', line({ sku: '../secrets' }), 'lines.0.sku'],
    ['no lines', { ...body, lines: [] }, 'lines'],
    [
      '101 lines',
      { ...body, lines: Array.from({ length: 101 }, (_, i) => ({ sku: `L-${i}`, quantity: 1 })) },
      'lines',
    ],
    ['the same SKU twice', { ...body, lines: [body.lines[0], body.lines[0]] }, 'lines.1.sku'],
    ['a price of its own', line({ unitPrice: { amount: 1, currency: 'EUR' } }), 'lines.0.unitPrice'],
    ['another currency', { ...body, currency: 'USD' }, 'currency'],
    ['no address', { ...body, shippingAddress: undefined }, 'shippingAddress'],
    ['a card number', { ...body, paymentMethod: '4242424242424242' }, 'paymentMethod'],
    ['a field that nobody knows', { ...body, discount: 100 }, 'discount'],
    ['a list', [], 'currency'],
  ])('%s', async (_, order, field) => {
    const { statusCode, body: problem } = await send(order);

    expect(statusCode).toBe(400);
    expect(problem.errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(addOrder).not.toHaveBeenCalled();
  });

  test.each([undefined, '', 'has spaces', 'k'.repeat(256), 'ключ'])('Idempotency-Key %p', async (key) => {
    const { statusCode, body: problem } = await send(body, { 'idempotency-key': key });

    expect(statusCode).toBe(400);
    expect(problem.errors).toEqual([
      { field: 'idempotency-key', message: expect.stringContaining('must be sent') },
    ]);
  });
});

test('a total that no longer holds is answered with the new one', async () => {
  const { statusCode, body: problem } = await send({ ...body, total: { amount: 1, currency: 'EUR' } });

  expect(statusCode).toBe(409);
  expect(problem.total).toEqual({ amount: 2598, currency: 'EUR' });
});

test('a total above the limit is refused', async () => {
  mug.price.amount = 99_999_999;
  const { statusCode, body: problem } = await send(body);

  expect(statusCode).toBe(422);
  expect(problem).toMatchObject({ total: { amount: 199_999_998 }, maximum: 100_000_000 });
});

test('nobody orders without signing in', async () => {
  const event = httpEvent({ method: 'POST', body, headers: { 'idempotency-key': 'key-1' } });

  expect((await handler(event, lambdaContext('placeOrder'))).statusCode).toBe(401);
});

describe('the review limit', () => {
  test('comes from the environment', () => {
    expect(reviewLimit({ REVIEW_LIMIT: '5000' })).toBe(5000);
  });

  test.each([undefined, '', 'lots', '-1', '1.5'])('of %p says what to mend', (REVIEW_LIMIT) => {
    expect(() => reviewLimit({ REVIEW_LIMIT })).toThrow('services/orders/serverless.yml');
  });
});
