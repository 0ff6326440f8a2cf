import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Answer,
  asAdmin,
  asCustomer,
  type Client,
  decided,
  orderFor,
  stockProduct,
  until,
} from './support/client.ts';
import { type Shop, startShop } from './support/shop.ts';

let shop: Shop;
let customer: Client;
let admin: Client;
let sku: string;

beforeAll(async () => {
  shop = await startShop();
  [customer, admin] = await Promise.all([asCustomer(shop.url), asAdmin(shop.url)]);
  sku = await stockProduct(admin, customer, { quantity: 10 });
}, 300_000);

afterAll(() => shop?.stop());

const line = (quantity: unknown) => ({ ...orderFor(sku), lines: [{ sku, quantity }] });

describe('POST /api/orders answers a problem that names the field', () => {
  test.each<[string, () => unknown, string]>([
    ['a quantity of text', () => line('two'), 'lines.0.quantity'],
    ['a negative quantity', () => line(-1), 'lines.0.quantity'],
    ['a quantity of zero', () => line(0), 'lines.0.quantity'],
    ['a fractional quantity', () => line(1.5), 'lines.0.quantity'],
    ['an enormous quantity', () => line(1e21), 'lines.0.quantity'],
    ['no lines', () => ({ ...orderFor(sku), lines: [] }), 'lines'],
    [
      '101 lines',
      () => ({
        ...orderFor(sku),
        lines: Array.from({ length: 101 }, (_, i) => ({ sku: `L-${i}`, quantity: 1 })),
      }),
      'lines',
    ],
    ['another currency', () => ({ ...orderFor(sku), currency: 'USD' }), 'currency'],
    ['a SKU with ../', () => orderFor('../secrets'), 'lines.0.sku'],
    ['a SKU of emoji', () => orderFor('🛒'), 'lines.0.sku'],
    ['a missing address', () => ({ ...orderFor(sku), shippingAddress: undefined }), 'shippingAddress'],
    [
      'a card number instead of a token',
      () => ({ ...orderFor(sku), paymentMethod: '4242424242424242' }),
      'paymentMethod',
    ],
    ['a list instead of an object', () => [], ''],
  ])('%s', async (_, order, field) => {
    const { status, headers, body } = await customer.placeOrder(order() as object);

    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.correlationId).toBeTruthy();
    if (field) expect(JSON.stringify(body.errors)).toContain(`"${field}"`);
  });

  test('no Idempotency-Key', async () => {
    const answer = await customer.send('POST', '/api/orders', { body: orderFor(sku) });

    expectProblem(answer, 400, 'idempotency-key');
  });

  test('a price that changed meanwhile names the new total', async () => {
    const { status, body } = await customer.placeOrder({
      ...orderFor(sku),
      total: { amount: 1, currency: 'EUR' },
    });

    expect(status).toBe(409);
    expect(JSON.stringify(body)).toContain('1000');
  });

  test('a body of 7 MB', async () => {
    const { status } = await customer.send('POST', '/api/orders', {
      raw: JSON.stringify({ note: 'x'.repeat(7_000_000) }),
    });

    expect(status).toBe(413);
  });
});

describe('GET /api/orders/{orderId}', () => {
  test.each([
    ['unknown', 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V'],
    ['a path of its own', encodeURIComponent('../users/me')],
    ['emoji', encodeURIComponent('🛒')],
    ['not an id', '1'],
  ])('%s', async (_, orderId) => {
    const { status, body } = await customer.get(`/api/orders/${orderId}`);

    expect([400, 404]).toContain(status);
    expect(JSON.stringify(body)).not.toContain('stack');
  });
});

test('a route that does not exist is a 404', async () => {
  expect((await customer.get('/api/orders/x/y/z')).status).toBe(404);
  expect((await customer.get('/nowhere')).status).toBe(404);
});

const expectProblem = ({ status, headers, body }: Answer, expected: number, field?: string) => {
  const fields = body.errors?.map((error: { field: string }) => error.field);
  expect({ status, fields: field === undefined ? undefined : fields }).toEqual({
    status: expected,
    fields: field === undefined ? undefined : expect.arrayContaining([field]),
  });
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body).toMatchObject({
    status: expected,
    title: expect.any(String),
    correlationId: expect.any(String),
  });
};

