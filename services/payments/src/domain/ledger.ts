/** What has happened to an amount so far, in minor units. Each figure only grows. */
export interface Totals {
  readonly authorized: number;
  readonly captured: number;
  readonly voided: number;
  readonly refunded: number;
}

type Movement = keyof Totals;

/** One line of the append-only ledger. */
export interface LedgerEntry {
  /** 1 for the first entry of a payment; no gaps. */
  readonly sequence: number;
  readonly movement: Movement;
  readonly amount: number;
  readonly recordedAt: string;
}

export const nothing: Totals = { authorized: 0, captured: 0, voided: 0, refunded: 0 };

/** The order in which money can move: nothing is captured that was not held. */
const movements: readonly Movement[] = ['authorized', 'captured', 'voided', 'refunded'];

/** What is still held on the card. */
export const held = (totals: Totals) => totals.authorized - totals.captured - totals.voided;

/** What the shop has and keeps. */
export const kept = (totals: Totals) => totals.captured - totals.refunded;

/** True of every ledger that can exist: nobody holds, takes or gives back more than there was. */
export const addsUp = (totals: Totals) =>
  movements.every((movement) => Number.isSafeInteger(totals[movement]) && totals[movement] >= 0) &&
  held(totals) >= 0 &&
  kept(totals) >= 0;

export const totalsOf = (entries: readonly LedgerEntry[]): Totals => {
  const totals = { ...nothing };
  for (const { movement, amount } of entries) totals[movement] += amount;
  return totals;
};

/** The entries that bring a ledger standing at `from` to `to`. */
export const entriesBetween = (
  from: Totals,
  to: Totals,
  { after, recordedAt }: { after: number; recordedAt: string },
): LedgerEntry[] =>
  movements
    .map((movement) => ({ movement, amount: to[movement] - from[movement] }))
    .filter(({ amount }) => amount > 0)
    .map((entry, index) => ({ ...entry, sequence: after + index + 1, recordedAt }));
