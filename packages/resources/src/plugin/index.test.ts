import { afterAll, describe, expect, test } from '@jest/globals';
import type { Statement, TemplateResource } from '../template.ts';
import { createShop } from './test-shop.ts';

const shop = createShop({
  platform: '{ EventBus: r.bus() }',
  users: '{ UserPool: r.userPool({ groups: ["admin"] }) }',
  orders: `{
    OrdersTable: r.table({ partitionKey: 'pk', stream: true, indexes: { byCustomer: { partitionKey: 'customerId' } } }),
    Still: r.table({ partitionKey: 'pk' }),
    Flow: r.stateMachine({ invoke: ['users.step'], link: { OrdersTable: ['write'] } }),
  }`,
  vault: `{ Secret: r.secret(), Jobs: r.queue() }`,
  broken: `{ Flow: r.stateMachine({ invoke: ['users.steps'] }) }`,
  edge: `{
    Distribution: r.distribution({ webAcl: 'WebAcl' }),
    OriginSecret: r.secret({ rotation: { function: 'rotate', days: 30 }, replicated: true, retained: false }),
  }`,
});
afterAll(shop.remove);

const orders = (config: Parameters<typeof shop.run>[0]['functions'][string], command?: string) =>
  shop.run({ context: 'orders', functions: { placeOrder: config }, ...(command && { command }) });

const ownKey = { 'Fn::GetAtt': ['EncryptionKey', 'Arn'] };

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
              Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
              Resource: [{ 'Fn::Sub': table }],
            },
            { Action: ['dynamodb:Query'], Resource: [{ 'Fn::Sub': `${table}/index/byCustomer` }] },
            {
              Action: ['kms:Decrypt'],
              Resource: [ownKey],
              Condition: {
                StringEquals: {
                  'kms:ViaService': { 'Fn::Sub': `dynamodb.\${AWS::Region}.\${AWS::URLSuffix}` },
                  'kms:EncryptionContext:aws:dynamodb:tableName': 'emporium-orders-dev-OrdersTable',
                },
              },
            },
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

test('a route answers only what came through the edge, so its function may read the edge’s secret', async () => {
  const events = [{ httpApi: { method: 'GET', path: '/api/orders' } }];
  const { functions, resources } = await orders({ events });
  const arn = `arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:/emporium/dev/edge/OriginSecret`;

  expect(functions.placeOrder?.environment).toMatchObject({
    LINK_edge_OriginSecret: { 'Fn::Sub': `{"arn":"${arn}"}` },
  });
  expect(functions.placeOrder?.environment).not.toHaveProperty('ORIGIN_VERIFICATION');
  expect(JSON.stringify(resources.PlaceOrderFunctionRole)).toContain(`${arn}-??????`);
  expect(JSON.stringify(await orders({ events: [{ outbox: 'OrdersTable' }] }))).not.toContain('OriginSecret');
  const { functions: local } = await orders({ events }, 'invoke local');
  expect(local.placeOrder?.environment).toHaveProperty('ORIGIN_VERIFICATION', 'off');
});

test('a rotated secret: its function may be invoked for it alone, and may update the distribution', async () => {
  const link = { OriginSecret: ['rotate'], Distribution: ['update'] };
  const { resources } = await shop.run({ context: 'edge', functions: { rotate: { link } } });

  const lambda = { 'Fn::GetAtt': ['RotateLambdaFunction', 'Arn'] };
  expect(resources.OriginSecretRotationPermission?.Properties).toMatchObject({
    FunctionName: lambda,
    Principal: 'secretsmanager.amazonaws.com',
    SourceArn: { Ref: 'OriginSecret' },
  });
  expect(resources.OriginSecretRotation).toMatchObject({
    DependsOn: ['OriginSecretRotationPermission'],
    Properties: { RotationLambdaARN: lambda, RotationRules: { AutomaticallyAfterDays: 30 } },
  });
  const policies = JSON.stringify(resources.RotateFunctionRole?.Properties.Policies);
  const { Statement } = JSON.parse(policies)[0].PolicyDocument;
  expect(Statement.slice(0, 3)).toMatchObject([
    { Resource: [{ Ref: 'OriginSecret' }] },
    {
      Action: ['cloudfront:GetDistribution', 'cloudfront:UpdateDistribution'],
      Resource: [
        { 'Fn::Sub': `arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${Distribution}` },
      ],
    },
    { Action: ['wafv2:GetWebACL'], Resource: [{ 'Fn::GetAtt': ['WebAcl', 'Arn'] }] },
  ]);
});