const id = '01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const half = '\ud83d';

describe('every route that takes a body answers a problem that names the field', () => {
  const card = { number: '4242424242424242', expMonth: 12, expYear: 2099, cvc: '123' };
  const product = { name: 'Mug', price: { amount: 100, currency: 'EUR' } };
  const signUp = { email: 'new@example.com', password: 'correct horse battery', name: 'New' };
  const methods = '/api/payments/methods';
  const products = '/api/catalog/products/T-BAD';
  const receipts = '/api/fulfillment/stock/T-BAD/receipts';
  const dispatch = `/api/fulfillment/shipments/shp_${id}/dispatch`;
  const review = `/api/orders/ord_${id}/review`;

  test.each<[string, string, string, object, string]>([
    ['a card number of letters', 'POST', methods, { ...card, number: 'four' }, 'number'],
    ['a card number as a number', 'POST', methods, { ...card, number: 4242424242424242 }, 'number'],
    ['a 13th month', 'POST', methods, { ...card, expMonth: 13 }, 'expMonth'],
    ['a year of two digits', 'POST', methods, { ...card, expYear: 30 }, 'expYear'],
    ['a cvc of two digits', 'POST', methods, { ...card, cvc: '12' }, 'cvc'],
    [
      'a price of nothing',
      'PUT',
      products,
      { ...product, price: { amount: 0, currency: 'EUR' } },
      'price.amount',
    ],
    [
      'a fraction of a cent',
      'PUT',
      products,
      { ...product, price: { amount: 9.5, currency: 'EUR' } },
      'price.amount',
    ],
    [
      'another currency',
      'PUT',
      products,
      { ...product, price: { amount: 9, currency: 'USD' } },
      'price.currency',
    ],
    ['a product of blanks', 'PUT', products, { ...product, name: '  ' }, 'name'],
    ['half a character', 'PUT', products, { ...product, description: half }, 'description'],
    ['a field too many', 'PUT', products, { ...product, colour: 'blue' }, 'colour'],
    ['a SKU in small letters', 'PUT', '/api/catalog/products/mug', product, 'sku'],
    ['a receipt of nothing', 'POST', receipts, { quantity: 0 }, 'quantity'],
    ['a negative receipt', 'POST', receipts, { quantity: -5 }, 'quantity'],
    ['a fractional receipt', 'POST', receipts, { quantity: 0.5 }, 'quantity'],
    ['an enormous receipt', 'POST', receipts, { quantity: 1e15 }, 'quantity'],
    ['a receipt in words', 'POST', receipts, { quantity: 'ten' }, 'quantity'],
    ['a tracking number of emoji', 'POST', dispatch, { trackingNumber: '📦📦📦📦' }, 'trackingNumber'],
    [
      'a shipment of another kind',
      'POST',
      dispatch.replace('shp_', 'ord_'),
      { trackingNumber: 'ABC-123' },
      'shipmentId',
    ],
    ['an undecided review', 'POST', review, { decision: 'maybe' }, 'decision'],
    ['a review of no order', 'POST', review.replace('ord_', ''), { decision: 'approve' }, 'orderId'],
    ['an address without @', 'POST', '/api/users/sign-up', { ...signUp, email: 'new.example.com' }, 'email'],
    [
      'a password of 11 characters',
      'POST',
      '/api/users/sign-up',
      { ...signUp, password: 'x'.repeat(11) },
      'password',
    ],
    ['a name of half a character', 'POST', '/api/users/sign-up', { ...signUp, name: half }, 'name'],
    ['a name of 101 characters', 'POST', '/api/users/sign-up', { ...signUp, name: 'x'.repeat(101) }, 'name'],
    ['a code of letters', 'POST', '/api/users/confirm', { email: signUp.email, code: 'abcdef' }, 'code'],
    ['a password that is a list', 'POST', '/api/users/sign-in', { ...signUp, password: [] }, 'password'],
    ['no refresh token', 'POST', '/api/users/refresh', {}, 'refreshToken'],
    ['nobody’s address', 'POST', '/api/users/forgot-password', { email: null }, 'email'],
    ['no address', 'POST', '/api/users/resend-code', {}, 'email'],
    [
      'no new password',
      'POST',
      '/api/users/reset-password',
      { email: signUp.email, code: '123456' },
      'password',
    ],
  ])('%s', async (_, method, path, body, field) => {
    const answer = await admin.send(method, path, { body, headers: { 'idempotency-key': randomUUID() } });

    expectProblem(answer, 400, field);
    // Neither a card number nor a password comes back.
    expect(JSON.stringify(answer.body)).not.toMatch(/4242424242424242|correct horse|xxxxxxxxxxx/);
  });

  test('a receipt without a key, and a key that came with another quantity', async () => {
    const receive = (quantity: number, headers = {}) =>
      admin.send('POST', `/api/fulfillment/stock/${sku}/receipts`, { body: { quantity }, headers });
    const key = { 'idempotency-key': randomUUID() };
    const stock = () => customer.get(`/api/fulfillment/stock/${sku}`);
    const before = (await stock()).body.available;

    expectProblem(await receive(1), 400, 'idempotency-key');
    expect((await receive(3, key)).status).toBe(201);
    expect((await receive(3, key)).status).toBe(201);
    expectProblem(await receive(4, key), 422);

    // What readers see may be a second old.
    await until(stock, ({ body }) => body.available !== before);
    expect((await stock()).body.available).toBe(before + 3);
  });

  test('what there is not', async () => {
    expectProblem(await admin.send('DELETE', '/api/catalog/products/NO-SUCH'), 404);
    expectProblem(await admin.get('/api/catalog/products/NO-SUCH'), 404);
    expectProblem(await admin.send('POST', dispatch, { body: { trackingNumber: 'ABC-123' } }), 404);
    expectProblem(await admin.send('POST', review, { body: { decision: 'approve' } }), 404);
    for (const context of ['orders', 'payments/orders', 'fulfillment/orders']) {
      expectProblem(await admin.get(`/api/${context}/ord_${id}`), 404);
    }
  });

  test('a card that has expired, and one that is no test card', async () => {
    expectProblem(await customer.send('POST', methods, { body: { ...card, expYear: 2021 } }), 422);
    expectProblem(
      await customer.send('POST', methods, { body: { ...card, number: '4111111111111111' } }),
      422,
    );
  });
});

