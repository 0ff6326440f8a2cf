import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addsUp, held, kept, totalsOf } from './domain/ledger.ts';
import { beginPayment } from './domain/payment.ts';
import { payments } from './payments.ts';
import { type Fault, faultyGateway, faultyStore, memoryGateway, memoryStore } from './test-helpers.ts';

const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const request = {
  orderId,
  customerId: '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f',
  amount: { amount: 1999, currency: 'EUR' },
  paymentMethod: 'pm_card_visa',
};

const shop = (faults: readonly Fault[] = []) => {
  const schedule = [...faults];
  const next = () => schedule.shift() ?? 'none';
  const memory = memoryStore();
  const bank = memoryGateway();
  const steps = payments({
    store: faultyStore(memory.store, next),
    gateway: faultyGateway(bank.gateway, next),
  });
  const totals = () => totalsOf(memory.ledger);
  const gatewayTotals = () => [...bank.accounts.values()].map((account) => account.totals);
  const heal = () => {
    schedule.length = 0;
  };
  return { ...memory, ...bank, steps, totals, gatewayTotals, heal };
};

describe('authorize', () => {
  test('holds the amount once, however often it is asked', async () => {
    const { steps, totals, gatewayTotals } = shop();
    const first = await steps.authorize(request);
    const second = await steps.authorize(request);
    expect(second.paymentId).toBe(first.paymentId);
    expect(totals()).toEqual({ authorized: 1999, captured: 0, voided: 0, refunded: 0 });
    expect(gatewayTotals()).toEqual([totals()]);
  });

  test('two at once hold once and answer alike', async () => {
    const { steps, gatewayTotals } = shop();
    const [one, two] = await Promise.all([steps.authorize(request), steps.authorize(request)]);
    expect(one.paymentId).toBe(two.paymentId);
    expect(gatewayTotals()).toEqual([expect.objectContaining({ authorized: 1999 })]);
  });

  test('a repeat with another amount gets the first answer', async () => {
    const { steps, totals } = shop();
    await steps.authorize(request);
    await steps.authorize({ ...request, amount: { amount: 5, currency: 'EUR' } });
    expect(totals().authorized).toBe(1999);
  });

  test('an answer that got lost is found again', async () => {
    // The first fault meets the intent's write, the second the call to the gateway.
    const { steps, totals } = shop(['none', 'lost_answer']);
    await expect(steps.authorize(request)).resolves.toMatchObject({ status: 'authorized' });
    expect(totals().authorized).toBe(1999);
  });

  test('a request that got lost is worth repeating', async () => {
    const { steps, totals } = shop(['none', 'lost_request']);
    await expect(steps.authorize(request)).rejects.toMatchObject({ name: 'GatewayUnavailable' });
    expect(totals().authorized).toBe(0);
    await steps.authorize(request);
    expect(totals().authorized).toBe(1999);
  });

  test('a crash between the gateway and the ledger heals on repeat, without a second hold', async () => {
    const { steps, payment, totals, gatewayTotals } = shop(['none', 'crash_after']);
    await expect(steps.authorize(request)).rejects.toThrow('');
    expect(payment(orderId)).toMatchObject({ status: 'authorizing' });
    expect(gatewayTotals()).toEqual([expect.objectContaining({ authorized: 1999 })]);
    await steps.authorize(request);
    expect(gatewayTotals()).toEqual([totals()]);
  });

  test('a declined card stays declined', async () => {
    const { steps, totals } = shop();
    const declined = { ...request, paymentMethod: 'pm_card_chargeDeclined' };
    await expect(steps.authorize(declined)).rejects.toMatchObject({ name: 'CardDeclined' });
    await expect(steps.authorize(request)).rejects.toMatchObject({ name: 'CardDeclined' });
    expect(totals().authorized).toBe(0);
    await expect(steps.cancel(orderId)).resolves.toBe('declined');
  });
});

describe('capture', () => {
  test('takes what is held, once', async () => {
    const { steps, totals } = shop();
    await steps.authorize(request);
    await steps.capture(orderId);
    await steps.capture(orderId);
    expect(totals()).toEqual({ authorized: 1999, captured: 1999, voided: 0, refunded: 0 });
  });

  test('without a payment says so', async () => {
    await expect(shop().steps.capture(orderId)).rejects.toMatchObject({ name: 'PaymentNotFound' });
  });

  test('a request that got lost leaves the payment ready for a repeat', async () => {
    const { steps, totals } = shop(['none', 'none', 'none', 'lost_request']);
    await steps.authorize(request);
    await expect(steps.capture(orderId)).rejects.toMatchObject({ name: 'GatewayUnavailable' });
    await steps.capture(orderId);
    expect(totals().captured).toBe(1999);
  });

  test.each<[string, 'repeated' | 'cancelled', object]>([
    ['heals on repeat, without a second charge', 'repeated', { captured: 1999, refunded: 0 }],
    ['is undone by a cancellation, which finds the charge', 'cancelled', { captured: 1999, refunded: 1999 }],
  ])('a crash between the gateway and the ledger %s', async (_, then, expected) => {
    const { steps, payment, totals, gatewayTotals } = shop(['none', 'none', 'none', 'crash_after']);
    await steps.authorize(request);
    await expect(steps.capture(orderId)).rejects.toMatchObject({ name: 'Crash' });
    expect(payment(orderId)).toMatchObject({ status: 'authorized' });
    expect(gatewayTotals()).toEqual([expect.objectContaining({ captured: 1999 })]);
    await (then === 'repeated' ? steps.capture(orderId) : steps.cancel(orderId));
    expect(totals()).toMatchObject(expected);
    expect(gatewayTotals()).toEqual([totals()]);
  });
});

