import type { StockLine } from '@emporium/contracts';
import { heldLines, type Reservation } from './reservation.ts';
import { received, type Stock } from './stock.ts';

const totals = (lines: readonly StockLine[]) => {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
};

/**
 * The stock that does not agree with the receipts and the reservations: all that ever came in is available,
 * set aside for an order that says so, or gone with one.
 */
export const discrepancies = ({
  stock,
  receipts,
  reservations,
}: {
  stock: readonly Stock[];
  receipts: readonly StockLine[];
  reservations: readonly Reservation[];
}): Stock[] => {
  const cameIn = totals(receipts);
  const setAside = totals(reservations.flatMap((one) => one.lines.slice(0, heldLines(one))));
  const left = totals(
    reservations.flatMap((one) =>
      one.status === 'shipping' || one.status === 'shipped' ? one.lines.slice(heldLines(one)) : [],
    ),
  );
  return stock.filter(
    (one) =>
      one.available < 0 ||
      received(one) !== (cameIn.get(one.sku) ?? 0) ||
      one.reserved !== (setAside.get(one.sku) ?? 0) ||
      one.shipped !== (left.get(one.sku) ?? 0),
  );
};
