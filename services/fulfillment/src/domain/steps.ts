import type { StockLine } from '@emporium/contracts';
import { heldLines, type OrderLines, type Reservation } from './reservation.ts';
import type { StockMove } from './stock.ts';

/**
 * How many SKUs one step moves. A DynamoDB transaction takes 100 items, and the reservation, the shipment
 * and the outbox entry need three of them. An order has at most 100 lines, so it takes two steps at most.
 */
export const LINES_PER_STEP = 97;

/** One transaction: the reservation becomes `next` while the stock moves. */
export interface Step {
  readonly next: Reservation;
  readonly moves: readonly StockMove[];
  /** What this step makes a fact, for other contexts to know. */
  readonly fact?: 'StockReserved' | 'StockReleased';
}

const movesOf = (kind: StockMove['kind'], lines: readonly StockLine[]): StockMove[] =>
  lines.map(({ sku, quantity }) => ({ kind, sku, quantity }));

/** Sets aside the next lines. It is a fact once all of them are. */
export const reserveStep = ({ orderId, lines }: OrderLines, held = 0): Step => {
  const end = Math.min(held + LINES_PER_STEP, lines.length);
  const moves = movesOf('reserve', lines.slice(held, end));
  return end === lines.length
    ? { next: { status: 'reserved', orderId, lines }, moves, fact: 'StockReserved' }
    : { next: { status: 'reserving', orderId, lines, held: end }, moves };
};

/** Lets go of the last lines held, and says how many stay. */
const letGo = (kind: 'release' | 'ship', lines: readonly StockLine[], before: number) => {
  const held = Math.max(before - LINES_PER_STEP, 0);
  return { held, moves: movesOf(kind, lines.slice(held, before)) };
};

export const refuseStep = (
  { orderId, lines }: OrderLines,
  heldBefore: number,
  missing: readonly string[],
): Step => {
  const { held, moves } = letGo('release', lines, heldBefore);
  return held === 0
    ? { next: { status: 'refused', orderId, lines, missing }, moves }
    : { next: { status: 'refusing', orderId, lines, held, missing }, moves };
};

/** Once the first line goes back there is no way but to release the rest, so the fact goes with the first step. */
export const releaseStep = (from: Reservation): Step => {
  const { orderId, lines, status } = from;
  const { held, moves } = letGo('release', lines, heldLines(from));
  const fact = status === 'reserved' ? { fact: 'StockReleased' as const } : {};
  return held === 0
    ? { next: { status: 'released', orderId, lines }, moves, ...fact }
    : { next: { status: 'releasing', orderId, lines, held }, moves, ...fact };
};

export const shipStep = (from: Reservation): Step => {
  const { orderId, lines } = from;
  const { held, moves } = letGo('ship', lines, heldLines(from));
  return held === 0
    ? { next: { status: 'shipped', orderId, lines }, moves }
    : { next: { status: 'shipping', orderId, lines, held }, moves };
};
