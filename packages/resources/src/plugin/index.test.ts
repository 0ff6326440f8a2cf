import { afterAll, describe, expect, test } from '@jest/globals';
import { createShop } from './test-shop.ts';

const shop = createShop({
  platform: '{ EventBus: r.bus() }',
  users: '{ UserPool: r.userPool({ groups: ["admin"] }) }',
  orders: `{
    OrdersTable: r.table({ partitionKey: 'pk', stream: true, indexes: { byCustomer: { partitionKey: 'customerId' } } }),
    Still: r.table({ partitionKey: 'pk' }),
    Flow: r.stateMachine({ invoke: ['users.step'], link: { OrdersTable: ['write'] } }),
  }`,
  broken: `{ Flow: r.stateMachine({ invoke: ['users.steps'] }) }`,
});
afterAll(shop.remove);

const orders = (config: Parameters<typeof shop.run>[0]['functions'][string], command?: string) =>
  shop.run({ context: 'orders', functions: { placeOrder: config }, ...(command && { command }) });

test('a link becomes a variable and a grant on just that table and its indexes', async () => {
  const { functions, resources } = await orders({ link: { OrdersTable: ['read'] } });

  expect(functions.placeOrder).toMatchObject({
    role: { 'Fn::GetAtt': ['PlaceOrderFunctionRole', 'Arn'] },
    environment: {
      POWERTOOLS_SERVICE_NAME: 'orders',
      LINK_orders_OrdersTable: '{"name":"emporium-orders-dev-OrdersTable"}',
    },
  });
  const table = `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/emporium-orders-dev-OrdersTable`;
  expect(resources.PlaceOrderFunctionRole?.Properties).toMatchObject({
    RoleName: 'emporium-orders-dev-placeOrder-us-east-1',
    Policies: [
      {
        PolicyDocument: {
          Statement: [
            {
              Action: [
                'dynamodb:GetItem',
                'dynamodb:BatchGetItem',
                'dynamodb:ConditionCheckItem',
                'dynamodb:Query',
              ],
              Resource: [{ 'Fn::Sub': table }],
            },
            { Action: ['dynamodb:Query'], Resource: [{ 'Fn::Sub': `${table}/index/byCustomer` }] },
            { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
            { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: ['*'] },
          ],
        },
      },
    ],
  });
});

test("another context's user pool comes through its parameters, the own one by reference", async () => {
  const link = { 'users.UserPool': ['use'] };
  const foreign = await orders({ link });
  const own = await shop.run({ context: 'users', functions: { signUp: { link: { UserPool: ['use'] } } } });

  expect(foreign.functions.placeOrder?.environment).toMatchObject({
    LINK_users_UserPool:
      '{"id":"{{resolve:ssm:/emporium/dev/users/UserPool/id}}","clientId":"{{resolve:ssm:/emporium/dev/users/UserPool/clientId}}"}',
  });
  expect(own.functions.signUp?.environment).toMatchObject({
    LINK_users_UserPool: { 'Fn::Sub': `{"id":"\${UserPool}","clientId":"\${UserPoolClient}"}` },
  });
});

test("the pool's own service authorizes by the pool itself, as its parameters don't exist at the first deployment", async () => {
  const authorizers = () => ({
    customer: {
      issuerUrl: '{{resolve:ssm:/emporium/dev/users/UserPool/issuer}}',
      audience: ['{{resolve:ssm:/emporium/dev/users/UserPool/clientId}}'],
    },
  });
  const own = await shop.run({ context: 'users', functions: {}, authorizers: authorizers() });
  const other = await shop.run({ context: 'orders', functions: {}, authorizers: authorizers() });

  expect(own.serverless.service.provider.httpApi?.authorizers?.customer).toEqual({
    issuerUrl: { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] },
    audience: [{ Ref: 'UserPoolClient' }],
  });
  expect(other.serverless.service.provider.httpApi?.authorizers).toEqual(authorizers());
});

test('an invocation on this machine gets plain values', async () => {
  const link = { 'users.UserPool': ['use'] };
  const { functions } = await orders({ link }, 'invoke local');

  expect(functions.placeOrder?.environment).toMatchObject({
    LINK_users_UserPool: '{"id":"us-east-1_local","clientId":"clientId"}',
  });
});

