import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyPrefix } from './entries.ts';
import { memoryCache } from './memory.ts';
import { type Cache, type CacheOptions, countMetric, lifeOf } from './options.ts';
import { CircuitOpen } from './server.ts';
import { serverOf } from './servers.ts';
import { type Claim, valkeyStore } from './valkey-store.ts';

/** How long a reader waits for another container that loads the same: a few reads' time. */
const OTHERS_LOAD_MS = 20;
/** How long callers of one container share a read, at most: a write is visible within a second. */
const SHARE_SECONDS = 1;

/** A cache that all containers share. */
export const serverCache = <Value>(options: CacheOptions<Value>): Cache<Value> => {
  const { resource, entries, patienceMs, load, count = countMetric, now } = options;
  const store = valkeyStore<Value>(serverOf(resource, patienceMs), keyPrefix(resource, entries));

  /** A server's failure is counted, and costs nobody more than its time. */
  const attempt = async <Result>(run: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await run();
    } catch (error) {
      count(error instanceof CircuitOpen ? 'CacheOpen' : 'CacheError');
      return undefined;
    }
  };

  const claim = async (key: string, token: string): Promise<Claim<Value> | undefined> => {
    const found = await attempt(() => store.claim(key, token));
    if (found?.kind !== 'lease') return found;
    await sleep(OTHERS_LOAD_MS);
    return attempt(() => store.claim(key, token));
  };

  const read = async (key: string): Promise<Value> => {
    const token = randomUUID();
    const found = await claim(key, token);
    if (found?.kind === 'value') {
      count('CacheHit');
      return found.value;
    }
    if (found !== undefined) count('CacheMiss');
    if (found?.kind === 'garbage') {
      count('CacheError');
      await attempt(() => store.invalidate([key]));
    }
    if (found?.kind !== 'claimed') return load(key);
    return loadAndSettle(key, token);
  };

  const loadAndSettle = async (key: string, token: string): Promise<Value> => {
    try {
      const value = await load(key);
      // Waited for: a container is frozen once it has answered.
      await attempt(() => store.settle(key, token, { value, milliseconds: lifeOf(options, value) * 1000 }));
      return value;
    } catch (error) {
      await attempt(() => store.settle(key, token));
      throw error;
    }
  };

  // Callers in this container share one read, even of the server.
  const shared = memoryCache<Value>({
    load: read,
    ttlSeconds: 0,
    shareSeconds: SHARE_SECONDS,
    ...(now && { now }),
  });

  return {
    get: shared.get,
    async invalidate(key) {
      shared.delete(key);
      await attempt(() => store.invalidate([key]));
    },
  };
};