describe('cancel', () => {
  test.each([
    ['nothing', async () => undefined, 'cancelled'],
    ['a hold', (steps: Steps) => steps.authorize(request), 'voided'],
    [
      'a capture',
      async (steps: Steps) => {
        await steps.authorize(request);
        await steps.capture(orderId);
      },
      'refunded',
    ],
  ])('undoes %s, and bars what comes late', async (_what, before, outcome) => {
    const { steps, totals } = shop();
    await before(steps);
    await expect(steps.cancel(orderId)).resolves.toBe(outcome);
    await expect(steps.cancel(orderId)).resolves.toBe(outcome);
    await expect(steps.authorize(request)).rejects.toMatchObject({ name: 'PaymentCancelled' });
    await expect(steps.capture(orderId)).rejects.toMatchObject({ name: 'PaymentCancelled' });
    expect([held(totals()), kept(totals())]).toEqual([0, 0]);
  });

  test('whose request got lost stays begun: nothing is captured before it is repeated', async () => {
    const { steps, payment } = shop(['none', 'none', 'none', 'none', 'lost_request']);
    await steps.authorize(request);
    await expect(steps.cancel(orderId)).rejects.toMatchObject({ name: 'GatewayUnavailable' });
    expect(payment(orderId)).toMatchObject({ status: 'cancelling' });
    await expect(steps.capture(orderId)).rejects.toMatchObject({ name: 'PaymentCancelled' });
    await expect(steps.cancel(orderId)).resolves.toBe('voided');
  });

  test('bars an authorization that reaches the gateway after it', async () => {
    const { steps, store, gateway, payment, gatewayTotals } = shop();
    // An authorization has written its intent, and its request is still on the way.
    await store.save(
      beginPayment({ ...request, paymentId: 'pay_late', createdAt: '2026-01-01T00:00:00.000Z' }),
    );
    await expect(steps.cancel(orderId)).resolves.toBe('cancelled');
    await gateway.authorize({ ...request, paymentId: 'pay_late', idempotencyKey: 'pay_late:authorize' });
    expect(gatewayTotals()).toEqual([{ authorized: 0, captured: 0, voided: 0, refunded: 0 }]);
    expect(payment(orderId)).toMatchObject({ status: 'cancelled' });
  });

  test('writes a hold that only the gateway knew of into the ledger, and its release', async () => {
    const { steps, ledger } = shop(['none', 'crash_after']);
    await expect(steps.authorize(request)).rejects.toMatchObject({ name: 'Crash' });
    await expect(steps.cancel(orderId)).resolves.toBe('voided');
    expect(ledger).toMatchObject([
      { sequence: 1, movement: 'authorized', amount: 1999 },
      { sequence: 2, movement: 'voided', amount: 1999 },
    ]);
  });
});

type Steps = ReturnType<typeof payments>;

describe('whatever happens', () => {
  const step = fc.constantFrom('authorize', 'capture', 'cancel');
  const fault = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fault>('none') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Fault>('lost_request', 'lost_answer', 'crash_before', 'crash_after'),
    },
  );
  /** What a step may end with; anything else is a defect. */
  const expected = new Set([
    'Crash',
    'GatewayUnavailable',
    'ConcurrentUpdate',
    'PaymentCancelled',
    'PaymentNotFound',
    'CardDeclined',
  ]);

  const run = async (steps: Steps, name: 'authorize' | 'capture' | 'cancel', paymentMethod: string) => {
    try {
      if (name === 'authorize') await steps.authorize({ ...request, paymentMethod });
      else await steps[name](orderId);
    } catch (error) {
      if (!(error instanceof Error) || !expected.has(error.name)) throw error;
    }
  };

  test('the ledger adds up, agrees with the gateway and never charges twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Rounds of steps that run at once; within a round they race.
        fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        fc.array(fault, { maxLength: 40 }),
        fc.constantFrom('pm_card_visa', 'pm_card_visa', 'pm_card_chargeDeclined'),
        fc.boolean(),
        async (rounds, faults, paymentMethod, failed) => {
          const { steps, ledger, totals, gatewayTotals, payment, accounts, heal } = shop(faults);
          for (const round of rounds) {
            await Promise.all(round.map((name) => run(steps, name, paymentMethod)));
            expect(addsUp(totals())).toBe(true);
            for (const gateway of gatewayTotals()) expect(gateway.authorized).toBeLessThanOrEqual(1999);
          }

          // The line is good again, and the workflow ends the order one way or the other: a cancellation once begun
          // is repeated until it holds.
          const undone = failed || rounds.flat().includes('cancel');
          heal();
          await run(steps, undone ? 'cancel' : 'authorize', paymentMethod);
          if (!undone) await run(steps, 'capture', paymentMethod);

          expect(accounts.size).toBeLessThanOrEqual(1);
          expect(addsUp(totals())).toBe(true);
          expect(gatewayTotals()).toEqual(accounts.size === 0 ? [] : [totals()]);
          expect(ledger.map(({ sequence }) => sequence)).toEqual(ledger.map((_, index) => index + 1));
          expect(['authorizing', 'cancelling']).not.toContain(payment(orderId)?.status);
          expect(held(totals())).toBe(0);
          if (undone) expect(kept(totals())).toBe(0);
          else expect([0, 1999]).toContain(kept(totals()));
        },
      ),
      { numRuns: 500 },
    );
  });
});
