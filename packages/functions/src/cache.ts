/** A cache in the memory of one container. */
export interface Cache<Value> {
  /** The cached value, or a loaded one. Callers that come while it loads share the one load. */
  get(key: string): Promise<Value>;
  delete(key: string): void;
  clear(): void;
}

/** How a cache loads, and for how long it keeps. */
export interface CacheOptions<Value> {
  /** How old a value may get, in seconds. */
  readonly ttlSeconds: number;
  /** Loads what isn't cached. A failure is passed on and not kept. */
  readonly load: (key: string) => Promise<Value>;
  /** The entries kept at most; the oldest goes first. */
  readonly maxEntries?: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * A cache in the memory of one container, for values that may be a little stale.
 *
 * @example
 * const products = createCache({ ttlSeconds: 30, load: (sku) => store.getProduct(sku) });
 * await products.get('MUG-BLUE');
 */
export const createCache = <Value>({
  ttlSeconds,
  load,
  maxEntries = 1000,
  now = Date.now,
}: CacheOptions<Value>): Cache<Value> => {
  const entries = new Map<string, { value: Promise<Value>; expiresAt: number }>();

  const refresh = (key: string): Promise<Value> => {
    const entry = { value: load(key), expiresAt: Number.POSITIVE_INFINITY };
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
    entry.value.then(
      () => {
        entry.expiresAt = now() + ttlSeconds * 1000;
      },
      () => {
        // A newer load may have taken the place meanwhile.
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry.value;
  };

  return {
    async get(key) {
      const entry = entries.get(key);
      return entry && entry.expiresAt > now() ? entry.value : refresh(key);
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
};