test("a workflow's role allows its functions, its links, and the key in its own name", async () => {
  const { resources } = await orders({});

  expect(JSON.stringify(resources.FlowRole)).toContain(
    '"StringEquals":{"kms:EncryptionContext:aws:states:stateMachineArn":{"Fn::Sub":"arn:',
  );

  expect(JSON.stringify(resources.FlowRole)).toContain('function:emporium-users-dev-step"');
  expect(JSON.stringify(resources.FlowRole)).toContain('dynamodb:PutItem');
});

/** What a role may do with keys, and through which services. */
const keyGrants = (role: TemplateResource | undefined) => {
  const [policy] = (role?.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  return policy?.PolicyDocument.Statement.flatMap(({ Action, Resource, Condition }) =>
    Action[0]?.startsWith('kms:')
      ? [[Action, Resource?.[0], textOf(Condition?.StringEquals?.['kms:ViaService']).split('.')[0]]]
      : [],
  );
};
const textOf = (value: unknown): string => String(Object.values(value as object)[0]);

describe('keys', () => {
  test('what a context keeps is encrypted with a key of its own, with an alias, its ARN published', async () => {
    const { resources } = await orders({});

    expect(resources).toMatchObject({
      EncryptionKey: {
        Type: 'AWS::KMS::Key',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
      },
      EncryptionKeyAlias: {
        Properties: { AliasName: 'alias/emporium-orders-dev', TargetKeyId: { Ref: 'EncryptionKey' } },
      },
      EncryptionKeyArnParameter: {
        Properties: { Name: '/emporium/dev/orders/EncryptionKey/arn', Value: ownKey },
      },
    });
  });

  test('a context that keeps nothing has none', async () => {
    const { resources } = await shop.run({ context: 'users', functions: {} });

    expect(Object.keys(resources).filter((id) => id.startsWith('EncryptionKey'))).toEqual([]);
  });

  test('the account decides who uses a key, and only by way of what keeps something', async () => {
    const { resources } = await orders({ events: [{ subscribe: ['orders.OrderPlaced'] }] });

    const policy = resources.EncryptionKey?.Properties.KeyPolicy as { Statement: Statement[] } | undefined;
    const [administration, use, machine, delivery, delivering, rules, logs, ...others] =
      policy?.Statement ?? [];
    const root = { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } };
    expect(administration?.Principal).toEqual(root);
    expect(administration?.Action).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/crypt|DataKey|CreateGrant/)]),
    );
    expect(use).toMatchObject({
      Principal: root,
      Condition: {
        StringEquals: {
          'kms:ViaService': ['dynamodb', 'sqs', 'states'].map((service) => ({
            'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}`,
          })),
        },
      },
    });
    expect(rules).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnEquals: {
          'aws:SourceArn': [
            {
              'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/emporium-platform-dev-EventBus/emporium-orders-dev-placeOrder`,
            },
          ],
        },
      },
    });
    // The workflow's role calls KMS itself, in the name of the state machine.
    expect(machine).toMatchObject({
      Principal: root,
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Condition: {
        StringEquals: {
          'kms:EncryptionContext:aws:states:stateMachineArn': [
            {
              'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:emporium-orders-dev-Flow`,
            },
          ],
        },
      },
    });
    const ofLogs = {
      StringEquals: {
        'kms:EncryptionContext:SourceArn': {
          'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:*`,
        },
      },
    };
    expect(delivery).toMatchObject({ Principal: root, Action: ['kms:GenerateDataKey'], Condition: ofLogs });
    expect(delivering).toMatchObject({
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: ['kms:Decrypt'],
      Condition: ofLogs,
    });
    expect(logs?.Condition).toEqual({
      ArnEquals: {
        'kms:EncryptionContext:aws:logs:arn': {
          'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/vendedlogs/states/emporium-orders-dev-Flow`,
        },
      },
    });
    expect(others).toEqual([]);
  });

  test("a link to what is another context's comes with its owner's key, and with no other", async () => {
    const { resources } = await orders({
      link: { 'vault.Secret': ['read'], 'vault.Jobs': ['send', 'consume'] },
    });

    const theirs = '{{resolve:ssm:/emporium/dev/vault/EncryptionKey/arn}}';
    expect(keyGrants(resources.PlaceOrderFunctionRole)).toEqual([
      [['kms:Decrypt'], theirs, 'secretsmanager'],
      [['kms:GenerateDataKey', 'kms:Decrypt'], theirs, 'sqs'],
      [['kms:Decrypt'], theirs, 'sqs'],
    ]);
  });

  test('a secret is opened in its own name only', async () => {
    const { resources } = await shop.run({
      context: 'vault',
      functions: { open: { link: { Secret: ['read'] } } },
    });

    expect(JSON.stringify(resources.OpenFunctionRole)).toContain(
      '"StringLike":{"kms:EncryptionContext:SecretARN":{"Ref":"Secret"}}',
    );
  });

  test('reading and writing a table ask for its key once', async () => {
    const { resources } = await orders({ link: { OrdersTable: ['read', 'scan', 'write', 'delete'] } });

    expect(keyGrants(resources.PlaceOrderFunctionRole)).toEqual([[['kms:Decrypt'], ownKey, 'dynamodb']]);
  });

  test('what reads a queue or a stream has just what Lambda needs for it', async () => {
    const queue = await orders({ events: [{ subscribe: ['orders.OrderPlaced'] }] });
    const stream = await orders({ events: [{ changes: { table: 'OrdersTable', kind: 'order' } }] });

    expect(keyGrants(queue.resources.PlaceOrderFunctionRole)).toEqual([[['kms:Decrypt'], ownKey, 'sqs']]);
    expect(keyGrants(stream.resources.PlaceOrderFunctionRole)).toEqual([
      [['kms:Decrypt'], ownKey, 'dynamodb'],
      [['kms:GenerateDataKey', 'kms:Decrypt'], ownKey, 'sqs'],
    ]);
  });
});

