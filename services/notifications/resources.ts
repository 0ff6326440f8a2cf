import { cache, defineResources, emailIdentity, table } from '@emporium/resources';

/** Customers' addresses and messages, by customer; and, by order, which messages it has led to. */
export const resources = defineResources('notifications', {
  NotificationsTable: table({ partitionKey: 'pk', sortKey: 'sk', stream: true, timeToLive: 'expiresAt' }),
  Sender: emailIdentity(),
  Cache: cache(),
});
