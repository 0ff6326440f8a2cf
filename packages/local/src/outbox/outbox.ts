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
}

export interface StoredMessage extends OutboxMessage {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly sentAt: string;
}

export interface Outbox {
  /** Keeps a message and gives its id. */
  add(message: OutboxMessage): string;
  /** The newest first. */
  newest(limit: number): StoredMessage[];
}

/** Tells messages of the same millisecond apart, in order. */
let sequence = 0;

/** Where everything ends up that would leave the cloud; it survives a restart. */
export const outboxOf = (cloud: Pick<Cloud, 'store'>): Outbox => {
  const store = cloud.store('outbox');
  return {
    add: (message) => {
      const id = randomUUID();
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