describe('what is wrong in the configuration is told with what would be right', () => {
  test.each([
    [
      { link: { OrderTable: ['read'] } },
      'services/orders/serverless.yml, placeOrder, link: services/orders/resources.ts has no "OrderTable". Did you mean "OrdersTable"? It has OrdersTable, Still and Flow.',
    ],
    [
      { link: { OrdersTable: ['raed'] } },
      'services/orders/serverless.yml, placeOrder, link: "raed" can\'t be granted on OrdersTable. Did you mean "read"? A table has read, scan, write and delete.',
    ],
    [
      { link: { 'platfrom.EventBus': ['publish'] } },
      'services/orders/serverless.yml, placeOrder, link: there is no context "platfrom". Did you mean "platform"? There are broken, edge, orders, platform, users and vault.',
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
      'services/orders/serverless.yml, placeOrder has more than one of "subscribe", "outbox", "changes" and "invalidate": give each a function',
    ],
  ])('%j', async (config, message) => {
    await expect(orders(config)).rejects.toThrow(message);
  });

  test('a distribution of another context', async () => {
    await expect(orders({ link: { 'edge.Distribution': ['update'] } })).rejects.toThrow(
      `"update" can't be granted on edge.Distribution outside edge`,
    );
  });

  test('a secret that no function rotates', async () => {
    await expect(shop.run({ context: 'edge', functions: { rotates: {} } })).rejects.toThrow(
      'services/edge/resources.ts, OriginSecret, rotation: services/edge/serverless.yml has no function "rotate". Did you mean "rotates"? It has rotates.',
    );
  });

  test('a workflow that invokes a function that does not exist', async () => {
    await expect(shop.run({ context: 'broken', functions: {} })).rejects.toThrow(
      'services/broken/resources.ts, Flow, invoke: there is no function "users.steps". Did you mean "users.step"?',
    );
  });
});
