import type { RejectionReason } from '@emporium/contracts';
import { describe as describeResources } from '@emporium/resources/cloudformation';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { resources } from '../services/orders/resources.ts';
import {
  definition,
  order,
  rejected,
  runWorkflow,
  taskContracts,
  taskName,
  tasks,
} from './support/order-workflow.ts';

// With full jitter, a pause is a random part of the back-off: none at all here.
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const forward = [
  'reserveStock',
  'authorizePayment',
  'requestReview',
  'confirmOrder',
  'capturePayment',
  'requestShipment',
  'order-confirmed',
];
const withoutReview = forward.filter((step) => step !== 'requestReview');

const undoStock = ['releaseStock', 'rejectOrder', 'order-rejected'];
const undoPayment = ['cancelPayment', ...undoStock];
const undoAll = ['cancelShipment', ...undoPayment];

/** What undoes the order after a step has failed: that step's own compensation too, as it may have happened. */
const compensations: Record<string, readonly string[]> = {
  reserveStock: undoStock,
  authorizePayment: undoPayment,
  requestReview: undoPayment,
  confirmOrder: undoPayment,
  capturePayment: undoPayment,
  requestShipment: undoAll,
  'order-confirmed': undoAll,
};

const upTo = (step: string) => forward.slice(0, forward.indexOf(step) + 1);

describe('an order that goes well', () => {
  test('is confirmed step by step', async () => {
    const { status, output, steps } = await runWorkflow();

    expect({ status, output }).toEqual({
      status: 'SUCCEEDED',
      output: { orderId: order.orderId, status: 'confirmed' },
    });
    expect(steps).toEqual(withoutReview);
  });

  test('waits for a person where it is flagged, and goes on when approved', async () => {
    const { output, steps } = await runWorkflow({
      input: { needsReview: true },
      decision: { decision: 'approve' },
    });

    expect(output).toMatchObject({ status: 'confirmed' });
    expect(steps).toEqual(forward);
  });

  test('hands each function just what its contract asks for', async () => {
    const { inputs } = await runWorkflow();
    const { orderId, customerId, total, paymentMethod, shippingAddress } = order;

    expect(inputs).toEqual([
      { orderId, lines: [{ sku: 'MUG-BLUE', quantity: 2 }] },
      { orderId, customerId, amount: total, paymentMethod },
      { orderId },
      { orderId },
      { orderId, customerId, address: shippingAddress },
      { template: 'order-confirmed', orderId, customerId, total },
    ]);
  });
});

const review = { input: { needsReview: true }, decision: { decision: 'approve' } };

describe('a step that fails for good undoes the order in reverse', () => {
  test.each<[string, string, RejectionReason]>([
    ['reserveStock', 'OutOfStock', 'out_of_stock'],
    ['reserveStock', 'ReservationReleased', 'internal_error'],
    ['authorizePayment', 'CardDeclined', 'payment_declined'],
    ['authorizePayment', 'InsufficientFunds', 'insufficient_funds'],
    ['authorizePayment', 'PaymentProcessingError', 'payment_failed'],
    ['authorizePayment', 'UnknownPaymentMethod', 'payment_failed'],
    ['authorizePayment', 'PaymentCancelled', 'internal_error'],
    ['capturePayment', 'PaymentNotFound', 'internal_error'],
    ['capturePayment', 'PaymentCancelled', 'internal_error'],
    ['requestShipment', 'ShipmentCancelled', 'internal_error'],
    ['requestShipment', 'NotReserved', 'internal_error'],
    ['requestReview', 'IllegalOrderTransition', 'internal_error'],
    ['confirmOrder', 'IllegalOrderTransition', 'internal_error'],
    ...forward.map((step): [string, string, RejectionReason] => [step, 'InvalidTaskInput', 'internal_error']),
    ...forward.map((step): [string, string, RejectionReason] => [step, 'TypeError', 'internal_error']),
  ])('%s: %s', async (step, error, reason) => {
    const { status, output, steps } = await runWorkflow({ ...review, failing: { [step]: error } });

    expect({ status, output }).toEqual(rejected(reason));
    expect(steps).toEqual([...upTo(step), ...(compensations[step] ?? [])]);
  });

  test('the function that rejects and the customer hear the reason', async () => {
    const { inputs } = await runWorkflow({ failing: { authorizePayment: 'CardDeclined' } });
    const { orderId, customerId } = order;

    expect(inputs.slice(-2)).toEqual([
      { orderId, reason: 'payment_declined' },
      { template: 'order-rejected', orderId, customerId, reason: 'payment_declined' },
    ]);
  });
});

