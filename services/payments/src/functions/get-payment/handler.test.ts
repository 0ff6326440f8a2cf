import { answerOf, httpEvent, lambdaContext } from '@emporium/testing';
import { beforeAll, expect, test } from '@jest/globals';
import { payments } from '../../payments.ts';
import { memoryGateway, memoryStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const owner = { id: '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f' };
const stranger = { id: '00000000-0000-4000-8000-000000000000' };
const { store, ledger } = memoryStore();
const history = async (id: string) => {
  const payment = await store.find(id);
  return payment && { payment, entries: ledger };
};
const handler = createHandler({ histories: { get: history } });

const get = async (id: string, customer: { id: string; groups?: string[] }) => {
  const event = httpEvent({ path: { orderId: id }, customer });
  return answerOf(handler(event, lambdaContext('getPayment')));
};

beforeAll(async () => {
  const steps = payments({ store, gateway: memoryGateway().gateway });
  const amount = { amount: 1999, currency: 'EUR' };
  await steps.authorize({ orderId, customerId: owner.id, amount, paymentMethod: 'pm_card_visa' });
  await steps.capture(orderId);
});

test('shows the owner where the payment stands and how it came there', async () => {
  await expect(get(orderId, owner)).resolves.toMatchObject({
    statusCode: 200,
    body: {
      status: 'captured',
      held: { amount: 0, currency: 'EUR' },
      captured: { amount: 1999, currency: 'EUR' },
      entries: [
        { sequence: 1, movement: 'authorized', amount: { amount: 1999 } },
        { sequence: 2, movement: 'captured', amount: { amount: 1999 } },
      ],
    },
  });
});

test('shows it to an administrator too', async () => {
  await expect(get(orderId, { ...stranger, groups: ['admin'] })).resolves.toMatchObject({ statusCode: 200 });
});

test("somebody else's payment looks like none at all", async () => {
  const other = await get(orderId, stranger);
  const none = await get('ord_01JZ8K3V5T2M4N6P8Q0R1S3T5W', stranger);
  expect(other.statusCode).toBe(404);
  expect(none.statusCode).toBe(404);
});

test.each(['../../etc', 'ord_😀', 'ord_'])('refuses the id %s', async (id) => {
  await expect(get(id, owner)).resolves.toMatchObject({
    statusCode: 400,
    body: { errors: [{ field: 'orderId' }] },
  });
});
