import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../aws/document-client.ts';

/** Remembers the events that a consumer has dealt with. */
export interface Dedupe {
  seen(consumer: string, eventId: string): Promise<boolean>;
  mark(consumer: string, eventId: string): Promise<void>;
}

/** As long as a queue keeps a message: what is older doesn't come again. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

/**
 * Remembers events in a table of the context, under `EVENT#<function>#<event id>`. The mark is set after the
 * work: a crash in between leads to a repeat, never to a loss, so the domain has to bear repeats all the same.
 * The function needs the table's `read` and `write`.
 *
 * @example
 * eventHandler({ events: [ProductPublished], dedupe: dedupeIn(resources.OrdersTable) }, async (event) => …);
 */
export const dedupeIn = (
  /** Its name is read when the first event comes: a link that is missing shows then. */
  table: { readonly name: string },
  { client = documentClient, now = Date.now } = {},
): Dedupe => {
  const key = (consumer: string, eventId: string) => ({ pk: `EVENT#${consumer}#${eventId}`, sk: 'EVENT' });
  return {
    async seen(consumer, eventId) {
      const { Item } = await client().send(
        new GetCommand({ TableName: table.name, Key: key(consumer, eventId), ConsistentRead: true }),
      );
      return Item !== undefined;
    },
    async mark(consumer, eventId) {
      const expiresAt = Math.floor(now() / 1000) + RETENTION_SECONDS;
      await client().send(
        new PutCommand({
          TableName: table.name,
          Item: { ...key(consumer, eventId), kind: 'event', expiresAt },
        }),
      );
    },
  };
};
