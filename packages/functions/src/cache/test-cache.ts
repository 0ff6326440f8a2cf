import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { CacheResource } from './entries.ts';
import type { CacheMetric, CacheOptions } from './options.ts';
import { serverOf } from './servers.ts';

export const memory: CacheResource = { engine: 'memory' };

/** A cache at an address, with a prefix that no other test has. */
export const valkeyAt = (url: string): CacheResource => ({
  engine: 'valkey',
  url,
  prefix: `test-${randomUUID()}:`,
});

/** A loaded machine may take longer than a reader's 50 ms: tests of anything else are patient. */
const PATIENCE_MS = 10_000;

export const patientServerAt = (url: string) => serverOf({ engine: 'valkey', url }, PATIENCE_MS);

/** Waits for this container's connection after a failure. */
export const connected = async (url: string): Promise<void> => {
  const isThere = async () => {
    try {
      return (await patientServerAt(url).run((client) => client.ping())) === 'PONG';
    } catch {
      return false;
    }
  };
  while (!(await isThere())) await setImmediate();
};

/** A table of one value that says how often it was read, and what was counted meanwhile. */
export const testTable = <Value>(value: Value) => {
  const counted: Record<CacheMetric, number> = { CacheHit: 0, CacheMiss: 0, CacheError: 0, CacheOpen: 0 };
  const table = { value, reads: 0 };
  const options = {
    entries: { name: 'thing', version: 1 },
    ttlSeconds: 60,
    patienceMs: PATIENCE_MS,
    load: async (_key: string): Promise<Value> => {
      table.reads += 1;
      return table.value;
    },
    count: (metric: CacheMetric) => {
      counted[metric] += 1;
    },
  } satisfies Partial<CacheOptions<Value>>;
  return { table, counted, options };
};

/** A server that takes every connection, and then does with it as `serve` says: nothing, by default. */
export const startTcp = async (serve: (send: (text: string) => void) => void = () => {}) => {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => serve((text) => void socket.write(text)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
