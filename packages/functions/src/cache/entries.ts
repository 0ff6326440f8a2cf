/** One kind of entry in a context's cache: what readers and the invalidator agree on. */
export interface CacheEntries {
  /** What the entries are, such as `product`. */
  readonly name: string;
  /** Raise it with every change of the cached value's shape: old and new code run side by side for a while. */
  readonly version: number;
  /** The key under which an item of the table is cached, if it is; of every item that goes into the value. */
  readonly keyOf?: (item: Readonly<Record<string, unknown>>) => string | undefined;
}

/** A handle of a `cache()`. */
export interface CacheResource {
  readonly engine: 'memory' | 'valkey';
  readonly url?: string;
  /** What the context's keys start with. */
  readonly prefix?: string;
  readonly cacheName?: string;
}

/** What all keys of one kind of entry start with. */
export const keyPrefix = ({ prefix = '' }: CacheResource, { name, version }: CacheEntries): string =>
  `${prefix}${name}:${version}:`;
