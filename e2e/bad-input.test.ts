import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asAdmin, asCustomer, type Client, createClient, orderFor, stockProduct } from './support/client.ts';
import { type Shop, startShop } from './support/shop.ts';

let shop: Shop;
let customer: Client;
let sku: string;

beforeAll(async () => {
  shop = await startShop();
  customer = await asCustomer(shop.url);
  sku = await stockProduct(await asAdmin(shop.url), customer, { quantity: 10 });
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

  test.each<[string, Parameters<Client['send']>[2]]>([
    ['no body', {}],
    ['not JSON', { raw: '{"lines": [' }],
    ['no Idempotency-Key', { body: orderFor('MUG-BLUE') }],
    [
      'not said to be JSON',
      {
        raw: 'lines=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': 'k-12345678' },
      },
    ],
  ])('%s', async (_, options) => {
    const { status, headers } = await customer.send('POST', '/api/orders', options);

    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers.get('content-type')).toContain('application/problem+json');
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

describe('tokens', () => {
  const tamper = (token: string) => `${token.slice(0, -6)}AAAAAA`;
  const header = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"x","exp":99999999999}')}.`;
  const forged =
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiZXhwIjo5OTk5OTk5OTk5fQ.dGhpcyBpcyBub3QgYSBzaWduYXR1cmU';

  test.each([
    ['none', ''],
    ['nonsense', 'abc'],
    ['unsigned', unsigned],
    ['signed by somebody else', forged],
  ])('%s is turned away', async (_, token) => {
    const { status } = await createClient(shop.url).send('GET', '/api/orders', token ? header(token) : {});

    expect(status).toBe(401);
  });

  test('one that was changed is turned away', async () => {
    const { body } = await createClient(shop.url).send('POST', '/api/users/sign-in', {
      body: { email: 'customer@example.com', password: process.env.CUSTOMER_PASSWORD ?? 'Customer-demo-1' },
    });

    expect(
      (await createClient(shop.url).send('GET', '/api/orders', header(tamper(body.accessToken)))).status,
    ).toBe(401);
  });

  test("a customer's does not open an administrator's route", async () => {
    const { status } = await customer.send('PUT', '/api/catalog/products/MUG-BLUE', {
      body: { name: 'Free mug', price: { amount: 0, currency: 'EUR' } },
    });

    expect(status).toBe(403);
  });
});

test('a route that does not exist is a 404', async () => {
  expect((await customer.get('/api/orders/x/y/z')).status).toBe(404);
  expect((await customer.get('/nowhere')).status).toBe(404);
});
