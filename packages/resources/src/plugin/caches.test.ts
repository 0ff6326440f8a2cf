import { afterAll, describe, expect, test } from '@jest/globals';
import type { StageSettings, TemplateResource } from '../template.ts';
import { createShop } from './test-shop.ts';

const shop = createShop({
  platform: '{ EventBus: r.bus(), Network: r.network() }',
  orders: `{ OrdersTable: r.table({ partitionKey: 'pk', stream: true }), Cache: r.cache(), Jobs: r.queue(), Secret: r.secret() }`,
  'a-context-with-a-very-long-name': '{ Cache: r.cache() }',
});
afterAll(shop.remove);

const functions = () => ({
  getOrder: { link: { OrdersTable: ['read'], Secret: ['read'], Cache: ['use'] } },
  invalidateCache: {
    link: { Cache: ['use'] },
    events: [{ invalidate: { table: 'OrdersTable', kinds: ['order', 'price'] } }],
  },
  placeOrder: { link: { OrdersTable: ['write'], Jobs: ['send'] } },
});

const run = (cache: StageSettings['cache'], command?: string) =>
  shop.run({ context: 'orders', functions: functions(), cache, ...(command && { command }) });

const statementsOf = (role: TemplateResource | undefined) =>
  // biome-ignore lint/suspicious/noExplicitAny: policies of every shape
  (role?.Properties.Policies as any)?.[0].PolicyDocument.Statement as Record<string, unknown>[];

const typesIn = (resources: Record<string, TemplateResource>, service: string) =>
  Object.values(resources).filter(({ Type }) => Type.startsWith(`AWS::${service}::`));

const link = 'LINK_orders_Cache';

describe('a stage whose caches are in memory', () => {
  test('has nothing for them: no network, no cache, nobody who reads a stream to invalidate', async () => {
    const { resources, functions } = await run({ engine: 'memory' });
    const platform = await shop.run({ context: 'platform', functions: {} });

    expect(Object.keys(functions)).toEqual(['getOrder', 'placeOrder']);
    expect(functions.getOrder?.environment?.[link]).toBe('{"engine":"memory"}');
    expect(functions.getOrder?.vpc).toBeUndefined();
    for (const all of [resources, platform.resources]) {
      expect([...typesIn(all, 'EC2'), ...typesIn(all, 'ElastiCache')]).toEqual([]);
    }
    expect(JSON.stringify(resources)).not.toContain('ec2:');
  });

  test('lets the invalidator be invoked by hand all the same', async () => {
    const { functions } = await run({ engine: 'memory' }, 'invoke local');
    expect(Object.keys(functions)).toContain('invalidateCache');
  });
});

describe('a stage with a server of its own', () => {
  test('uses that, and its stacks make none', async () => {
    const { resources, functions } = await run({ engine: 'memory', url: 'redis://127.0.0.1:6379' });

    expect(JSON.parse(String(functions.getOrder?.environment?.[link]))).toEqual({
      engine: 'valkey',
      url: 'redis://127.0.0.1:6379',
      prefix: 'emporium-orders-dev:',
    });
    expect([...typesIn(resources, 'EC2'), ...typesIn(resources, 'ElastiCache')]).toEqual([]);
    expect(resources.InvalidateCacheStreamSource?.Properties.FilterCriteria).toEqual({
      Filters: [
        {
          Pattern: JSON.stringify({
            eventName: ['INSERT', 'MODIFY'],
            dynamodb: { NewImage: { kind: { S: ['order', 'price'] } } },
          }),
        },
      ],
    });
  });
});

