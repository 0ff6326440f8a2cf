import { hasRedis, startRedis, type TestRedis } from '@emporium/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCache } from './create-cache.ts';
import type { CacheResource } from './entries.ts';
import { closeServers } from './servers.ts';
import { connected, memory, testTable, valkeyAt } from './test-cache.ts';

const suite = (resource: () => CacheResource) => {
  test('a value is loaded once, as it is', async () => {
    const value = { text: 'a "quoted" ☕\n', list: [1, null, { deep: true }], nothing: null };
    const { table, counted, options } = testTable(value);
    const cache = createCache({ resource: resource(), ...options });

    expect([await cache.get('a'), await cache.get('a')]).toEqual([value, value]);

    expect(table.reads).toBe(1);
    expect(counted).toEqual({ CacheHit: 1, CacheMiss: 1, CacheError: 0, CacheOpen: 0 });
  });

  test('keys do not meet', async () => {
    const { options } = testTable('');
    const cache = createCache({ resource: resource(), ...options, load: async (key) => `the ${key}` });
    for (const key of ['a', 'b', 'a:b', '💥', '', 'a'.repeat(2000)])
      expect(await cache.get(key)).toBe(`the ${key}`);
    expect(await cache.get('a')).toBe('the a');
  });

  test('that there is nothing is kept, too', async () => {
    const { table, options } = testTable(undefined);
    const cache = createCache({ resource: resource(), ...options });
    expect([await cache.get('a'), await cache.get('a')]).toEqual([undefined, undefined]);
    expect(table.reads).toBe(1);
  });

  test('or is not, where it may come at any time', async () => {
    const { table, options } = testTable<string | undefined>(undefined);
    const cache = createCache({ resource: resource(), ...options, missTtlSeconds: 0 });
    expect(await cache.get('a')).toBeUndefined();
    table.value = 'here';
    expect(await cache.get('a')).toBe('here');
  });

  test('what is not worth keeping is loaded each time', async () => {
    const { table, options } = testTable({ status: 'moving' });
    const cache = createCache({
      resource: resource(),
      ...options,
      keep: ({ status }) => status !== 'moving',
    });
    await cache.get('a');
    table.value = { status: 'done' };
    expect(await cache.get('a')).toEqual({ status: 'done' });
    expect(await cache.get('a')).toEqual({ status: 'done' });
    expect(table.reads).toBe(2);
  });

  test('what was invalidated is loaded again, and nothing else', async () => {
    const { table, options } = testTable('old');
    const cache = createCache({ resource: resource(), ...options });
    await Promise.all([cache.get('a'), cache.get('b')]);
    table.value = 'new';
    await cache.invalidate('a');
    expect([await cache.get('a'), await cache.get('b')]).toEqual(['new', 'old']);
  });

  test('a thousand readers of one key make one load', async () => {
    const { table, options } = testTable('value');
    const cache = createCache({ resource: resource(), ...options });
    const values = await Promise.all(Array.from({ length: 1000 }, () => cache.get('a')));
    expect(new Set(values)).toEqual(new Set(['value']));
    expect(table.reads).toBe(1);
  });

  test('a failure reaches everyone who waited and is not kept', async () => {
    const { options } = testTable('up');
    let isDown = true;
    const load = async () => {
      if (isDown) throw new Error('the table is down');
      return 'up';
    };
    const cache = createCache({ resource: resource(), ...options, load });
    const both = await Promise.allSettled([cache.get('a'), cache.get('a')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isDown = false;
    expect([await cache.get('a'), await cache.get('a')]).toEqual(['up', 'up']);
  });

  test('what was read before a write is not kept after the write was told of', async () => {
    const { table, options } = testTable('old');
    const read = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    let slow = true;
    const load = async () => {
      const value = table.value;
      if (slow) {
        slow = false;
        read.resolve();
        await told.promise;
      }
      return value;
    };
    const cache = createCache({ resource: resource(), ...options, load });

    const slowReader = cache.get('a');
    await read.promise;
    table.value = 'new';
    await cache.invalidate('a');
    told.resolve();

    expect(await slowReader).toBe('old');
    expect(await cache.get('a')).toBe('new');
  });

  test('nor where somebody else has begun to load meanwhile', async () => {
    const { table, options } = testTable('old');
    const gates = Array.from({ length: 2 }, () => ({
      read: Promise.withResolvers<void>(),
      go: Promise.withResolvers<void>(),
    }));
    let loads = 0;
    const load = async () => {
      const value = table.value;
      const gate = gates[loads++];
      gate?.read.resolve();
      await gate?.go.promise;
      return value;
    };
    const cache = createCache({ resource: resource(), ...options, load });

    const first = cache.get('a');
    await gates[0]?.read.promise;
    table.value = 'new';
    await cache.invalidate('a');
    const second = cache.get('a');
    await gates[1]?.read.promise;
    gates[0]?.go.resolve();
    expect(await first).toBe('old');
    gates[1]?.go.resolve();

    expect(await second).toBe('new');
    expect(await cache.get('a')).toBe('new');
    expect(loads).toBe(2);
  });
};

describe('in memory', () => {
  suite(() => memory);

  test('nothing gets older than a second, however long it may be kept', async () => {
    const { table, options } = testTable('old');
    let time = 0;
    const cache = createCache({ resource: memory, ...options, now: () => time });
    await cache.get('a');
    table.value = 'new';
    time = 799;
    expect(await cache.get('a')).toBe('old');
    time = 1000;
    expect(await cache.get('a')).toBe('new');
  });

  test('and that counts from when it was asked for', async () => {
    const { table, options } = testTable('old');
    let time = 0;
    const { promise, resolve } = Promise.withResolvers<string>();
    const load = async () => (table.value === 'old' ? promise : 'new');
    const cache = createCache({ resource: memory, ...options, load, now: () => time });
    const first = cache.get('a');
    table.value = 'new';
    time = 1000;
    expect(await cache.get('a')).toBe('new');
    resolve('old');
    expect(await first).toBe('old');
    expect(await cache.get('a')).toBe('new');
  });
});

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

  suite(() => valkeyAt(redis.url));

  test('containers share what one of them has loaded', async () => {
    const resource = valkeyAt(redis.url);
    const { table, options } = testTable('value');
    const containers = Array.from({ length: 3 }, () => createCache({ resource, ...options }));
    for (const cache of containers) expect(await cache.get('a')).toBe('value');
    expect(table.reads).toBe(1);
  });

  test('one container’s invalidation is everybody’s', async () => {
    const resource = valkeyAt(redis.url);
    const { table, options } = testTable('old');
    const [reader, writer] = [createCache({ resource, ...options }), createCache({ resource, ...options })];
    await reader.get('a');
    table.value = 'new';
    await writer.invalidate('a');
    expect(await reader.get('a')).toBe('new');
  });

  test('a reader waits a moment for another container that loads the same', async () => {
    const resource = valkeyAt(redis.url);
    const { table, options } = testTable('value');
    const containers = Array.from({ length: 20 }, () => createCache({ resource, ...options }));
    const values = await Promise.all(containers.map((cache) => cache.get('a')));
    expect(new Set(values)).toEqual(new Set(['value']));
    // One, but for what comes later than a loaded machine's 20 ms.
    expect(table.reads).toBeLessThan(20);
  });

  test('not for long, and then has its value for itself', async () => {
    const resource = valkeyAt(redis.url);
    const { options } = testTable('');
    const { promise, resolve } = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const slow = createCache({
      resource,
      ...options,
      load: () => {
        started.resolve();
        return promise;
      },
    });
    const quick = createCache({ resource, ...options, load: async () => 'quick' });

    const slowly = slow.get('a');
    await started.promise;
    expect(await quick.get('a')).toBe('quick');
    resolve('slow');
    expect(await slowly).toBe('slow');
    expect(await quick.get('a')).toBe('slow');
  });

  test('a new version of the value’s shape has keys of its own', async () => {
    const resource = valkeyAt(redis.url);
    const { options } = testTable('old shape');
    await createCache({ resource, ...options }).get('a');
    const next = createCache({
      resource,
      ...options,
      entries: { name: 'thing', version: 2 },
      load: async () => 'new shape',
    });
    expect(await next.get('a')).toBe('new shape');
  });
});
