import { cache, defineResources, table, userPool } from '@emporium/resources';

/** Who may sign in, and what the shop knows of them. */
export const resources = defineResources('users', {
  UserPool: userPool({ groups: ['customer', 'admin', 'support'] }),
  UsersTable: table({ partitionKey: 'pk', sortKey: 'sk', stream: true, timeToLive: 'expiresAt' }),
  Cache: cache(),
});