test('a subscription: rule, queue, dead-letter queue and their policy', async () => {
  const events = [{ subscribe: ['catalog.ProductPublished', 'catalog.ProductRetired'] }];
  const { resources } = await orders({ events, timeout: 20 });

  expect(resources).toMatchObject({
    PlaceOrderRule: {
      Properties: {
        EventBusName: 'emporium-platform-dev-EventBus',
        EventPattern: {
          source: ['emporium.catalog'],
          'detail-type': ['ProductPublished', 'ProductRetired'],
        },
        Targets: [
          {
            Arn: { 'Fn::GetAtt': ['PlaceOrderQueue', 'Arn'] },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['PlaceOrderDeadLetterQueue', 'Arn'] } },
          },
        ],
      },
    },
    PlaceOrderQueue: {
      Properties: {
        QueueName: 'emporium-orders-dev-placeOrder',
        VisibilityTimeout: 120,
        RedrivePolicy: { maxReceiveCount: 5 },
      },
    },
    PlaceOrderQueuePolicy: {
      Properties: {
        PolicyDocument: {
          Statement: [
            {
              Principal: { Service: 'events.amazonaws.com' },
              Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['PlaceOrderRule', 'Arn'] } } },
            },
          ],
        },
      },
    },
    PlaceOrderQueueSource: {
      Properties: { BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] },
    },
  });
  expect(JSON.stringify(resources.PlaceOrderFunctionRole)).toContain('sqs:ReceiveMessage');
});

test('an outbox: new outbox items only, a dead-letter queue, and the bus', async () => {
  const { functions, resources } = await orders({ events: [{ outbox: 'OrdersTable' }] });

  expect(resources.PlaceOrderStreamSource?.Properties).toMatchObject({
    EventSourceArn: { 'Fn::GetAtt': ['OrdersTable', 'StreamArn'] },
    FilterCriteria: {
      Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["outbox"]}}}}' }],
    },
    BisectBatchOnFunctionError: true,
    DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['PlaceOrderDeadLetterQueue', 'Arn'] } } },
  });
  expect(functions.placeOrder?.environment).toHaveProperty('LINK_platform_EventBus');
  expect(JSON.stringify(resources.PlaceOrderFunctionRole)).toContain('events:PutEvents');
});

test("a workflow's role allows its functions and its links", async () => {
  const { resources } = await orders({});

  expect(JSON.stringify(resources.FlowRole)).toContain('function:emporium-users-dev-step"');
  expect(JSON.stringify(resources.FlowRole)).toContain('dynamodb:PutItem');
});

describe('what is wrong in the configuration is told with what would be right', () => {
  test.each([
    [
      { link: { OrderTable: ['read'] } },
      'services/orders/serverless.yml, placeOrder, link: services/orders/resources.ts has no "OrderTable". Did you mean "OrdersTable"? It has OrdersTable, Still and Flow.',
    ],
    [
      { link: { OrdersTable: ['raed'] } },
      'services/orders/serverless.yml, placeOrder, link: "raed" can\'t be granted on OrdersTable. Did you mean "read"? A table has read, scan and write.',
    ],
    [
      { link: { 'platfrom.EventBus': ['publish'] } },
      'services/orders/serverless.yml, placeOrder, link: there is no context "platfrom". Did you mean "platform"? There are broken, orders, platform and users.',
    ],
    [
      { link: { 'platform.Bus': ['publish'] } },
      'services/orders/serverless.yml, placeOrder, link: services/platform/resources.ts has no "Bus". It has EventBus.',
    ],
    [
      { events: [{ subscribe: ['catalog.ProductPublised'] }] },
      'services/orders/serverless.yml, placeOrder, subscribe: packages/contracts has no event "catalog.ProductPublised". Did you mean "catalog.ProductPublished"?',
    ],
    [
      { events: [{ outbox: 'Still' }] },
      'services/orders/serverless.yml, placeOrder: Still is not a table of this context with "stream: true"',
    ],
    [
      { events: [{ outbox: 'OrdersTable' }, { subscribe: ['orders.OrderPlaced'] }] },
      'services/orders/serverless.yml, placeOrder has more than one of "subscribe", "outbox" and "changes": give each a function',
    ],
  ])('%j', async (config, message) => {
    await expect(orders(config)).rejects.toThrow(message);
  });

  test('a workflow that invokes a function that does not exist', async () => {
    await expect(shop.run({ context: 'broken', functions: {} })).rejects.toThrow(
      'services/broken/resources.ts, Flow, invoke: there is no function "users.steps". Did you mean "users.step"?',
    );
  });
});
