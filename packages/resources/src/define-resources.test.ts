import { afterEach, expect, test } from '@jest/globals';
import { cache, defineResources, table } from './index.ts';

const resources = defineResources('orders', {
  OrdersTable: table({
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { byCustomer: { partitionKey: 'customerId', sortKey: 'placedAt' } },
  }),
  Cache: cache(),
});

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

test('a linked resource gives what its variable holds', () => {
  process.env.LINK_orders_OrdersTable = '{"name":"emporium-orders-dev-OrdersTable"}';
  process.env.LINK_orders_Cache = '{"engine":"memory"}';

  expect(resources.OrdersTable.name).toBe('emporium-orders-dev-OrdersTable');
  expect(resources.Cache.engine).toBe('memory');
  expect(resources.Cache.url).toBeUndefined();
});

test('an index is known without a link', () => {
  expect(resources.OrdersTable.indexes.byCustomer).toBe('byCustomer');
});

test('a resource that is not linked says where to link it', () => {
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'emporium-orders-dev-placeOrder';

  expect(() => resources.OrdersTable.name).toThrow(
    new Error(
      'OrdersTable is not linked to placeOrder: add it under "link" in services/orders/serverless.yml',
    ),
  );
});

test("another context's resource is named with its context", () => {
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'emporium-notifications-dev-onOrderShipped';

  expect(() => resources.OrdersTable.name).toThrow(
    new Error(
      'orders.OrdersTable is not linked to onOrderShipped: add it under "link" in services/notifications/serverless.yml',
    ),
  );
});
