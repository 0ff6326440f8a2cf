import { setImmediate } from 'node:timers/promises';
import { hasRedis, startRedis, type TestRedis } from '@emporium/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCache } from './create-cache.ts';
import { keyPrefix } from './entries.ts';
import { closeServers } from './servers.ts';
import { connected, patientServerAt, startTcp, testTable, valkeyAt } from './test-cache.ts';

/** A reader waits 50 ms for the server, twice at most; all else is a loaded machine. */
const SOON_MS = 2000;

afterEach(closeServers);

describe('a server that is no use', () => {
  test.each([
    ['says nothing', undefined],
    ['speaks no such protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['refuses everything', '-NOAUTH Authentication required.\r\n'],
  ])('%s: costs time, then nothing, and never an error', async (_what, answer) => {
    const server = await startTcp((send) => answer && send(answer));
    const { table, counted, options } = testTable('value');
    const cache = createCache({ resource: valkeyAt(server.url), ...options, patienceMs: 50 });
    const since = performance.now();

    for (let key = 0; key < 50; key += 1) expect(await cache.get(String(key))).toBe('value');

    expect(table.reads).toBe(50);
    // Three failures open the circuit; 50 times 50 ms would be 2.5 seconds.
    expect(counted).toEqual({ CacheHit: 0, CacheMiss: 0, CacheError: 3, CacheOpen: 47 });
    expect(performance.now() - since).toBeLessThan(SOON_MS);
    await cache.invalidate('1');
    await server.stop();
  });

  test('is not there', async () => {
    const server = await startTcp();
    await server.stop();
    const { counted, options } = testTable('value');
    const cache = createCache({ resource: valkeyAt(server.url), ...options, patienceMs: 50 });
    for (let key = 0; key < 5; key += 1) expect(await cache.get(String(key))).toBe('value');
    expect(counted).toMatchObject({ CacheError: 3, CacheOpen: 2 });
  });
});

(hasRedis() ? describe : describe.skip)('a server that fails on the way', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
    await connected(redis.url);
  });
  afterEach(() => redis.kill());

  const ask = (url: string) => patientServerAt(url);

  test('is killed: readers go on, and use it again when it is back', async () => {
    const { table, options } = testTable('value');
    const cache = createCache({ resource: valkeyAt(redis.url), ...options });
    await cache.get('a');
    await redis.kill();

    expect(await cache.get('a')).toBe('value');
    expect(table.reads).toBe(2);

    redis = await startRedis({ port: redis.port });
    await connected(redis.url);
    const before = table.reads;
    expect([await cache.get('b'), await cache.get('b')]).toEqual(['value', 'value']);
    expect(table.reads).toBe(before + 1);
  });

  test('hangs: the connection is given up, and another one made', async () => {
    const { table, counted, options } = testTable('value');
    const cache = createCache({ resource: valkeyAt(redis.url), ...options, patienceMs: 50 });
    const hit = async () => {
      const before = counted.CacheHit;
      await cache.get('a');
      return counted.CacheHit > before;
    };
    while (!(await hit())) await setImmediate();
    redis.signal('SIGSTOP');

    const [errors, reads] = [counted.CacheError, table.reads];
    expect(await cache.get('a')).toBe('value');
    expect(counted.CacheError).toBe(errors + 1);
    expect(table.reads).toBe(reads + 1);

    redis.signal('SIGCONT');
    while (!(await hit())) await setImmediate();
  });

  test('ends the connection while nobody looks, as for a frozen container: the next reader makes a new one', async () => {
    const { table, options } = testTable('value');
    const cache = createCache({ resource: valkeyAt(redis.url), ...options });
    await cache.get('a');
    await ask(redis.url)
      .run((client) => client.call('CLIENT', 'KILL', 'SKIPME', 'no', 'TYPE', 'normal'))
      .catch(() => {});
    await connected(redis.url);
    expect(await cache.get('a')).toBe('value');
    expect(table.reads).toBe(1);
  });

  test('holds garbage: it is thrown away', async () => {
    const resource = valkeyAt(redis.url);
    const { table, counted, options } = testTable('value');
    const key = `${keyPrefix(resource, options.entries)}a`;
    const cache = createCache({ resource, ...options });
    for (const garbage of ['', '={"half":', 'null', '\u0000\u0001', '={"a":1}}']) {
      await ask(redis.url).run((client) => client.set(key, garbage));
      expect(await cache.get('a')).toBe('value');
      await cache.invalidate('a');
    }
    expect(table.reads).toBe(5);
    expect(counted.CacheError).toBe(5);

    await ask(redis.url).run((client) => client.lpush(key, 'a list'));
    expect(await cache.get('a')).toBe('value');
  });

  test('keeps everything for a limited time', async () => {
    const resource = valkeyAt(redis.url);
    const { options } = testTable('value');
    const cache = createCache({ resource, ...options });
    await cache.get('a');
    const life = await ask(redis.url).run((client) =>
      client.pttl(`${keyPrefix(resource, options.entries)}a`),
    );
    expect(life).toBeGreaterThan(40_000);
    expect(life).toBeLessThanOrEqual(60_000);
  });

  test('what ends at once is loaded once', async () => {
    const { table, options } = testTable('old');
    const resource = valkeyAt(redis.url);
    const cache = createCache({ resource, ...options });
    await cache.get('a');
    const key = `${keyPrefix(resource, options.entries)}a`;
    table.value = 'new';
    await ask(redis.url).run((client) => client.pexpire(key, 0));
    const values = await Promise.all(Array.from({ length: 1000 }, () => cache.get('a')));
    expect(new Set(values)).toEqual(new Set(['new']));
    expect(table.reads).toBe(2);
  });

  test('a lease that its reader outlived gives no right to store', async () => {
    const { options } = testTable('value');
    const resource = valkeyAt(redis.url);
    const key = `${keyPrefix(resource, options.entries)}a`;
    const load = async () => {
      await ask(redis.url).run((client) => client.pexpire(key, 0));
      return 'late';
    };
    expect(await createCache({ resource, ...options, load }).get('a')).toBe('late');
    expect(await ask(redis.url).run((client) => client.exists(key))).toBe(0);
  });
});

(hasRedis() ? describe : describe.skip)('a server that asks who is there', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    const user = 'shop on >right ~shop:* -@all +get +set +del +eval +ping'.split(' ');
    redis = await startRedis({ options: ['--user', ...user, '--requirepass', 'other'] });
  });
  afterEach(() => redis.kill());

  const at = (password: string, prefix = 'shop:') => ({
    engine: 'valkey' as const,
    url: redis.url.replace('//', `//shop:${password}@`),
    prefix,
  });

  test('the commands that the plugin grants are enough', async () => {
    const { table, counted, options } = testTable('value');
    const resource = at('right');
    await connected(resource.url);
    const cache = createCache({ resource, ...options });
    await cache.get('a');
    await cache.invalidate('a');
    await cache.get('a');
    expect(await cache.get('a')).toBe('value');
    expect(table.reads).toBe(2);
    expect(counted).toMatchObject({ CacheError: 0 });
  });

  test('a wrong password, or keys of somebody else, cost no more than the cache', async () => {
    for (const resource of [at('wrong'), at('right', 'else:')]) {
      const { counted, options } = testTable('value');
      const cache = createCache({ resource, ...options });
      for (let key = 0; key < 10; key += 1) expect(await cache.get(String(key))).toBe('value');
      expect(counted).toMatchObject({ CacheHit: 0, CacheError: 3, CacheOpen: 7 });
    }
  });
});
