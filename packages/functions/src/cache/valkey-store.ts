import { decode, encodeLease, encodeValue, type Found } from './encoding.ts';
import type { CacheServer } from './server.ts';

/** Long enough for any read of a table. A reader that takes longer has its value for itself. */
const LEASE_MS = 3000;

/** Stores, or with a life of 0 gives the lease back, on condition that the lease is still there. */
const SETTLE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '0' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** What was found, or that it is now for the asker to load and to settle. */
export type Claim<Value> = Found<Value> | { readonly kind: 'claimed' };

/**
 * The keys of one kind of entry on a server. Who finds nothing leaves a lease in its place and may store what it then
 * loads only while that lease is there; invalidating takes away value and lease alike. So a value that was read before
 * a write can't be stored after the write's invalidation, however slow its reader is.
 */
export const valkeyStore = <Value>(server: CacheServer, prefix: string) => ({
  /** Throws where the server does not answer. */
  async claim(key: string, token: string): Promise<Claim<Value>> {
    const found = await server.run((client) =>
      client.set(prefix + key, encodeLease(token), 'PX', LEASE_MS, 'NX', 'GET'),
    );
    return found === null ? { kind: 'claimed' } : decode<Value>(found);
  },

  /** Stores a value under the lease, or gives the lease back where it is not to be kept. */
  async settle(key: string, token: string, kept?: { value: Value; milliseconds: number }): Promise<void> {
    const life = Math.floor(kept?.milliseconds ?? 0);
    await server.run((client) =>
      client.eval(SETTLE, 1, prefix + key, encodeLease(token), encodeValue(kept?.value), life),
    );
  },

  /** One command a key: the keys of a serverless cache lie on several nodes. */
  async invalidate(keys: readonly string[]): Promise<void> {
    await server.run((client) => Promise.all(keys.map((key) => client.del(prefix + key))));
  },
});
