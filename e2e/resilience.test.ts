import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { accessKeyOf } from '../packages/local/src/iam/credentials.ts';
import { startLocal } from '../packages/local/src/start.ts';
import { callAws, itemsOf, lengthOf } from './support/aws.ts';
import {
  type Answer,
  asAdmin,
  asCustomer,
  type Client,
  decided,
  orderFor,
  stockProduct,
  until,
} from './support/client.ts';
import { everyPage } from './support/pages.ts';
import { cleanUp, type Shop, startShop, temporaryFolder } from './support/shop.ts';
import { alteredServices, ofType, packagedTemplates } from './support/templates.ts';

// These tests kill the shop or take its innards apart; a deployed stage is spared that.
const onThisMachine = process.env.BASE_URL ? describe.skip : describe;

afterAll(cleanUp);

onThisMachine('killed at random moments', () => {
  const STOCK = 14;
  const PRICE = 500;

  /** Two in three can be paid; there is too little for all of those. */
  const orders = (sku: string) =>
    Array.from({ length: 30 }, (_, index) => ({
      key: randomUUID(),
      order: orderFor(sku, 1, index % 3 === 2 ? 'pm_card_chargeDeclined' : 'pm_card_visa'),
    }));

  /** Sends orders that have had no answer yet, as a client would that lost its connection. */
  const send = (customer: Client, open: ReturnType<typeof orders>, answered: Map<string, Answer>) =>
    Promise.all(
      open.map(async ({ key, order }) => {
        const answer = await customer.placeOrder(order, key).catch(() => undefined);
        if (answer !== undefined) answered.set(key, answer);
      }),
    );

  const kill = async ({ process }: Shop) => {
    const gone = new Promise((resolve) => process?.once('close', resolve));
    process?.kill('SIGKILL');
    await gone;
  };

  test('twice within 30 orders: each is decided, and neither money, nor stock, nor a message is lost or doubled', async () => {
    const dataFolder = await temporaryFolder();
    let shop = await startShop({ dataFolder });
    let customer = await asCustomer(shop.url);
    const sku = await stockProduct(await asAdmin(shop.url), customer, { quantity: STOCK, price: PRICE });
    const all = orders(sku);
    const answered = new Map<string, Answer>();
    const moments: number[] = [];
    const cutOff = async (batch: typeof all) => {
      const moment = randomInt(20, 1200);
      moments.push(moment);
      const sending = send(customer, batch, answered);
      await delay(moment);
      await kill(shop);
      await sending;
      shop = await startShop({ dataFolder });
      customer = await asCustomer(shop.url);
    };

    await cutOff(all.slice(0, 15));
    await cutOff(all.filter(({ key }) => !answered.has(key)));
    await send(
      customer,
      all.filter(({ key }) => !answered.has(key)),
      answered,
    );

    const accepted = all.map(({ key }) => answered.get(key));
    expect({ moments, refused: accepted.filter((answer) => answer?.status !== 202) }).toEqual({
      moments,
      refused: [],
    });
    const ids = accepted.map((answer) => answer?.body.orderId as string);
    const listed = await everyPage(customer, '/api/orders');
    expect(listed.map(({ orderId }) => orderId).sort()).toEqual([...ids].sort());
    const outcomes = await Promise.all(ids.map((orderId) => decided(customer, orderId)));
    const confirmed = outcomes.filter(({ body }) => body.status === 'confirmed');

    // Stock: what was received is on the shelf, set aside or gone.
    const stockOf = async () =>
      (await itemsOf(dataFolder, 'emporium-fulfillment-local-FulfillmentTable')).find(
        (item) => item.kind === 'stock' && item.sku === sku,
      );
    const sold = confirmed.length;
    expect(sold).toBeGreaterThan(0);
    expect(await stockOf()).toMatchObject({ available: STOCK - sold, reserved: sold, shipped: 0 });

    // Money: captured once for each confirmed order, nothing for the others.
    const payments = await Promise.all(
      outcomes.map(async ({ body }) => {
        const isSettled = ({ body: payment, status }: Answer) =>
          body.status === 'confirmed' ? payment.status === 'captured' : [200, 404].includes(status);
        return (await until(() => customer.get(`/api/payments/orders/${body.orderId}`), isSettled)).body;
      }),
    );
    const ledger = (await itemsOf(dataFolder, 'emporium-payments-local-PaymentsTable')).filter(
      ({ kind }) => kind === 'ledger',
    );
    const captured = ledger.filter(({ movement }) => movement === 'captured');
    expect(captured).toHaveLength(sold);
    expect(captured.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(sold * PRICE);
    expect(payments.filter(({ status }) => status === 'captured')).toHaveLength(sold);
    expect(
      payments.filter(({ status }) => ['authorized', 'authorizing', 'cancelling'].includes(status)),
    ).toEqual([]);

    // Messages: one for each order, whatever became of it, and sent; and no queue holds what could become another.
    const names = ofType(await packagedTemplates(), 'AWS::SQS::Queue').map(
      ({ properties }) => properties.QueueName as string,
    );
    const [dead, live] = [true, false].map((isDead) =>
      names.filter((name) => name.endsWith('-dlq') === isDead),
    );
    const lengths = (queues: readonly string[] = []) =>
      Promise.all(queues.map((queue) => lengthOf(dataFolder, queue)));
    const told = async () => {
      const messages = await everyPage(customer, '/api/notifications/messages');
      return messages.map(({ orderId, template, status }) => `${orderId} ${template} ${status}`).sort();
    };
    const expected = outcomes.map(({ body }) => `${body.orderId} order-${body.status} sent`).sort();
    const isQuiet = async () => {
      const sent = new Set(await told());
      return (
        expected.every((message) => sent.has(message)) &&
        (await lengths(live)).every((length) => length === 0)
      );
    };
    for (const deadline = Date.now() + 60_000; !(await isQuiet()) && Date.now() < deadline; ) await delay(50);
    expect(await told()).toEqual(expected);

    // Nothing was given up.
    expect(dead?.length).toBeGreaterThan(5);
    expect(await lengths(dead)).toEqual(dead?.map(() => 0));
    await shop.stop();
  }, 300_000);
});

onThisMachine('a consumer', () => {
  test('that fails on one message of a batch handles the others, and the one goes to the dead-letter queue', async () => {
    const shop = await startShop();
    const dataFolder = shop.dataFolder ?? '';
    const [admin, customer] = await Promise.all([asAdmin(shop.url), asCustomer(shop.url)]);
    const queue = 'emporium-orders-local-onProductPublished';
    const QueueUrl = `http://127.0.0.1/000000000000/${queue}`;
    const published = (sku: string, amount: unknown) => ({
      version: '0',
      id: randomUUID(),
      source: 'emporium.catalog',
      'detail-type': 'ProductPublished',
      account: '000000000000',
      time: new Date().toISOString(),
      region: 'us-east-1',
      resources: [],
      detail: {
        metadata: {
          id: `evt_01JZ8K3V5T2M4N6P8Q0R1S${sku.slice(-4)}`,
          occurredAt: new Date().toISOString(),
          correlationId: 'poison',
        },
        data: { sku, name: sku, price: { amount, currency: 'EUR' }, version: 1 },
      },
    });
    const skus = ['GOOD-0001', 'GOOD-0002', 'GOOD-0003'];
    const bodies = [
      JSON.stringify(published('GOOD-0001', 100)),
      'not JSON',
      JSON.stringify(published('GOOD-0002', 100)),
      JSON.stringify(published('EVIL-0001', 'a lot')),
      JSON.stringify(published('GOOD-0003', 100)),
    ];
    // A second apart, so that five tries don't take a minute.
    await callAws(dataFolder, 'AmazonSQS.SetQueueAttributes', {
      QueueUrl,
      Attributes: { VisibilityTimeout: '1' },
    });

    const { body } = await callAws(dataFolder, 'AmazonSQS.SendMessageBatch', {
      QueueUrl,
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    });

    expect(body.Successful).toHaveLength(bodies.length);
    for (const sku of skus) {
      // A wrong total is answered with the price: orders has learnt it.
      await until(
        () => customer.placeOrder({ ...orderFor(sku), total: { amount: 1, currency: 'EUR' } }),
        (answer) => answer.status === 409 && answer.body.total.amount === 100,
      );
    }
    const deadline = Date.now() + 60_000;
    while ((await lengthOf(dataFolder, `${queue}-dlq`)) < 2 && Date.now() < deadline) await delay(50);
    const dead = await callAws(dataFolder, 'AmazonSQS.ReceiveMessage', {
      QueueUrl: `${QueueUrl}-dlq`,
      MaxNumberOfMessages: 10,
    });
    expect(dead.body.Messages.map(({ Body }: { Body: string }) => Body).sort()).toEqual(
      [bodies[1], bodies[3]].sort(),
    );
    expect(await lengthOf(dataFolder, queue)).toBe(0);
    // And the queue goes on.
    await stockProduct(admin, customer, { quantity: 1 });
    await shop.stop();
  }, 300_000);
});

onThisMachine('a call that no link allows', () => {
  const tableName = 'emporium-catalog-local-CatalogTable';

  test('is refused as AWS words it, and printed with the link that is missing', async () => {
    const shop = await startShop();
    let printed = '';
    shop.process?.stderr?.on('data', (text) => {
      printed += text;
    });

    const answer = await callAws(
      shop.dataFolder ?? '',
      'DynamoDB_20120810.PutItem',
      { TableName: tableName, Item: { pk: { S: 'x' }, sk: { S: 'x' } } },
      accessKeyOf('emporium-catalog-local-getProduct'),
    );

    expect(answer.status).toBe(400);
    expect(answer.body.__type).toContain('AccessDeniedException');
    const denial =
      'is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/emporium-catalog-local-CatalogTable because no identity-based policy allows the dynamodb:PutItem action';
    expect(answer.body.message ?? answer.body.Message).toContain(denial);
    const deadline = Date.now() + 10_000;
    while (!printed.includes(denial) && Date.now() < deadline) await delay(20);
    expect(printed).toContain(
      'add "CatalogTable: [write]" under link of getProduct in services/catalog/serverless.yml',
    );
    expect(await itemsOf(shop.dataFolder ?? '', tableName)).not.toContainEqual(
      expect.objectContaining({ pk: 'x' }),
    );
    const stranger = await callAws(
      shop.dataFolder ?? '',
      'DynamoDB_20120810.Scan',
      { TableName: tableName },
      'AKIASTRANGER',
    );
    expect(stranger.status).toBeGreaterThanOrEqual(400);
    await shop.stop();
  }, 300_000);

  test('fails the function that makes it, whose caller learns nothing', async () => {
    const templates = await alteredServices(await temporaryFolder(), {
      catalog: ({ GetProductFunctionRole }) => {
        const policy = GetProductFunctionRole?.Properties.Policies[0].PolicyDocument;
        policy.Statement = policy.Statement.filter(
          ({ Action }: { Action: string[] }) => !Action.includes('dynamodb:GetItem'),
        );
      },
    });
    const lines: string[] = [];
    const write = (label: string, message: string) => lines.push(`${label} ${message}`);
    const log = { info: write, warn: write, error: write };

    const shop = await startLocal({ templates, dataFolder: await temporaryFolder(), port: 0, log });
    try {
      const answer = await fetch(`${shop.url}/api/catalog/products/MUG-BLUE`);
      const problem = (await answer.json()) as { correlationId: string };

      expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
      expect(JSON.stringify(problem)).not.toMatch(/dynamodb|arn:|not authorized/i);
      const printed = lines.join('\n');
      expect(printed).toContain(
        'add "CatalogTable: [read]" under link of getProduct in services/catalog/serverless.yml',
      );
      // What the customer can quote is in the function's own log line, too.
      const told = lines.find(
        (line) => line.includes('Unexpected error') && line.includes(problem.correlationId),
      );
      expect(told).toContain('AccessDeniedException');
      // The list has a role of its own, which still has the grant.
      expect((await fetch(`${shop.url}/api/catalog/products`)).status).toBe(200);
    } finally {
      await shop.stop();
    }
  }, 300_000);
});