const passing = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'ThrottlingException',
  'ConcurrentUpdate',
];

describe('an error that passes', () => {
  test.each(passing.flatMap((error) => forward.map((step) => [error, step])))(
    '%s at %s is outlived',
    async (error, step) => {
      const { output, steps } = await runWorkflow({ ...review, failing: { [step]: [error, error] } });

      expect(output).toMatchObject({ status: 'confirmed' });
      expect(steps.filter((each) => each === step)).toHaveLength(3);
    },
  );

  test.each(forward.filter((step) => step !== 'requestReview'))(
    'a time-out of %s is outlived',
    async (step) => {
      const { output } = await runWorkflow({ failing: { [step]: ['States.Timeout'] } });

      expect(output).toMatchObject({ status: 'confirmed' });
    },
  );

  test.each(forward)('that does not pass at %s undoes the order', async (step) => {
    const { status, output, steps } = await runWorkflow({
      ...review,
      failing: { [step]: 'Lambda.ServiceException' },
    });

    expect({ status, output }).toEqual(rejected('internal_error'));
    expect(steps.filter((each) => each === step)).toHaveLength(7);
    expect(steps.slice(-(compensations[step]?.length ?? 0))).toEqual(compensations[step]);
  });

  test.each(['authorizePayment', 'capturePayment'])('a gateway that stays away at %s', async (step) => {
    const { status, output } = await runWorkflow({ failing: { [step]: 'GatewayUnavailable' } });

    expect({ status, output }).toEqual(rejected('payment_failed'));
  });
});

describe('a review', () => {
  test.each([{ decision: 'decline' }, { decision: 'perhaps' }, {}, null])(
    'of %j declines',
    async (decision) => {
      const { status, output, steps } = await runWorkflow({ input: { needsReview: true }, decision });

      expect({ status, output }).toEqual(rejected('review_declined'));
      expect(steps).toEqual([...upTo('requestReview'), ...undoPayment]);
    },
  );

  test('that nobody decides is not asked for again', async () => {
    const { status, output, steps } = await runWorkflow({
      input: { needsReview: true },
      failing: { requestReview: 'States.Timeout' },
    });

    expect({ status, output }).toEqual(rejected('review_timed_out'));
    expect(steps).toEqual([...upTo('requestReview'), ...undoPayment]);
  });

  test('may take a day', () => {
    expect(definition.States.RequestReview).toMatchObject({
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      TimeoutSeconds: 86_400,
    });
  });
});

describe('a compensation', () => {
  const lastStepFails = { 'order-confirmed': 'TypeError' };

  test.each(undoAll)('%s is tried until it holds', async (step) => {
    const failures = Array.from(
      { length: 100 },
      (_, i) => ['TypeError', 'States.Timeout', 'GatewayUnavailable'][i % 3] ?? '',
    );

    const { status, output, steps } = await runWorkflow({ failing: { ...lastStepFails, [step]: failures } });

    expect({ status, output }).toEqual(rejected('internal_error'));
    expect([...new Set(steps)].slice(-undoAll.length)).toEqual(undoAll);
    expect(steps.filter((each) => each === step)).toHaveLength(101);
  });

  test.each([
    ['cancelShipment', 'CancelShipment'],
    ['cancelPayment', 'CancelPayment'],
    ['releaseStock', 'ReleaseStock'],
    ['rejectOrder', 'RejectOrder'],
    ['order-rejected', 'NotifyCustomerOfRejection'],
  ])('%s that never holds fails the execution loudly', async (step, state) => {
    const { status, error, cause, steps } = await runWorkflow({
      failing: { ...lastStepFails, [step]: 'GatewayUnavailable' },
    });

    expect({ status, error, cause }).toEqual({
      status: 'FAILED',
      error: 'CompensationFailed',
      cause: `${state} failed with GatewayUnavailable: ${step} went wrong`,
    });
    expect(steps.at(-1)).toBe(step);
    expect(steps.filter((each) => each === step).length).toBeGreaterThan(100);
  });

  test.each([
    ['cancelShipment', 'AlreadyDispatched'],
    ['releaseStock', 'AlreadyDispatched'],
    ['rejectOrder', 'OrderNotFound'],
    ['rejectOrder', 'IllegalOrderTransition'],
  ])('%s is not tried again after %s, which fails the execution loudly', async (step, name) => {
    const { status, error, steps } = await runWorkflow({ failing: { ...lastStepFails, [step]: name } });

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'CompensationFailed' });
    expect(steps.filter((each) => each === step)).toHaveLength(1);
    expect(steps.at(-1)).toBe(step);
  });

  test('is not tried again where the parcel has left', async () => {
    const { status, error, cause, steps } = await runWorkflow({
      failing: { ...lastStepFails, cancelShipment: 'AlreadyDispatched' },
    });

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'CompensationFailed' });
    expect(cause).toContain('CancelShipment failed with AlreadyDispatched');
    expect(steps).toEqual([...withoutReview, 'cancelShipment']);
  });
});

