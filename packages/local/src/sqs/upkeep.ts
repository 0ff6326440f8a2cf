import type { Metrics } from '../cloud.ts';
import type { Database } from './database.ts';
import type { Queues } from './queues.ts';
import { type Clocks, DEDUPLICATION_MS } from './send.ts';

interface Census {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** When the oldest message was sent, in ms since 1970. */
  readonly oldest: number | null;
}

export interface Upkeep {
  census(queue: string): Census;
  /** Removes what has been kept long enough. */
  expire(): void;
  /** Publishes what CloudWatch is told of every queue once a minute. */
  measure(metrics: Metrics): void;
}

/** What SQS does on its own: it forgets old messages, and counts those that are there. */
export const createUpkeep = (db: Database, queues: Queues, { now, wall }: Clocks): Upkeep => {
  const count = db.prepare(
    `SELECT count(*) FILTER (WHERE visible_at <= ?1) AS visible,
       count(*) FILTER (WHERE visible_at > ?1 AND receives > 0) AS inFlight,
       count(*) FILTER (WHERE visible_at > ?1 AND receives = 0) AS delayed,
       min(sent_at) AS oldest FROM messages WHERE queue = ?2`,
  );
  const expireMessages = db.prepare('DELETE FROM messages WHERE queue = ? AND sent_at <= ?');
  const expireDeduplications = db.prepare('DELETE FROM deduplications WHERE at <= ?');
  const census = (queue: string) => count.get(now(), queue) as unknown as Census;

  return {
    census,
    expire: () =>
      db.transaction(() => {
        for (const { name, attributes } of queues.all()) {
          expireMessages.run(name, wall() - Number(attributes.MessageRetentionPeriod) * 1000);
        }
        expireDeduplications.run(now() - DEDUPLICATION_MS);
      }),
    measure: (metrics) => {
      for (const { name } of queues.all()) {
        const { visible, inFlight, delayed, oldest } = census(name);
        const put = (metric: string, value: number, unit: 'Count' | 'Seconds' = 'Count') =>
          metrics.put({ namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name }, value, unit });
        put('ApproximateNumberOfMessagesVisible', visible);
        put('ApproximateNumberOfMessagesNotVisible', inFlight);
        put('ApproximateNumberOfMessagesDelayed', delayed);
        const age = oldest === null ? 0 : Math.max(0, Math.floor((wall() - oldest) / 1000));
        put('ApproximateAgeOfOldestMessage', age, 'Seconds');
      }
    },
  };
};
