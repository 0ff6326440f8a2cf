import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { placedOrder } from '../test-helpers.ts';
import { confirm, decideReview, reject, requestReview, ship, type Transition } from './lifecycle.ts';
import type { Order } from './order.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 10, 5, 0, second)).toISOString();

/** What may follow what: everything else is illegal. */
const allowed: Record<Order['status'], readonly Order['status'][]> = {
  placed: ['in_review', 'confirmed', 'rejected'],
  in_review: ['in_review', 'confirmed', 'rejected'],
  confirmed: ['shipped', 'rejected'],
  shipped: [],
  rejected: [],
};

type Command = (order: Order, time: string) => Transition;

const command: fc.Arbitrary<Command> = fc.oneof(
  fc
    .constantFrom('token-1', 'token-2')
    .map((token) => (order: Order, time: string) => requestReview(order, token, time)),
  fc.tuple(fc.constantFrom('approve' as const, 'decline' as const), fc.constantFrom('ann', 'bob')).map(
    ([choice, by]) =>
      (order: Order, time: string) =>
        decideReview(order, choice, by, time),
  ),
  fc.constant((order: Order, time: string) => confirm(order, time)),
  fc.constant((order: Order, time: string) => ship(order, 'TRACK-1', time)),
  fc
    .constantFrom('out_of_stock' as const, 'payment_declined' as const)
    .map((reason) => (order: Order, time: string) => reject(order, reason, time)),
);

/** Every order on the way, the first one included. */
const run = (commands: readonly Command[]): Order[] => {
  const orders: Order[] = [placedOrder];
  for (const [index, apply] of commands.entries()) {
    const result = apply(orders.at(-1) ?? placedOrder, at(index + 1));
    if (result.outcome === 'changed') orders.push(result.order);
  }
  return orders;
};

const commands = fc.array(command, { maxLength: 30 });

describe('whatever commands come, in whatever order', () => {
  test('an order goes only where it may', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const orders = run(sequence);
        for (const [index, order] of orders.slice(1).entries()) {
          expect(allowed[orders[index]?.status ?? 'placed']).toContain(order.status);
        }
      }),
    );
  });

  test('what was agreed on stays', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { status, timeline, ...agreed } = placedOrder;
        expect(run(sequence).at(-1)).toMatchObject(agreed);
      }),
    );
  });

  test('the timeline says every status once, oldest first, and ends with the present one', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const order = run(sequence).at(-1) ?? placedOrder;
        const statuses = order.timeline.map((entry) => entry.status);
        expect(new Set(statuses).size).toBe(statuses.length);
        expect(order.timeline.map((entry) => entry.at)).toEqual(
          order.timeline.map((entry) => entry.at).sort(),
        );
        expect(statuses.at(-1)).toBe(order.status);
      }),
    );
  });

  test('the same command again changes nothing more', () => {
    fc.assert(
      fc.property(commands, command, (sequence, apply) => {
        const first = apply(run(sequence).at(-1) ?? placedOrder, at(40));
        fc.pre(first.outcome === 'changed');
        expect(apply(first.order, at(50))).toEqual({ outcome: 'unchanged', order: first.order });
      }),
    );
  });

  test('no task token outlives the review', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const order = run(sequence).at(-1) ?? placedOrder;
        expect('taskToken' in order).toBe(order.status === 'in_review');
      }),
    );
  });
});

describe('a review', () => {
  const inReview = run([(order, time) => requestReview(order, 'token-1', time)]).at(-1) ?? placedOrder;
  const decided = decideReview(inReview, 'approve', 'ann', at(2)).order;

  test('counts the first decision only', () => {
    expect(decideReview(decided, 'decline', 'ann', at(3)).outcome).toBe('illegal');
    expect(decideReview(decided, 'approve', 'bob', at(3)).outcome).toBe('illegal');
    expect(decided).toMatchObject({ decision: { choice: 'approve', by: 'ann', at: at(2) } });
  });

  test('starts afresh under a new token', () => {
    expect(requestReview(decided, 'token-2', at(3)).order).toEqual({ ...inReview, taskToken: 'token-2' });
  });

  test('is not open before it is asked for', () => {
    expect(decideReview(placedOrder, 'approve', 'ann', at(1)).outcome).toBe('illegal');
  });
});

test('a parcel that left can be neither confirmed anew nor rejected', () => {
  const shipped = run([
    (order, time) => confirm(order, time),
    (order, time) => ship(order, 'TRACK-1', time),
  ]).at(-1);
  expect(shipped).toMatchObject({ status: 'shipped', trackingNumber: 'TRACK-1' });
  expect(reject(shipped ?? placedOrder, 'internal_error', at(9)).outcome).toBe('illegal');
  expect(confirm(shipped ?? placedOrder, at(9)).outcome).toBe('unchanged');
});