test('whatever fails, what was done is undone or the order is confirmed', async () => {
  const outcome = fc.constantFrom(
    undefined,
    undefined,
    'TypeError',
    ['States.Timeout'],
    ['ThrottlingException', 'TypeError'],
  );
  const failing = fc.record(Object.fromEntries(forward.map((step) => [step, outcome])));
  const undoneBy = {
    reserveStock: 'releaseStock',
    authorizePayment: 'cancelPayment',
    requestShipment: 'cancelShipment',
  };

  await fc.assert(
    fc.asyncProperty(failing, fc.boolean(), async (failures, needsReview) => {
      const { status, output, steps } = await runWorkflow({
        ...review,
        input: { needsReview },
        failing: Object.fromEntries(Object.entries(failures).filter(([, error]) => error)) as Record<
          string,
          string
        >,
      });

      expect(status).toBe('SUCCEEDED');
      const isConfirmed = (output as { status: string }).status === 'confirmed';
      for (const [step, compensation] of Object.entries(undoneBy)) {
        expect(steps.includes(compensation)).toBe(!isConfirmed && steps.includes(step));
        if (steps.includes(compensation)) {
          expect(steps.indexOf(compensation)).toBeGreaterThan(steps.lastIndexOf(step));
        }
      }
      expect(steps.at(-1)).toBe(isConfirmed ? 'order-confirmed' : 'order-rejected');
    }),
  );
});

describe('the definition', () => {
  test('invokes the functions that the state machine may invoke, and no others', () => {
    const invoked = new Set(tasks.map(([, { Arguments }]) => taskName(Arguments?.FunctionName ?? '')));

    expect([...invoked].sort()).toEqual(
      [...describeResources(resources).definitions.OrderWorkflow.invoke].sort(),
    );
  });

  test.each(tasks)(
    '%s repeats with jitter and a longest delay, has a time limit, and catches everything',
    (_, state) => {
      expect(state.TimeoutSeconds).toBeGreaterThan(0);
      const retriers = (state.Retry ?? []).filter(({ MaxAttempts }) => MaxAttempts > 0);
      expect(retriers.length).toBeGreaterThan(0);
      for (const retrier of retriers) {
        expect(retrier).toMatchObject({
          JitterStrategy: 'FULL',
          BackoffRate: expect.any(Number),
          MaxDelaySeconds: expect.any(Number),
        });
      }
      expect(state.Catch?.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
    },
  );

  test.each(tasks)('%s never repeats a final answer', (_, { Arguments, Retry = [] }) => {
    for (const error of taskContracts.get(taskName(Arguments?.FunctionName ?? ''))?.errors ?? []) {
      const first = Retry.find(
        ({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes('States.ALL'),
      );
      expect(first?.MaxAttempts ?? 0).toBe(0);
    }
  });

  test('has no time limit as a whole, which would end it without undoing anything', () => {
    expect(definition.TimeoutSeconds).toBeUndefined();
  });
});
