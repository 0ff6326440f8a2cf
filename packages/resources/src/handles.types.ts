// Compiled by `npm run check:types`, never run: every line under an expectation must fail to compile.
import { bus, defineResources, queue, table, userPool } from './index.ts';

const resources = defineResources('orders', {
  OrdersTable: table({
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { byCustomer: { partitionKey: 'customerId' } },
  }),
  PlainTable: table({ partitionKey: 'pk' }),
  Work: queue(),
  EventBus: bus(),
  UserPool: userPool(),
});

export const inferred: {
  readonly table: string;
  readonly index: 'byCustomer';
  readonly queue: string;
  readonly pool: string;
} = {
  table: resources.OrdersTable.name,
  index: resources.OrdersTable.indexes.byCustomer,
  queue: resources.Work.url,
  pool: resources.UserPool.clientId,
};

// @ts-expect-error a misspelt resource
resources.OrderTable;

// @ts-expect-error a misspelt attribute
resources.OrdersTable.nmae;

// @ts-expect-error a misspelt index
resources.OrdersTable.indexes.byCostumer;

// @ts-expect-error an index of a table that has none
resources.PlainTable.indexes.byCustomer;

// @ts-expect-error an attribute of another kind of resource
resources.EventBus.url;

// @ts-expect-error an attribute can't be assigned to
resources.OrdersTable.name = 'other';

// @ts-expect-error a table without a partition key
table({ sortKey: 'sk' });

// @ts-expect-error a misspelt option
table({ partitionKey: 'pk', streams: true });
