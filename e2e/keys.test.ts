import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Caller } from '../packages/local/src/cloud.ts';
import { type LocalCloud, startLocal } from '../packages/local/src/start.ts';
import { eventually, recordingLog } from '../packages/local/src/test-cloud.ts';
import { cleanUp, temporaryFolder } from './support/shop.ts';
import { alteredServices } from './support/templates.ts';

// They run templates with something left out; a deployed stage is spared that.
const onThisMachine = process.env.BASE_URL ? describe.skip : describe;

interface Statement {
  readonly Action: readonly string[];
  readonly Principal?: { readonly Service?: string };
}

/** Leaves out what a policy says of keys, or what a key's policy says of a service. */
const without = (policy: { Statement: Statement[] }, isLeftOut: (statement: Statement) => boolean) => {
  const kept = policy.Statement.filter((statement) => !isLeftOut(statement));
  if (kept.length === policy.Statement.length) throw new Error('There was nothing to leave out');
  policy.Statement = kept;
};

const root = { kind: 'root' } as const;

onThisMachine('a grant on a key that is missing', () => {
  const log = recordingLog();
  let shop: LocalCloud;

  beforeAll(async () => {
    const templates = await alteredServices(await temporaryFolder(), {
      catalog: ({ GetProductFunctionRole, ListProductsFunctionRole, PutProductFunctionRole }) => {
        without(GetProductFunctionRole?.Properties.Policies[0].PolicyDocument, ({ Action }) =>
          Action.includes('kms:Decrypt'),
        );
        // All tables, but no more keys than before; and all keys.
        ListProductsFunctionRole?.Properties.Policies[0].PolicyDocument.Statement.push({
          Effect: 'Allow',
          Action: ['dynamodb:GetItem'],
          Resource: ['*'],
        });
        PutProductFunctionRole?.Properties.Policies[0].PolicyDocument.Statement.push({
          Effect: 'Allow',
          Action: ['kms:*'],
          Resource: ['*'],
        });
      },
      notifications: ({ EncryptionKey }) =>
        without(
          EncryptionKey?.Properties.KeyPolicy,
          ({ Principal }) => Principal?.Service === 'events.amazonaws.com',
        ),
    });
    shop = await startLocal({ templates, dataFolder: await temporaryFolder(), port: 0, log });
  }, 300_000);
  afterAll(async () => {
    await shop?.stop();
    await cleanUp();
  });

  const keyOf = (service: string) =>
    shop.cloud.resources.find((each) => each.service === service && each.logicalId === 'EncryptionKey')?.arn;
  const roleOf = (key: string): Caller => {
    const name = `emporium-catalog-local-${key}`;
    const found = shop.cloud
      .ofType<{ FunctionName: string; Role: string }>('AWS::Lambda::Function')
      .find(({ properties }) => properties.FunctionName === name);
    return { kind: 'role', roleArn: found?.properties.Role ?? '', name };
  };

  test('fails the function whose role lacks it, in AWS’s words, and the terminal says what to add', async () => {
    expect((await fetch(`${shop.url}/api/catalog/products/MUG-BLUE`)).status).toBe(500);
    expect((await fetch(`${shop.url}/api/catalog/products`)).status).toBe(200);

    expect(log.lines.join('\n')).toContain(
      `emporium-catalog-local-getProduct is not authorized to perform: kms:Decrypt on resource: ${keyOf('catalog')} because no identity-based policy allows the kms:Decrypt action: add kms:Decrypt on catalog.EncryptionKey to GetProductFunctionRole in the template of catalog`,
    );
  });

  test('keeps a function out of another context’s table, whatever it may do with tables', async () => {
    const get = (TableName: string) =>
      shop.cloud.call(roleOf('listProducts'), 'dynamodb', 'GetItem', {
        TableName,
        Key: { pk: { S: 'x' }, sk: { S: 'x' } },
      });

    await get('emporium-catalog-local-CatalogTable');
    await expect(get('emporium-orders-local-OrdersTable')).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining(`perform: kms:Decrypt on resource: ${keyOf('orders')} because`),
    });
  });

  test('is not made up for by all rights on all keys: nobody decrypts by hand', async () => {
    const EncryptionContext = { 'aws:dynamodb:tableName': 'emporium-catalog-local-CatalogTable' };
    const KeyId = 'alias/emporium-catalog-local';
    const { CiphertextBlob } = await shop.cloud.call<{ CiphertextBlob: string }>(root, 'kms', 'Encrypt', {
      KeyId,
      Plaintext: 'aGk=',
      EncryptionContext,
    });

    await expect(
      shop.cloud.call(roleOf('putProduct'), 'kms', 'Decrypt', { CiphertextBlob, EncryptionContext }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('because no resource-based policy allows the kms:Decrypt action'),
    });
    await shop.cloud.call(roleOf('putProduct'), 'kms', 'DescribeKey', { KeyId });
  });

  test('keeps EventBridge from filling a queue, which is counted and told', async () => {
    const event = {
      EventBusName: 'emporium-platform-local-EventBus',
      Source: 'emporium.orders',
      DetailType: 'OrderRejected',
      Detail: '{}',
    };
    await shop.cloud.call(root, 'events', 'PutEvents', { Entries: [event] });

    const RuleName = 'emporium-notifications-local-onOrderRejected';
    await eventually(() => log.lines.find((line) => line.includes(`${RuleName} could not deliver`)));
    expect(log.lines.join('\n')).toContain(
      'add kms:GenerateDataKey for events.amazonaws.com to the KeyPolicy of EncryptionKey in the template of notifications',
    );
    const { Datapoints } = await shop.cloud.call<{ Datapoints: { Sum: number }[] }>(
      root,
      'cloudwatch',
      'GetMetricStatistics',
      {
        Namespace: 'AWS/Events',
        MetricName: 'FailedInvocations',
        Dimensions: [
          { Name: 'EventBusName', Value: event.EventBusName },
          { Name: 'RuleName', Value: RuleName },
        ],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 3600,
        Statistics: ['Sum'],
      },
    );
    expect(Datapoints.map(({ Sum }) => Sum)).toEqual([1]);
  });
});
