import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  asAdmin,
  asCustomer,
  type Client,
  createClient,
  decided,
  orderFor,
  stockProduct,
  until,
} from './support/client.ts';
import { type Shop, startShop } from './support/shop.ts';

let shop: Shop;
let customer: Client;
let admin: Client;

beforeAll(async () => {
  shop = await startShop();
  [customer, admin] = await Promise.all([asCustomer(shop.url), asAdmin(shop.url)]);
}, 300_000);

afterAll(() => shop?.stop());

/** What the shop told the customer about an order. */
const messagesAbout = async (orderId: string) => {
  const answer = await until(
    () => customer.get('/api/notifications/messages?limit=100'),
    ({ body }) =>
      body.items?.some(
        (message: { orderId: string; status: string }) =>
          message.orderId === orderId && message.status === 'sent',
      ),
  );
  return answer.body.items.filter((message: { orderId: string }) => message.orderId === orderId);
};

/** The stock that readers see, once it is `quantity`: it is cached for a moment. */
const available = async (sku: string, quantity: number) => {
  const isThere = ({ body }: { body: { available: number } }) => body.available === quantity;
  return (await until(() => customer.get(`/api/fulfillment/stock/${sku}`), isThere)).body.available;
};

describe('an order that goes well', () => {
  test('is confirmed, paid, reserved, sent for shipment and announced, with no further call', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 5, price: 1250 });

    const placed = await customer.placeOrder(orderFor(sku, 2));
    expect(placed.status).toBe(202);
    const location = placed.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/orders\/ord_/);
    const order = await decided(customer, placed.body.orderId);

    expect(order.body).toMatchObject({ status: 'confirmed', total: { amount: 2500, currency: 'EUR' } });
    const payment = await until(
      () => customer.get(`/api/payments/orders/${placed.body.orderId}`),
      ({ body }) => body.status === 'captured',
    );
    expect(payment.body).toMatchObject({ status: 'captured', amount: { amount: 2500, currency: 'EUR' } });
    const fulfillment = await until(
      () => customer.get(`/api/fulfillment/orders/${placed.body.orderId}`),
      ({ body }) => body.shipment?.status === 'requested',
    );
    expect(fulfillment.body.reservation).toMatchObject({ status: 'reserved' });
    expect(await messagesAbout(placed.body.orderId)).toEqual([
      expect.objectContaining({ template: 'order-confirmed' }),
    ]);
    expect(await available(sku, 3)).toBe(3);
  });

  test('is shipped once the parcel leaves, and the customer is told', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 1 });
    const { body } = await customer.placeOrder(orderFor(sku));
    const fulfillment = await until(
      () => customer.get(`/api/fulfillment/orders/${body.orderId}`),
      (answer) => answer.body.shipment?.status === 'requested',
    );

    const dispatched = await admin.send(
      'POST',
      `/api/fulfillment/shipments/${fulfillment.body.shipment.shipmentId}/dispatch`,
      {
        body: { trackingNumber: '00340434161094021501' },
      },
    );

    expect(dispatched.status).toBe(200);
    const order = await until(
      () => customer.get(`/api/orders/${body.orderId}`),
      (answer) => answer.body.status === 'shipped',
    );
    expect(order.body.trackingNumber).toBe('00340434161094021501');
    await until(
      () => customer.get('/api/notifications/messages?limit=100'),
      (answer) =>
        answer.body.items.some(
          (message: { orderId: string; template: string }) =>
            message.orderId === body.orderId && message.template === 'order-shipped',
        ),
    );
  });
});

test('a product that is retired is gone from the catalog', async () => {
  const sku = await stockProduct(admin, customer, { quantity: 1 });
  const product = () => customer.get(`/api/catalog/products/${sku}`);
  expect((await product()).status).toBe(200);
  expect((await admin.send('DELETE', `/api/catalog/products/${sku}`)).status).toBeLessThan(300);
  await until(product, ({ status }) => status === 404);
});

