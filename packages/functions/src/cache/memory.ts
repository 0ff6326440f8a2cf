/** A cache in the memory of one container. */
export interface MemoryCache<Value> {
  /** The cached value, or a loaded one. Callers that come while it loads share the one load. */
  get(key: string): Promise<Value>;
  delete(key: string): void;
  clear(): void;
}

/** How a cache loads, and for how long it keeps. */
export interface MemoryCacheOptions<Value> {
  /** How old a value may get, in seconds, counted from the start of its load; by value where it matters. */
  readonly ttlSeconds: number | ((value: Value) => number);
  /** Loads what isn't cached. A failure is passed on and not kept. */
  readonly load: (key: string) => Promise<Value>;
  /** The entries kept at most; the oldest goes first. */
  readonly maxEntries?: number;
  /** How long callers share a load, in seconds: one that hangs longer, or was frozen, keeps nobody waiting. */
  readonly shareSeconds?: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * A cache in the memory of one container, for values that may be a little stale.
 *
 * @example
 * const secrets = memoryCache({ ttlSeconds: 300, load: readSecret });
 * await secrets.get(arn);
 */
export const memoryCache = <Value>({
  ttlSeconds,
  load,
  maxEntries = 1000,
  shareSeconds = 10,
  now = Date.now,
}: MemoryCacheOptions<Value>): MemoryCache<Value> => {
  const entries = new Map<string, { value: Promise<Value>; expiresAt: number }>();

  const refresh = (key: string): Promise<Value> => {
    const startedAt = now();
    const entry = { value: load(key), expiresAt: startedAt + shareSeconds * 1000 };
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
    // A newer load may have taken the place meanwhile.
    const remove = () => entries.get(key) === entry && entries.delete(key);
    entry.value.then((value) => {
      const ttl = typeof ttlSeconds === 'number' ? ttlSeconds : ttlSeconds(value);
      entry.expiresAt = startedAt + ttl * 1000;
      if (ttl <= 0) remove();
    }, remove);
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
