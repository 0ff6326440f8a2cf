import type { CacheResource } from './entries.ts';
import { type CacheServer, type CacheServerOptions, createCacheServer } from './server.ts';

const servers = new Map<string, CacheServer>();

/** The container's connection to a cache: one for all that it keeps there. */
export const serverOf = ({ url = '', cacheName }: CacheResource, patienceMs = 50): CacheServer => {
  const key = `${patienceMs} ${url}`;
  const known = servers.get(key);
  if (known) return known;
  const server = createCacheServer({ url, cacheName }, { patienceMs });
  servers.set(key, server);
  return server;
};

/** A connection of its own, for who would rather wait than go without. */
export const patientServer = (resource: CacheResource, options: CacheServerOptions): CacheServer =>
  createCacheServer({ url: resource.url ?? '', cacheName: resource.cacheName }, options);

/** Ends all connections. For tests. */
export const closeServers = (): void => {
  for (const server of servers.values()) server.close();
  servers.clear();
};
