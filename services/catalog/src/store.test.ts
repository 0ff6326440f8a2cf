import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '@emporium/functions';
import { startTables } from '@emporium/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { catalogStore } from './store.ts';

const call = { correlationId: 'test' };
const details = (name: string, amount = 100) => ({ name, price: { amount, currency: 'EUR' } });

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables(resources);
});
afterAll(() => tables.stop());

const store = catalogStore();

/** The events of a product, by version. */
const factsOf = async (sku: string) => {
  const { Items = [] } = await documentClient().send(
    new ScanCommand({ TableName: resources.CatalogTable.name, ConsistentRead: true }),
  );
  return Items.filter(({ kind, event }) => kind === 'outbox' && event.detail.data.sku === sku)
    .map(({ event }) => ({ event: event.detailType, ...event.detail.data }))
    .sort((a, b) => a.version - b.version);
};

test('a product that is put on sale is found, and told to the others once', async () => {
  await store.putProduct('MUG', { ...details('Mug'), description: 'Holds tea' }, call);
  await store.putProduct('MUG', { ...details('Mug'), description: 'Holds tea' }, call);

  expect(await store.getProduct('MUG')).toMatchObject({ name: 'Mug', description: 'Holds tea', version: 1 });
  const [fact, ...more] = await factsOf('MUG');
  expect(fact).toEqual({ sku: 'MUG', ...details('Mug'), version: 1, event: 'ProductPublished' });
  expect(more).toEqual([]);
});

test('changes at once each count: no version twice, and an event for every one', async () => {
  const prices = Array.from({ length: 5 }, (_, n) => n + 1);
  await Promise.all(prices.map((price) => store.putProduct('BUSY', details('Busy', price), call)));

  const facts = await factsOf('BUSY');
  expect(facts.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
  expect(facts.map(({ price }) => price.amount).sort()).toEqual(prices);
  expect(await store.getProduct('BUSY')).toMatchObject({ version: 5, price: facts.at(-1)?.price });
});

test('a retired product is neither found nor listed, until it is put on sale again', async () => {
  await store.putProduct('OLD', details('Old'), call);
  await store.retireProduct('OLD', call);
  await store.retireProduct('OLD', call);

  await expect(store.getProduct('OLD')).rejects.toMatchObject({ name: 'ProductNotFound' });
  expect((await store.listProducts({ limit: 100 })).products.map(({ sku }) => sku)).not.toContain('OLD');

  await store.putProduct('OLD', details('Old'), call);
  expect(await store.getProduct('OLD')).toMatchObject({ version: 3 });
  expect((await factsOf('OLD')).map(({ event }) => event)).toEqual([
    'ProductPublished',
    'ProductRetired',
    'ProductPublished',
  ]);
});

test('what never was can not be retired', async () => {
  await expect(store.retireProduct('NEVER', call)).rejects.toMatchObject({ name: 'ProductNotFound' });
});

test('pages go through all products, each once, in the order of their SKUs', async () => {
  const wanted = Array.from({ length: 12 }, (_, n) => `PAGE-${String(n).padStart(2, '0')}`);
  await Promise.all(wanted.map((sku) => store.putProduct(sku, details(sku), call)));

  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.listProducts({ limit: 5, after });
    seen.push(...page.products.map(({ sku }) => sku));
    after = page.last;
  } while (after !== undefined);

  expect(seen.filter((sku) => sku.startsWith('PAGE-'))).toEqual(wanted);
  expect(seen).toEqual([...new Set(seen)].sort());
});