describe('an order that fails is rejected, undone, and the customer told why', () => {
  test.each([
    ['a declined card', 'pm_card_chargeDeclined', 'payment_declined'],
    ['insufficient funds', 'pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['a processing error', 'pm_card_chargeDeclinedProcessingError', 'payment_failed'],
  ])('%s', async (_, paymentMethod, reason) => {
    const sku = await stockProduct(admin, customer, { quantity: 3 });

    const { body } = await customer.placeOrder(orderFor(sku, 2, paymentMethod));

    expect((await decided(customer, body.orderId)).body).toMatchObject({ status: 'rejected', reason });
    expect(await available(sku, 3)).toBe(3);
    expect((await customer.get(`/api/payments/orders/${body.orderId}`)).body.status).toBe('declined');
    expect(await messagesAbout(body.orderId)).toEqual([
      expect.objectContaining({ template: 'order-rejected' }),
    ]);
  });

  test('missing stock', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 1 });

    const { body } = await customer.placeOrder(orderFor(sku, 2));

    expect((await decided(customer, body.orderId)).body).toMatchObject({
      status: 'rejected',
      reason: 'out_of_stock',
    });
    expect(await available(sku, 1)).toBe(1);
    expect(await messagesAbout(body.orderId)).toEqual([
      expect.objectContaining({ template: 'order-rejected' }),
    ]);
  });

  test('an unknown product', async () => {
    const { status, body } = await customer.placeOrder(
      orderFor(`NO-SUCH-${randomUUID().slice(0, 8).toUpperCase()}`),
    );

    expect(status).toBe(202);
    expect((await customer.get(`/api/orders/${body.orderId}`)).body).toMatchObject({
      status: 'rejected',
      reason: 'unknown_product',
    });
    expect(await messagesAbout(body.orderId)).toEqual([
      expect.objectContaining({ template: 'order-rejected' }),
    ]);
  });
});

describe('an order above the limit waits for a person', () => {
  const placeLargeOrder = async () => {
    const sku = await stockProduct(admin, customer, { quantity: 1, price: 250_000 });
    const { body } = await customer.placeOrder(orderFor(sku));
    await until(
      () => customer.get(`/api/orders/${body.orderId}`),
      (answer) => answer.body.status === 'in_review',
    );
    return { sku, orderId: body.orderId as string };
  };

  test('approved, it goes on', async () => {
    const { orderId } = await placeLargeOrder();
    expect(
      (await customer.send('POST', `/api/orders/${orderId}/review`, { body: { decision: 'approve' } }))
        .status,
    ).toBe(403);

    expect(
      (await admin.send('POST', `/api/orders/${orderId}/review`, { body: { decision: 'approve' } })).status,
    ).toBeLessThan(300);

    expect((await decided(customer, orderId)).body.status).toBe('confirmed');
  });

  test('declined, it is undone', async () => {
    const { orderId, sku } = await placeLargeOrder();

    await admin.send('POST', `/api/orders/${orderId}/review`, { body: { decision: 'decline' } });

    expect((await decided(customer, orderId)).body).toMatchObject({
      status: 'rejected',
      reason: 'review_declined',
    });
    expect((await customer.get(`/api/payments/orders/${orderId}`)).body.status).toBe('voided');
    expect(await available(sku, 1)).toBe(1);
  });
});

describe('repeats', () => {
  test('the same key twice at once gives one order', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 10 });
    const key = randomUUID();

    const answers = await Promise.all(
      Array.from({ length: 8 }, () => customer.placeOrder(orderFor(sku), key)),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(1);
    await decided(customer, answers[0]?.body.orderId);
    expect(await available(sku, 9)).toBe(9);
  });

  test('the same key with another body is refused', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 10 });
    const key = randomUUID();
    await customer.placeOrder(orderFor(sku, 1), key);

    const second = await customer.placeOrder(orderFor(sku, 2), key);

    expect(second.status).toBe(422);
    expect(second.headers.get('content-type')).toContain('application/problem+json');
  });

  test('twenty orders for ten pieces sell ten', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 10 });

    const placed = await Promise.all(Array.from({ length: 20 }, () => customer.placeOrder(orderFor(sku))));
    const orders = await Promise.all(placed.map(({ body }) => decided(customer, body.orderId)));

    expect(orders.filter(({ body }) => body.status === 'confirmed')).toHaveLength(10);
    expect(orders.filter(({ body }) => body.status === 'rejected')).toHaveLength(10);
    expect(await available(sku, 0)).toBe(0);
  });
});

test('the gateway that answers too late charges once', async () => {
  const sku = await stockProduct(admin, customer, { quantity: 1, price: 700 });

  const { body } = await customer.placeOrder(orderFor(sku, 1, 'pm_card_timeout'));

  expect((await decided(customer, body.orderId)).body.status).toBe('confirmed');
  const payment = await until(
    () => customer.get(`/api/payments/orders/${body.orderId}`),
    (answer) => answer.body.status === 'captured',
  );
  expect(payment.body.amount).toEqual({ amount: 700, currency: 'EUR' });
});

test('an order is seen by its customer and administrators only', async () => {
  const sku = await stockProduct(admin, customer, { quantity: 1 });
  const { body } = await customer.placeOrder(orderFor(sku));

  expect((await createClient(shop.url).get(`/api/orders/${body.orderId}`)).status).toBe(401);
  expect((await admin.get(`/api/orders/${body.orderId}`)).status).toBe(200);
});
