import { expect, test } from '@jest/globals';
import { bus, defineResources, queue, table, userPool } from '../index.ts';
import { createTableInputs, offlineLinks, timeToLiveInputs } from './index.ts';

const resources = defineResources('orders', {
  OrdersTable: table({ partitionKey: 'pk', stream: true }),
  Work: queue(),
  EventBus: bus(),
  UserPool: userPool(),
});

test('every table becomes the input of CreateTable', () => {
  expect(createTableInputs(resources)).toEqual([
    {
      TableName: 'emporium-orders-local-OrdersTable',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  ]);
});

test('every table whose items expire becomes the input of UpdateTimeToLive', () => {
  expect(timeToLiveInputs(resources)).toEqual([]);
  const expiring = defineResources('orders', {
    OrdersTable: table({ partitionKey: 'pk', timeToLive: 'expiresAt' }),
  });
  expect(timeToLiveInputs(expiring, 'dev')).toEqual([
    {
      TableName: 'emporium-orders-dev-OrdersTable',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  ]);
});

test('links have values without CloudFormation', () => {
  expect(offlineLinks(resources)).toEqual({
    LINK_orders_OrdersTable: '{"name":"emporium-orders-local-OrdersTable"}',
    LINK_orders_Work:
      '{"url":"https://sqs.us-east-1.amazonaws.com/000000000000/emporium-orders-local-Work","arn":"arn:aws:sqs:us-east-1:000000000000:emporium-orders-local-Work"}',
    LINK_orders_EventBus: '{"name":"emporium-orders-local-EventBus"}',
    LINK_orders_UserPool: '{"id":"us-east-1_local","clientId":"clientId"}',
  });
});
