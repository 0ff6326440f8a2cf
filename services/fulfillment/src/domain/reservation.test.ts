import type { StockLine } from '@emporium/contracts';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { discrepancies } from './books.ts';
import { type Decision, decideRelease, decideReserve, decideShip } from './decisions.ts';
import { mergeLines, type Reservation } from './reservation.ts';
import { LINES_PER_STEP, type Step } from './steps.ts';
import { move, noStock, onHand, receive, type Stock } from './stock.ts';

/** A warehouse in memory: steps are all or nothing, and a call may be cut off between two of them. */
const warehouse = () => {
  const stock = new Map<string, Stock>();
  const reservations = new Map<string, Reservation>();
  const stockOf = (sku: string) => stock.get(sku) ?? noStock(sku);

  /** Gives back the SKUs that there was too little of. */
  const apply = ({ next, moves }: Step): string[] => {
    const after = moves.map((one) => ({ sku: one.sku, stock: move(stockOf(one.sku), one) }));
    const short = after.filter((one) => one.stock === undefined).map(({ sku }) => sku);
    if (short.length > 0) return short;
    for (const one of after) if (one.stock) stock.set(one.sku, one.stock);
    reservations.set(next.orderId, next);
    return [];
  };

  const run = (
    orderId: string,
    steps: number,
    decide: (current: Reservation | undefined, missing: string[]) => Decision,
  ): Decision['kind'] => {
    let missing: string[] = [];
    for (let step = 0; ; step++) {
      const decision = decide(reservations.get(orderId), missing);
      if (decision.kind !== 'step' || step === steps) return decision.kind;
      missing = apply(decision.step);
    }
  };

  return {
    stockOf,
    reservations,
    all: () => [...stock.values()],
    receive: (sku: string, quantity: number) => stock.set(sku, receive(stockOf(sku), quantity)),
    reserve: (orderId: string, lines: StockLine[], steps = 9) =>
      run(orderId, steps, (current, missing) =>
        decideReserve(current, { orderId, lines: mergeLines(lines) }, missing),
      ),
    release: (orderId: string, steps = 9) =>
      run(orderId, steps, (current) => decideRelease(current, orderId)),
    ship: (orderId: string, steps = 9) => run(orderId, steps, decideShip),
  };
};

type Warehouse = ReturnType<typeof warehouse>;

const skuOf = (n: number) => `SKU-${String(n).padStart(3, '0')}`;
const many = (count: number, quantity = 1) =>
  Array.from({ length: count }, (_, n) => ({ sku: skuOf(n), quantity }));

/** Orders of up to 100 SKUs, so that some take two steps. */
const aCommand = fc.oneof(
  fc.record({ do: fc.constant('receive' as const), sku: fc.nat(105), quantity: fc.nat(20) }),
  fc.record({
    do: fc.constant('reserve' as const),
    order: fc.nat(5),
    from: fc.nat(5),
    count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 95, max: 100 })),
    quantity: fc.integer({ min: 1, max: 6 }),
    steps: fc.nat(3),
  }),
  fc.record({ do: fc.constantFrom('release' as const, 'ship' as const), order: fc.nat(5), steps: fc.nat(3) }),
);

const obey = (shop: Warehouse, command: typeof aCommand extends fc.Arbitrary<infer C> ? C : never) => {
  if (command.do === 'receive') return shop.receive(skuOf(command.sku), command.quantity);
  const orderId = `order-${command.order}`;
  if (command.do !== 'reserve') return shop[command.do](orderId, command.steps);
  const lines = Array.from({ length: command.count }, (_, n) => ({
    sku: skuOf(command.from + n),
    quantity: command.quantity,
  }));
  return shop.reserve(orderId, lines, command.steps);
};

test('stock is conserved, and always equals what the reservations say, wherever calls are cut off', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 15 }), fc.array(aCommand, { maxLength: 30 }), (start, commands) => {
      const shop = warehouse();
      const receipts = many(106, start);
      for (const { sku, quantity } of receipts) shop.receive(sku, quantity);
      for (const command of commands) {
        if (command.do === 'receive') receipts.push({ sku: skuOf(command.sku), quantity: command.quantity });
        obey(shop, command);
        const books = { stock: shop.all(), receipts, reservations: [...shop.reservations.values()] };
        expect(discrepancies(books)).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});

test('after a release that ran to its end, the order holds nothing and can reserve nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(3), fc.nat(3), (count, steps, cutOff) => {
      const shop = warehouse();
      for (const { sku } of many(100)) shop.receive(sku, 5);
      shop.reserve('order', many(count), steps);
      shop.release('order', cutOff);
      expect(shop.release('order')).toBe('done');
      expect(shop.reserve('order', many(count))).toBe('released');
      for (const stock of shop.all()) expect(stock).toMatchObject({ available: 5, reserved: 0, shipped: 0 });
    }),
  );
});

test('an order of 100 SKUs is all or nothing, though it takes two steps', () => {
  const shop = warehouse();
  for (const { sku } of many(99)) shop.receive(sku, 1);

  expect(shop.reserve('order', many(100))).toBe('outOfStock');

  expect(shop.reservations.get('order')).toMatchObject({ status: 'refused', missing: [skuOf(99)] });
  for (const stock of shop.all()) expect(stock).toMatchObject({ available: 1, reserved: 0 });
});

test('a refusal stays the answer after the stock came in', () => {
  const shop = warehouse();
  expect(shop.reserve('order', many(1))).toBe('outOfStock');
  shop.receive(skuOf(0), 10);
  expect(shop.reserve('order', many(1))).toBe('outOfStock');
});

test('what has shipped is off the shelf and can not be released', () => {
  const shop = warehouse();
  shop.receive(skuOf(0), 10);
  shop.reserve('order', many(1, 4));

  expect(shop.ship('order')).toBe('done');
  expect(shop.release('order')).toBe('dispatched');

  const stock = shop.stockOf(skuOf(0));
  expect(stock).toMatchObject({ available: 6, reserved: 0, shipped: 4 });
  expect(onHand(stock)).toBe(6);
});

test('a shipment half taken off the shelf is finished by a repeat, and not by a release', () => {
  const shop = warehouse();
  for (const { sku } of many(100)) shop.receive(sku, 1);
  shop.reserve('order', many(100));

  shop.ship('order', 1);
  expect(shop.reservations.get('order')).toMatchObject({ status: 'shipping', held: 100 - LINES_PER_STEP });
  expect(shop.release('order')).toBe('dispatched');
  expect(shop.ship('order')).toBe('done');

  for (const stock of shop.all()) expect(stock).toMatchObject({ available: 0, reserved: 0, shipped: 1 });
});

test.each([undefined, 'released'] as const)('nothing ships without a reservation (%s)', (status) => {
  const current = status && { status, orderId: 'order', lines: [] };
  expect(decideShip(current)).toEqual({ kind: 'notReserved' });
});

test('lines of one SKU become one line', () => {
  const lines = [
    { sku: 'B', quantity: 1 },
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 3 },
  ];
  expect(mergeLines(lines)).toEqual([
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 4 },
  ]);
});
