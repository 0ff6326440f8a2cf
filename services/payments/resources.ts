import { cache, defineResources, table } from '@emporium/resources';

/** Payments and their ledger, by order; and, apart from them, what the sandbox gateway remembers. */
export const resources = defineResources('payments', {
  PaymentsTable: table({ partitionKey: 'pk', sortKey: 'sk', stream: true, timeToLive: 'expiresAt' }),
  SandboxTable: table({ partitionKey: 'pk', sortKey: 'sk' }),
  Cache: cache(),
});
