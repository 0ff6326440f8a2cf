import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { AwsError } from './cloud.ts';
import { createDurableQueue, type DurableQueue } from './durable-queue.ts';
import { silentLog } from './log.ts';
import { openStores, type Stores } from './store.ts';
import { eventually, recordingLog } from './test-cloud.ts';

const open: (Stores | DurableQueue<string>)[] = [];
const stopAll = () => {
  for (const each of open.splice(0).reverse()) 'stop' in each ? each.stop() : each.close();
};
afterEach(stopAll);

/** What becomes of an entry: the errors that its delivery meets, one after the other. */
const start = (errors: readonly Error[] = [], folder = mkdtempSync(join(tmpdir(), 'durable-'))) => {
  const stores = openStores(folder, silentLog);
  const store = stores.open('deliveries');
  const left = [...errors];
  const delivered: string[] = [];
  const givenUp: [string, number][] = [];
  const queue = createDurableQueue<string>({
    label: 'test',
    store,
    log: recordingLog(),
    maxRetries: 2,
    deliver: async (entry) => {
      const error = left.shift();
      if (error !== undefined) throw error;
      delivered.push(entry);
    },
    giveUp: async (entry, _error, retries) => void givenUp.push([entry, retries]),
  });
  open.push(stores, queue);
  return { queue, store, delivered, givenUp, folder };
};

const busy = new AwsError('ThrottlingException', 'later', 400);

test('an entry is tried again until it is delivered, and forgotten then', async () => {
  const { queue, store, delivered, givenUp } = start([busy, busy]);
  queue.add('a');
  await eventually(() => delivered.length === 1 || undefined);
  await eventually(() => store.list().length === 0 || undefined);
  expect([delivered, givenUp]).toEqual([['a'], []]);
});

test('after the last retry it is given up', async () => {
  const { queue, store, delivered, givenUp } = start([busy, busy, busy]);
  queue.add('a');
  await eventually(() => store.list().length === 0 || undefined);
  expect([delivered, givenUp]).toEqual([[], [['a', 2]]]);
});

test('what trying again cannot mend is given up at once', async () => {
  const { queue, store, givenUp } = start([new AwsError('AccessDeniedException', 'no', 403)]);
  queue.add('a');
  await eventually(() => store.list().length === 0 || undefined);
  expect(givenUp).toEqual([['a', 0]]);
});

test('what was under way when everything stopped is delivered after the next start', async () => {
  const first = start([busy]);
  first.queue.add('interrupted');
  await eventually(() => first.store.list<{ retries: number }>()[0]?.value.retries === 1 || undefined);
  first.queue.add('not begun');
  stopAll();
  expect(first.delivered).toEqual([]);

  const second = start([], first.folder);
  second.queue.resume();
  await eventually(() => second.delivered.length === 2 || undefined);
  expect(second.delivered.sort()).toEqual(['interrupted', 'not begun']);
});
