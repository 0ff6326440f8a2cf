import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { asAdmin, asCustomer, decided, orderFor, stockProduct } from './support/client.ts';
import { cleanUp, runToEnd, startShop, temporaryFolder } from './support/shop.ts';

// These tests are about the program on this machine; a deployed stage has no counterpart.
const onThisMachine = process.env.BASE_URL ? test.skip : test;

afterAll(cleanUp);

/** Processes whose command line names the folder. */
const processesOf = (folder: string) =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder));

onThisMachine(
  'Ctrl-C stops everything within two seconds, and a restart finds its data',
  async () => {
    const dataFolder = await temporaryFolder();
    const first = await startShop({ dataFolder });
    const customer = await asCustomer(first.url);
    const sku = await stockProduct(await asAdmin(first.url), customer, { quantity: 4 });
    const { body } = await customer.placeOrder(orderFor(sku));
    await decided(customer, body.orderId);

    expect(await first.stop({ keepData: true })).toBeLessThan(2000);
    expect(processesOf(dataFolder)).toEqual([]);

    const second = await startShop({ dataFolder });
    const again = await asCustomer(second.url);
    expect((await again.get(`/api/orders/${body.orderId}`)).body.status).toBe('confirmed');
    expect((await again.get(`/api/fulfillment/stock/${sku}`)).body.available).toBe(3);
    await second.stop();
  },
  300_000,
);

onThisMachine(
  'orders under way when the power goes are carried to their end after a restart, and pay and take stock once',
  async () => {
    const dataFolder = await temporaryFolder();
    const first = await startShop({ dataFolder });
    const customer = await asCustomer(first.url);
    const sku = await stockProduct(await asAdmin(first.url), customer, { quantity: 100, price: 500 });
    const placed = await Promise.all(Array.from({ length: 20 }, () => customer.placeOrder(orderFor(sku))));

    const gone = new Promise((resolve) => first.process?.once('close', resolve));
    first.process?.kill('SIGKILL');
    await gone;

    const second = await startShop({ dataFolder });
    const again = await asCustomer(second.url);
    for (const { status, body } of placed) {
      expect(status).toBe(202);
      expect((await decided(again, body.orderId)).body.status).toBe('confirmed');
    }
    expect((await again.get(`/api/fulfillment/stock/${sku}`)).body.available).toBe(80);
    await second.stop();
    expect(processesOf(dataFolder)).toEqual([]);
  },
  300_000,
);

onThisMachine(
  'a database that is killed ends the shop with one clear line, and nothing is lost',
  async () => {
    const dataFolder = await temporaryFolder();
    const first = await startShop({ dataFolder });
    const ended = new Promise((resolve) => first.process?.once('close', resolve));
    const database = processesOf(dataFolder).find((line) => line.includes('dynoxide'));

    process.kill(Number.parseInt(database ?? '', 10), 'SIGKILL');

    expect(await ended).toBe(1);
    expect(processesOf(dataFolder)).toEqual([]);
    const second = await startShop({ dataFolder });
    expect((await (await asCustomer(second.url)).get('/api/orders')).status).toBe(200);
    await second.stop();
  },
  300_000,
);

onThisMachine(
  'a busy port is one clear line',
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };

    const { code, output } = await runToEnd('--port', String(port), '--data', await temporaryFolder());

    server.close();
    expect(code).toBe(1);
    expect(output.trim().split('\n').at(-1)).toContain(String(port));
  },
  300_000,
);

onThisMachine(
  'a data folder that is a file is one clear line',
  async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');

    const { code, output } = await runToEnd('--port', '0', '--data', file);

    expect(code).toBe(1);
    expect(output.trim().split('\n').at(-1)).toContain(file);
  },
  300_000,
);
