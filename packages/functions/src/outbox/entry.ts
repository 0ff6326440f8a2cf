import type { EventContract, EventData, EventDetail } from '@emporium/contracts';
import { newId } from '../id.ts';
import { describeErrors, validate } from '../validation.ts';

/** Sent entries stay for a week, so that a person can look them up. */
const RETENTION_SECONDS = 7 * 24 * 60 * 60;

/** An event on its way out, as an item of the table whose change it tells. */
export type OutboxEntry<Data = unknown> = {
  readonly pk: `OUTBOX#${string}`;
  readonly sk: 'OUTBOX';
  readonly kind: 'outbox';
  readonly event: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: EventDetail<Data>;
  };
  /** Epoch seconds, for the table's time to live. */
  readonly expiresAt: number;
};

/**
 * An item that goes into the same transaction as the change it tells; the table's stream feeds it to
 * {@link outboxRelay}.
 *
 * @throws TypeError when the data breaks the contract: a defect of the publisher, caught before it is written.
 *
 * @example
 * const fact = outboxEntry(OrderConfirmed, { orderId, customerId, total, confirmedAt }, { correlationId });
 * await client.send(new TransactWriteCommand({ TransactItems: [update, { Put: { TableName, Item: fact } }] }));
 */
export const outboxEntry = <Contract extends EventContract>(
  contract: Contract,
  data: EventData<Contract>,
  { correlationId, now = new Date() }: { readonly correlationId: string; readonly now?: Date },
): OutboxEntry<EventData<Contract>> => {
  const checked = validate(contract.schema, data);
  if ('errors' in checked) {
    throw new TypeError(`${contract.name} can't be published: ${describeErrors(checked.errors)}`);
  }
  const id = newId('evt', now);
  return {
    pk: `OUTBOX#${id}`,
    sk: 'OUTBOX',
    kind: 'outbox',
    event: {
      source: `emporium.${contract.context}`,
      detailType: contract.name,
      detail: { metadata: { id, occurredAt: now.toISOString(), correlationId }, data: checked.value },
    },
    expiresAt: Math.floor(now.getTime() / 1000) + RETENTION_SECONDS,
  };
};