describe('ids', () => {
  const paths: [string, string][] = [
    ['/api/catalog/products', 'sku'],
    ['/api/fulfillment/stock', 'sku'],
    ['/api/fulfillment/orders', 'orderId'],
    ['/api/payments/orders', 'orderId'],
    ['/api/orders', 'orderId'],
  ];
  test.each(paths)('%s/{%s}', async (path, field) => {
    for (const bad of ['🛒', '\u0000', ' ', "' OR 1=1", 'x'.repeat(300)]) {
      expectProblem(await customer.get(`${path}/${encodeURIComponent(bad)}`), 400, field);
    }
    // No text at all: API Gateway itself refuses it.
    expect((await customer.get(`${path}/%E0%A4%A`)).status).toBe(400);
    // It decodes a path before it looks for the route, so this has too many segments.
    expect((await customer.get(`${path}/${encodeURIComponent('../../etc/passwd')}`)).status).toBe(404);
  });
});

test('names of any script, and emoji, go all the way', async () => {
  const order = orderFor(sku);
  const shippingAddress = { ...order.shippingAddress, name: '𠮷野 🛒 Ünïcode', city: 'שלום' };

  const { status, body } = await customer.placeOrder({ ...order, shippingAddress });

  expect(status).toBe(202);
  const { body: placed } = await decided(customer, body.orderId);
  expect(placed).toMatchObject({ status: 'confirmed', shippingAddress });
});

test('a lone half of a character in an address is refused, not lost on the way', async () => {
  const order = orderFor(sku);

  expectProblem(
    await customer.placeOrder({ ...order, shippingAddress: { ...order.shippingAddress, name: half } }),
    400,
    'shippingAddress.name',
  );
});
