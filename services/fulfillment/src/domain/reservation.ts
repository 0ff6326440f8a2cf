import type { StockLine } from '@emporium/contracts';

export interface OrderLines {
  readonly orderId: string;
  /** One line a SKU, in the order of the SKUs: see {@link mergeLines}. */
  readonly lines: readonly StockLine[];
}

/** An order of more SKUs than one step can move, on its way. The first `held` lines are set aside at this moment. */
interface MovingReservation extends OrderLines {
  readonly status: 'reserving' | 'releasing' | 'shipping';
  readonly held: number;
}

/** There was too little of `missing`, and what had been set aside before that came to light goes back. */
interface RefusingReservation extends OrderLines {
  readonly status: 'refusing';
  readonly held: number;
  readonly missing: readonly string[];
}

interface ReservedReservation extends OrderLines {
  readonly status: 'reserved';
}

/** There was too little of `missing`. Nothing is held, and a repeat gets the same answer. */
interface RefusedReservation extends OrderLines {
  readonly status: 'refused';
  readonly missing: readonly string[];
}

/** Nothing is held. Without lines it is a tombstone, which bars a reservation that comes late. */
interface ReleasedReservation extends OrderLines {
  readonly status: 'released';
}

interface ShippedReservation extends OrderLines {
  readonly status: 'shipped';
}

export type Reservation =
  | MovingReservation
  | RefusingReservation
  | ReservedReservation
  | RefusedReservation
  | ReleasedReservation
  | ShippedReservation;

/** How many of the lines, from the first, are set aside. */
export const heldLines = (reservation: Reservation): number => {
  if ('held' in reservation) return reservation.held;
  return reservation.status === 'reserved' ? reservation.lines.length : 0;
};

/** One line a SKU, sorted, so that every step of every call sees the same lines in the same order. */
export const mergeLines = (lines: readonly StockLine[]): StockLine[] => {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities]
    .map(([sku, quantity]) => ({ sku, quantity }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
};