describe('a stage whose caches are ElastiCache’s', () => {
  const valkey = { engine: 'valkey', maxStorageGb: 2, maxEcpuPerSecond: 9000 } as const;
  const ssm = (part: string) => `{{resolve:ssm:/emporium/dev/platform/Network/${part}}}`;

  test('has one for the context, whose only user may touch its own keys by a few commands', async () => {
    const { resources } = await run(valkey);

    expect(resources.Cache?.Properties).toMatchObject({
      ServerlessCacheName: 'emporium-orders-dev-cache',
      Engine: 'valkey',
      CacheUsageLimits: { DataStorage: { Maximum: 2, Unit: 'GB' }, ECPUPerSecond: { Maximum: 9000 } },
      UserGroupId: { Ref: 'CacheUsers' },
      SecurityGroupIds: [{ 'Fn::GetAtt': ['CacheSecurityGroup', 'GroupId'] }],
      SubnetIds: [ssm('subnetA'), ssm('subnetB')],
    });
    expect(resources.CacheUsers?.Properties.UserIds).toEqual([{ Ref: 'CacheUser' }]);
    expect(resources.CacheUser?.Properties).toEqual({
      UserId: 'emporium-orders-dev-cache',
      UserName: 'emporium-orders-dev-cache',
      Engine: 'valkey',
      AccessString: 'on ~emporium-orders-dev:* -@all +get +set +del +eval +ping',
      AuthenticationMode: { Type: 'iam' },
    });
  });

  test('tells a linked function where it is, and lets it in as that user only', async () => {
    const { resources, functions } = await run(valkey);

    expect(functions.getOrder?.environment?.[link]).toEqual({
      'Fn::Sub': JSON.stringify({
        engine: 'valkey',
        url: `rediss://emporium-orders-dev-cache@\${Cache.Endpoint.Address}:\${Cache.Endpoint.Port}`,
        prefix: 'emporium-orders-dev:',
        cacheName: 'emporium-orders-dev-cache',
      }),
    });
    const own = `arn:\${AWS::Partition}:elasticache:\${AWS::Region}:\${AWS::AccountId}`;
    expect(statementsOf(resources.GetOrderFunctionRole)).toContainEqual({
      Effect: 'Allow',
      Action: ['elasticache:Connect'],
      Resource: [
        { 'Fn::Sub': `${own}:serverlesscache:emporium-orders-dev-cache` },
        { 'Fn::Sub': `${own}:user:emporium-orders-dev-cache` },
      ],
    });
  });

  test('puts a linked function into the network, behind a group of its own that leads to three places', async () => {
    const { resources, functions } = await run(valkey);

    expect(functions.getOrder?.vpc).toEqual({
      securityGroupIds: [{ 'Fn::GetAtt': ['GetOrderSecurityGroup', 'GroupId'] }],
      subnetIds: [ssm('subnetA'), ssm('subnetB')],
    });
    expect(functions.placeOrder?.vpc).toBeUndefined();
    expect(resources.GetOrderSecurityGroup?.Properties.SecurityGroupEgress).toMatchObject([
      { FromPort: 443, ToPort: 443, DestinationPrefixListId: 'pl-02cd2c6b' },
      { FromPort: 443, ToPort: 443, DestinationSecurityGroupId: ssm('endpointGroup') },
      {
        FromPort: 6379,
        ToPort: 6380,
        DestinationSecurityGroupId: { 'Fn::GetAtt': ['CacheSecurityGroup', 'GroupId'] },
      },
    ]);
    const ingress = Object.values(resources).filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress');
    expect(ingress.map(({ Properties }) => Properties.SourceSecurityGroupId)).toEqual([
      { 'Fn::GetAtt': ['GetOrderSecurityGroup', 'GroupId'] },
      { 'Fn::GetAtt': ['InvalidateCacheSecurityGroup', 'GroupId'] },
    ]);
  });

  test('gives only Lambda itself the right to make interfaces, under the roles of those that need it', async () => {
    const { resources } = await run(valkey);
    const ec2 = (role: string) =>
      statementsOf(resources[role]).filter(({ Action }) => String(Action).startsWith('ec2:'));

    expect(ec2('PlaceOrderFunctionRole')).toEqual([]);
    expect(ec2('GetOrderFunctionRole')).toHaveLength(2);
    for (const { Condition } of ec2('GetOrderFunctionRole')) {
      expect(Condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'true' } });
    }
  });

  test('has a network without a way to the internet, and says where it is', async () => {
    const { resources } = await shop.run({ context: 'platform', functions: {}, cache: valkey });
    const types = typesIn(resources, 'EC2').map(({ Type }) => Type.slice('AWS::EC2::'.length));

    expect([...new Set(types)].sort()).toEqual([
      'RouteTable',
      'SecurityGroup',
      'Subnet',
      'SubnetRouteTableAssociation',
      'VPC',
      'VPCEndpoint',
    ]);
    const names = typesIn(resources, 'SSM').map(({ Properties }) => Properties.Name);
    for (const part of ['vpcId', 'subnetA', 'subnetB', 'endpointGroup']) {
      expect(names).toContain(`/emporium/dev/platform/Network/${part}`);
    }
    expect(resources.NetworkDynamoDB?.Properties).toMatchObject({
      VpcEndpointType: 'Gateway',
      PolicyDocument: {
        Statement: [{ Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } } }],
      },
    });
  });

  test('no group lets everything out, as CloudFormation would without a rule', async () => {
    const { resources } = await run(valkey);
    const platform = await shop.run({ context: 'platform', functions: {}, cache: valkey });
    const groups = [resources, platform.resources].flatMap((all) =>
      Object.values(all).filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup'),
    );

    expect(groups).toHaveLength(4);
    for (const { Properties } of groups) {
      expect((Properties.SecurityGroupEgress as unknown[]).length).toBeGreaterThan(0);
      expect(JSON.stringify(Properties)).not.toContain('0.0.0.0/0');
    }
  });

  test('a name that is too long for ElastiCache is cut', async () => {
    const { resources } = await shop.run({
      context: 'a-context-with-a-very-long-name',
      functions: {},
      cache: valkey,
    });
    const { ServerlessCacheName: name } = resources.Cache?.Properties ?? {};
    expect(name).toMatch(/^emporium-a-context-with[a-z-]*-[0-9a-f]{8}$/);
    expect(String(name).length).toBeLessThanOrEqual(40);
  });
});

describe('what is wrong is told with what would be right', () => {
  test.each([
    [
      { getOrder: { link: { Cache: ['use'], Jobs: ['send'] } } },
      {},
      'services/orders/serverless.yml, getOrder, link: a function with a cache is in a network that only has ways to a table, secret and cache, not to orders.Jobs, a queue.',
    ],
    [
      { getOrder: { link: { 'a-context-with-a-very-long-name.Cache': ['use'] } } },
      {},
      "services/orders/serverless.yml, getOrder, link: a-context-with-a-very-long-name.Cache is another context's cache",
    ],
    [{}, { engine: 'redis' }, 'services/stages.yml: a stage\'s cache is "memory" or "valkey", not "redis"'],
    [
      { getOrder: { link: { Cache: ['use'] } } },
      { engine: 'valkey', region: 'mars-north-1' },
      "services/orders/serverless.yml, getOrder: the id of DynamoDB's prefix list in mars-north-1 is not known. Set DYNAMODB_PREFIX_LIST to what this prints: aws ec2 describe-managed-prefix-lists --region mars-north-1",
    ],
  ])('%j %j', async (functions, { region, ...cache }: { engine?: string; region?: string }, message) => {
    const settings = { engine: 'memory', ...cache } as StageSettings['cache'];
    await expect(
      shop.run({ context: 'orders', functions, cache: settings, ...(region && { region }) }),
    ).rejects.toThrow(message);
  });
});
