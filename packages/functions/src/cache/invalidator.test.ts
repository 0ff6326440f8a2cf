import { hasRedis, lambdaContext, startRedis, streamEvent, type TestRedis } from '@emporium/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCache } from './create-cache.ts';
import type { CacheEntries } from './entries.ts';
import { cacheInvalidator } from './invalidator.ts';
import { closeServers } from './servers.ts';
import { connected, memory, startTcp, testTable, valkeyAt } from './test-cache.ts';

const things: CacheEntries = {
  name: 'thing',
  version: 1,
  keyOf: ({ kind, id }) => (kind === 'thing' ? String(id) : undefined),
};
const changed = (...ids: string[]) =>
  streamEvent(ids.map((id) => ({ eventName: 'MODIFY', item: { kind: 'thing', id } })));

(hasRedis() ? describe : describe.skip)('on a server', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
    await connected(redis.url);
  });
  afterAll(async () => {
    closeServers();
    await redis.kill();
  });

  test('forgets the changed items, and no others', async () => {
    const resource = valkeyAt(redis.url);
    const { table, options } = testTable('old');
    const cache = createCache({ resource, ...options, entries: things });
    await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)));
    table.value = 'new';
    const event = streamEvent([
      { eventName: 'MODIFY', item: { kind: 'thing', id: 'a' } },
      { eventName: 'REMOVE', item: { kind: 'thing', id: 'b' } },
      { eventName: 'MODIFY', item: { kind: 'other', id: 'c' } },
    ]);

    expect(await cacheInvalidator(resource, [things])(event, lambdaContext())).toEqual({
      batchItemFailures: [],
    });

    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual(['new', 'new', 'old']);
  });
});

test('a cache that can not be told fails the batch from its start', async () => {
  const server = await startTcp();
  await server.stop();
  const invalidate = cacheInvalidator(valkeyAt(server.url), [things]);

  // It never gives up by itself: Lambda brings the batch again.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    expect(await invalidate(changed('a', 'b'), lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: '100' }],
    });
  }
});

test('in memory there is nothing to tell', async () => {
  expect(await cacheInvalidator(memory, [things])(changed('a'), lambdaContext())).toEqual({
    batchItemFailures: [],
  });
});
