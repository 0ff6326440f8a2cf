import { memoryCache } from './memory.ts';
import { type Cache, type CacheOptions, countMetric, lifeOf } from './options.ts';
import { serverCache } from './server-cache.ts';

/** Nobody outside tells a container's memory of a write, so it keeps nothing longer. */
const MEMORY_SECONDS = 1;

/**
 * A cache in front of a table. A write is seen within a second: in a container's memory nothing gets older, and on a
 * server the table's stream invalidates it ({@link cacheInvalidator}). A server that is slow or down costs a reader
 * 50 ms, and soon nothing.
 *
 * @example
 * const products = createCache({
 *   resource: resources.Cache,
 *   entries: { name: 'product', version: 1 },
 *   ttlSeconds: 300,
 *   load: (sku) => store.findProduct(sku),
 * });
 * await products.get('MUG-BLUE');
 */
export const createCache = <Value>(options: CacheOptions<Value>): Cache<Value> => {
  // Which engine, and where, a handle says when it is touched: not while the module loads.
  let cache: Cache<Value> | undefined;
  const chosen = () =>
    (cache ??= options.resource.engine === 'valkey' ? serverCache(options) : inMemory(options));
  return {
    get: (key) => chosen().get(key),
    invalidate: (key) => chosen().invalidate(key),
  };
};

const inMemory = <Value>(options: CacheOptions<Value>): Cache<Value> => {
  const { load, count = countMetric, now } = options;
  let loads = 0;
  const cache = memoryCache<Value>({
    load: (key) => {
      loads += 1;
      return load(key);
    },
    ttlSeconds: (value) => lifeOf(options, value, MEMORY_SECONDS),
    shareSeconds: MEMORY_SECONDS,
    ...(now && { now }),
  });
  return {
    get(key) {
      const before = loads;
      const value = cache.get(key);
      count(loads === before ? 'CacheHit' : 'CacheMiss');
      return value;
    },
    invalidate: async (key) => cache.delete(key),
  };
};
