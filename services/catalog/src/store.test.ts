import type { Money } from '@emporium/contracts';
import { eventsOf, useTables } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { catalogStore } from './store.ts';

const call = { correlationId: 'test' };
const details = (name: string, amount = 100) => ({ name, price: { amount, currency: 'EUR' } });

useTables(resources);

const store = catalogStore();

/** The events of a product, by version. */
const factsOf = async (sku: string) =>
  (await eventsOf<{ sku: string; version: number; price: Money }>(resources.CatalogTable))
    .map(({ name, data }) => ({ ...data, event: name }))
    .filter((fact) => fact.sku === sku)
    .sort((a, b) => a.version - b.version);

test('a product that is put on sale is found, and told to the others once', async () => {
  await store.putProduct('MUG', { ...details('Mug'), description: 'Holds tea' }, call);
  await store.putProduct('MUG', { ...details('Mug'), description: 'Holds tea' }, call);

  expect(await store.findProduct('MUG')).toMatchObject({ name: 'Mug', description: 'Holds tea', version: 1 });
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
  expect(await store.findProduct('BUSY')).toMatchObject({ version: 5, price: facts.at(-1)?.price });
});

test('a retired product is neither found nor listed, until it is put on sale again', async () => {
  await store.putProduct('OLD', details('Old'), call);
  await store.retireProduct('OLD', call);
  await store.retireProduct('OLD', call);

  expect(await store.findProduct('OLD')).toBeUndefined();
  expect((await store.listProducts({ limit: 100 })).items.map(({ sku }) => sku)).not.toContain('OLD');

  await store.putProduct('OLD', details('Old'), call);
  expect(await store.findProduct('OLD')).toMatchObject({ version: 3 });
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
  let cursor: string | undefined;
  do {
    const page = await store.listProducts({ limit: 5, cursor });
    seen.push(...page.items.map(({ sku }) => sku));
    cursor = page.next;
  } while (cursor !== undefined);

  expect(seen.filter((sku) => sku.startsWith('PAGE-'))).toEqual(wanted);
  expect(seen).toEqual([...new Set(seen)].sort());
});
