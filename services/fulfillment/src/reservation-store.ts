import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type StockLine, StockReleased, StockReserved } from '@emporium/contracts';
import { ConcurrentUpdate, outboxEntry, type TransactItem, transact } from '@emporium/functions';
import { type Decision, decideRelease, decideReserve } from './domain/decisions.ts';
import { mergeLines, type Reservation } from './domain/reservation.ts';
import type { Step } from './domain/steps.ts';
import { AlreadyDispatched, OutOfStock, ReservationReleased } from './errors.ts';
import { putNew, putReservation, reservationKey, toReservation, updateStock } from './items.ts';

/** A reservation goes through no more than a handful of stages, and every round that fails means one of them went by. */
const ROUNDS = 12;

const facts = { StockReserved, StockReleased };

/** The writes of one step, the reservation first. */
export const stepItems = (
  TableName: string,
  current: Reservation | undefined,
  { next, moves, fact }: Step,
  correlationId: string,
): TransactItem[] => {
  const { orderId, lines } = next;
  return [
    putReservation(TableName, current, next),
    ...moves.map((move) => updateStock(TableName, move)),
    ...(fact
      ? [putNew(TableName, outboxEntry(facts[fact], { orderId, lines: [...lines] }, { correlationId }))]
      : []),
  ];
};

export const reservationStore = (client: DynamoDBDocumentClient, table: { readonly name: string }) => {
  const find = async (orderId: string) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: reservationKey(orderId), ConsistentRead: true }),
    );
    return Item && toReservation(Item);
  };

  /** Takes steps until there is none to take. What ends it is the last decision. */
  const settle = async (
    orderId: string,
    start: Reservation | undefined,
    correlationId: string,
    decide: (current: Reservation | undefined, missing: readonly string[]) => Decision,
  ) => {
    let current = start;
    let missing: readonly string[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const decision = decide(current, missing);
      if (decision.kind !== 'step') return decision;
      const { step } = decision;
      const failed = await transact(client, stepItems(table.name, current, step, correlationId));
      if (failed.length === 0) {
        current = step.next;
      } else if (failed.includes(0)) {
        // Somebody else moved this reservation on, perhaps by taking the very units that seem to be missing.
        current = await find(orderId);
        missing = [];
      } else {
        const short = failed.flatMap((position) => step.moves[position - 1] ?? []);
        if (short.some(({ kind }) => kind !== 'reserve')) {
          throw new Error(
            `The stock of ${short.map(({ sku }) => sku)} holds less than ${orderId} has reserved`,
          );
        }
        missing = short.map(({ sku }) => sku);
      }
    }
    throw new ConcurrentUpdate(orderId);
  };

  return {
    /** Sets aside all lines or none. A repeat gets the first answer, also where that was {@link OutOfStock}. */
    async reserve(orderId: string, lines: readonly StockLine[], correlationId: string): Promise<void> {
      const order = { orderId, lines: mergeLines(lines) };
      // Most calls are first calls: start without a look, the condition on the write tells if that was wrong.
      const end = await settle(orderId, undefined, correlationId, (current, missing) =>
        decideReserve(current, order, missing),
      );
      if (end.kind === 'outOfStock') throw new OutOfStock(orderId, end.missing);
      if (end.kind === 'released') throw new ReservationReleased(orderId);
    },

    /** Gives back what is set aside; without a reservation leaves a tombstone for one that comes late. */
    async release(orderId: string, correlationId: string): Promise<void> {
      const end = await settle(orderId, await find(orderId), correlationId, (current) =>
        decideRelease(current, orderId),
      );
      if (end.kind === 'dispatched') throw new AlreadyDispatched(orderId);
    },
  };
};
