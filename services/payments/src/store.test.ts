import { newId } from '@emporium/functions';
import { eventsOf, samples, useTables } from '@emporium/testing';
import { describe, expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { addsUp, totalsOf } from './domain/ledger.ts';
import { sandboxGateway, sandboxVault } from './gateway/sandbox.ts';
import { payments } from './payments.ts';
import { paymentStore } from './store.ts';
import { type Fault, faultyGateway } from './test-helpers.ts';

useTables(resources);

const { customerId } = samples;
const order = (paymentMethod = 'pm_card_visa') => ({
  orderId: newId('ord'),
  customerId,
  amount: { amount: 1999, currency: 'EUR' },
  paymentMethod,
});

const shop = (faults: Fault[] = []) => {
  const store = paymentStore();
  const gateway = sandboxGateway();
  return {
    store,
    gateway,
    steps: payments({ store, gateway: faultyGateway(gateway, () => faults.shift() ?? 'none') }),
  };
};

const factsOf = async (orderId: string) =>
  (await eventsOf(resources.PaymentsTable))
    .filter(({ data }) => data.orderId === orderId)
    .map(({ name }) => name);

/** The ledger stands where the gateway stands, and adds up. */
const expectAgreement = async ({ store, gateway }: ReturnType<typeof shop>, orderId: string) => {
  const history = await store.history(orderId);
  if (!history || history.payment.status === 'barred') throw new Error('There is no payment');
  const totals = totalsOf(history.entries);
  expect(addsUp(totals)).toBe(true);
  expect(totals).toEqual(history.payment.totals);
  expect(totals).toEqual((await gateway.find(history.payment.paymentId))?.totals);
  return totals;
};

describe('on the table', () => {
  test('a payment goes its way, and tells of each step once', async () => {
    const shopped = shop();
    const { steps } = shopped;
    const request = order();
    await steps.authorize(request);
    await steps.authorize(request);
    await steps.capture(request.orderId);
    await steps.capture(request.orderId);
    await steps.cancel(request.orderId);
    await steps.cancel(request.orderId);
    const totals = await expectAgreement(shopped, request.orderId);
    expect(totals).toEqual({ authorized: 1999, captured: 1999, voided: 0, refunded: 1999 });
    const facts = await factsOf(request.orderId);
    expect(facts.toSorted()).toEqual(['PaymentAuthorized', 'PaymentCaptured', 'PaymentRefunded']);
  });

  test('eight authorizations at once hold once and answer alike', async () => {
    const shopped = shop();
    const request = order();
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => shopped.steps.authorize(request)),
    );
    const ids = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.paymentId] : []));
    expect(new Set(ids).size).toBe(1);
    await expect(expectAgreement(shopped, request.orderId)).resolves.toMatchObject({ authorized: 1999 });
    await expect(factsOf(request.orderId)).resolves.toEqual(['PaymentAuthorized']);
  });

  test('cancel and authorize at once leave nothing held, whoever is first', async () => {
    for (let round = 0; round < 10; round++) {
      const shopped = shop();
      const request = order();
      await Promise.allSettled([
        shopped.steps.authorize(request),
        shopped.steps.cancel(request.orderId),
        shopped.steps.authorize(request),
      ]);
      // The workflow repeats a cancellation until it holds.
      await shopped.steps.cancel(request.orderId);
      await expect(shopped.steps.authorize(request)).rejects.toMatchObject({ name: 'PaymentCancelled' });
      const payment = await shopped.store.find(request.orderId);
      if (payment?.status === 'barred') continue;
      const totals = await expectAgreement(shopped, request.orderId);
      expect(totals.authorized).toBe(totals.voided);
    }
  });

  test('capture and cancel at once end refunded or voided', async () => {
    for (let round = 0; round < 10; round++) {
      const shopped = shop();
      const request = order();
      await shopped.steps.authorize(request);
      await Promise.allSettled([
        shopped.steps.capture(request.orderId),
        shopped.steps.cancel(request.orderId),
      ]);
      const outcome = await shopped.steps.cancel(request.orderId);
      expect(['refunded', 'voided']).toContain(outcome);
      const totals = await expectAgreement(shopped, request.orderId);
      expect(totals.authorized).toBe(totals.voided + totals.refunded);
    }
  });

  test('the card that times out is held once', async () => {
    const shopped = shop();
    const request = order('pm_card_timeout');
    await shopped.steps.authorize(request);
    await expect(expectAgreement(shopped, request.orderId)).resolves.toMatchObject({ authorized: 1999 });
  });

  test('a step that died between gateway and ledger is finished by its repeat', async () => {
    const shopped = shop(['crash_after', 'none', 'crash_after']);
    const request = order();
    await expect(shopped.steps.authorize(request)).rejects.toMatchObject({ name: 'Crash' });
    await shopped.steps.authorize(request);
    await expect(shopped.steps.capture(request.orderId)).rejects.toMatchObject({ name: 'Crash' });
    await shopped.steps.capture(request.orderId);
    await expect(expectAgreement(shopped, request.orderId)).resolves.toMatchObject({ captured: 1999 });
  });

  test.each([
    ['pm_card_chargeDeclined', 'CardDeclined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'InsufficientFunds'],
    ['pm_card_chargeDeclinedProcessingError', 'PaymentProcessingError'],
    ['pm_never_heard_of', 'UnknownPaymentMethod'],
  ])('%s ends in %s, told once', async (paymentMethod, name) => {
    const { steps } = shop();
    const request = order(paymentMethod);
    await expect(steps.authorize(request)).rejects.toMatchObject({ name });
    await expect(steps.authorize(request)).rejects.toMatchObject({ name });
    await expect(factsOf(request.orderId)).resolves.toEqual(['PaymentDeclined']);
  });

  test("a customer's own card works for that customer alone", async () => {
    const { steps } = shop();
    const card = { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2034, behaviour: 'approve' } as const;
    const paymentMethod = await sandboxVault().add(customerId, card);
    await expect(steps.authorize(order(paymentMethod))).resolves.toMatchObject({ status: 'authorized' });
    const thief = { ...order(paymentMethod), customerId: '00000000-0000-4000-8000-000000000000' };
    await expect(steps.authorize(thief)).rejects.toMatchObject({ name: 'UnknownPaymentMethod' });
  });
});
