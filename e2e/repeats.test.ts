import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { invokeFunction, itemsOf } from './support/aws.ts';
import {
  asAdmin,
  asCustomer,
  type Client,
  decided,
  orderFor,
  stockProduct,
  until,
} from './support/client.ts';
import { cleanUp, type Shop, startShop } from './support/shop.ts';

// Invokes functions as the workflow does, which a deployed stage lets nobody else do.
const onThisMachine = process.env.BASE_URL ? test.skip : test;

let shop: Shop;
let customer: Client;
let sku: string;
beforeAll(async () => {
  shop = await startShop();
  customer = await asCustomer(shop.url);
  sku = await stockProduct(await asAdmin(shop.url), customer, { quantity: 5 });
}, 300_000);
afterAll(cleanUp);

const step = (name: string, input: object) => invokeFunction(shop.dataFolder ?? '', name, input);

/** What the contexts know of an order, the notifications apart: those arrive in their own time. */
const known = async (orderId: string) => ({
  order: (await customer.get(`/api/orders/${orderId}`)).body,
  payment: (await customer.get(`/api/payments/orders/${orderId}`)).body,
  fulfillment: (await customer.get(`/api/fulfillment/orders/${orderId}`)).body,
});

onThisMachine('a step that comes again changes nothing, and after the undoing does nothing', async () => {
  const request = orderFor(sku, 2);
  const { orderId } = (await customer.placeOrder(request)).body;
  const placed = (await decided(customer, orderId)).body;
  // The last step but one; what the customer is told goes its own way.
  await until(
    () => customer.get(`/api/fulfillment/orders/${orderId}`),
    ({ body }) => body.shipment !== undefined,
  );
  const before = await known(orderId);
  const { paymentId } = before.payment;
  const { customerId, shipmentId } = before.fulfillment.shipment;
  const steps: [string, object, object][] = [
    ['fulfillment-local-reserveStock', { lines: request.lines }, { status: 'reserved' }],
    [
      'payments-local-authorizePayment',
      { customerId, amount: placed.total, paymentMethod: request.paymentMethod },
      { paymentId },
    ],
    ['orders-local-confirmOrder', {}, { status: 'confirmed' }],
    ['payments-local-capturePayment', {}, { paymentId, status: 'captured' }],
    ['fulfillment-local-requestShipment', { customerId, address: request.shippingAddress }, { shipmentId }],
  ];
  for (const [name, input, answer] of steps) {
    expect(await step(name, { orderId, ...input })).toMatchObject({ orderId, ...answer });
  }
  const told = { template: 'order-confirmed', orderId, customerId, total: placed.total };
  const first = await step('notifications-local-notifyCustomer', told);
  expect(await step('notifications-local-notifyCustomer', told)).toEqual(first);
  expect(await known(orderId)).toEqual(before);

  const undoing: [string, string][] = [
    ['fulfillment-local-cancelShipment', 'cancelled'],
    ['payments-local-cancelPayment', 'refunded'],
    ['fulfillment-local-releaseStock', 'released'],
  ];
  for (const [name, status] of [...undoing, ...undoing]) {
    expect(await step(name, { orderId })).toEqual({ orderId, status });
  }
  for (const [name, errorType] of Object.entries({
    'fulfillment-local-reserveStock': 'ReservationReleased',
    'payments-local-authorizePayment': 'PaymentCancelled',
    'fulfillment-local-requestShipment': 'ShipmentCancelled',
    'payments-local-capturePayment': 'PaymentCancelled',
  })) {
    const [, input = {}] = steps.find(([each]) => each === name) ?? [];
    expect(await step(name, { orderId, ...input })).toMatchObject({ errorType });
  }
  const { body } = await until(
    () => customer.get(`/api/payments/orders/${orderId}`),
    (answer) => answer.body.status === 'refunded',
  );
  expect(body).toMatchObject({ held: { amount: 0 }, captured: placed.total, refunded: placed.total });
});

onThisMachine('an event that comes again tells the customer nothing twice', async () => {
  const sample = new URL(
    '../services/notifications/src/functions/on-order-shipped/event.json',
    import.meta.url,
  );
  const event = JSON.parse(readFileSync(sample, 'utf8'));
  const { orderId } = JSON.parse(event.Records[0].body).detail.data;
  for (const _ of ['first', 'again']) {
    expect(await step('notifications-local-onOrderShipped', event)).toEqual({ batchItemFailures: [] });
  }

  const items = await itemsOf(shop.dataFolder ?? '', 'emporium-notifications-local-NotificationsTable');
  expect(items.filter((item) => item.kind === 'message' && item.orderId === orderId)).toHaveLength(1);
});
