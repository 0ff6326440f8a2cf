import { randomUUID } from 'node:crypto';
import type { Cloud } from '../cloud.ts';

/** Something that would have left the cloud: an e-mail, a text message, a notification to a topic. */
interface OutboxMessage {
  readonly kind: 'email' | 'sms' | 'topic';
  /** E-mail addresses, a telephone number, or a topic's ARN. */
  readonly to: readonly string[];
  readonly from?: string;
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  /** Of an e-mail, beyond sender, recipients and subject; under their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
}

export interface StoredMessage extends OutboxMessage {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly sentAt: string;
}

export interface Outbox {
  /** Keeps a message and gives its id. */
  add(message: OutboxMessage, id?: string): string;
  /** The newest first. */
  newest(limit: number): StoredMessage[];
}

/** How many messages are kept, at least; older ones go now and then. */
const KEPT = 2_000;
/** How many new ones there may be until then. */
const SWEEP_AFTER = 500;

/** Tells messages of the same millisecond apart, in order. */
let sequence = 0;

/** Where everything ends up that would leave the cloud; it survives a restart. */
export const outboxOf = (cloud: Pick<Cloud, 'store'>): Outbox => {
  const store = cloud.store('outbox');
  let untilSweep = 0;
  const sweep = (): void => {
    untilSweep = SWEEP_AFTER;
    for (const { key } of store.list().slice(0, -KEPT)) store.delete(key);
  };
  return {
    add: (message, id = randomUUID()) => {
      if (untilSweep-- === 0) sweep();
      const sentAt = new Date().toISOString();
      store.put(`${sentAt} ${String(sequence++).padStart(9, '0')}`, { id, sentAt, ...message });
      return id;
    },
    newest: (limit) =>
      store
        .list<StoredMessage>()
        .slice(-limit)
        .reverse()
        .map(({ value }) => value),
  };
};
