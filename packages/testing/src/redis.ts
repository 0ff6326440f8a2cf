import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A `redis-server` of a test's own. */
export interface TestRedis {
  readonly port: number;
  readonly url: string;
  /** Sends it a signal: `SIGSTOP` makes it accept connections and answer nothing. */
  signal(name: NodeJS.Signals): void;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

const isInstalled = (): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/**
 * Whether tests that need a `redis-server` can run. Where there is none, a line says so; where `REQUIRE_REDIS` is set,
 * as in CI, that is an error.
 */
export const hasRedis = (): boolean => {
  if (isInstalled()) return true;
  if (process.env.REQUIRE_REDIS) throw new Error('REQUIRE_REDIS is set, but there is no redis-server');
  process.stderr.write('Left out what needs a redis-server: apt-get install redis-server\n');
  return false;
};

/** Starts a `redis-server` with nothing in it, on a free port or the given one. */
export const startRedis = async ({
  port,
  options = [],
}: {
  port?: number;
  options?: readonly string[];
} = {}): Promise<TestRedis> => {
  const chosen = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const args = ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...options];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  await ready(server);
  return {
    port: chosen,
    url: `redis://127.0.0.1:${chosen}`,
    signal: (name) => void server.kill(name),
    async kill() {
      server.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const ready = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    const lines: string[] = [];
    server.once('error', reject);
    server.once('close', () => reject(new Error(`redis-server ended:\n${lines.join('\n')}`)));
    if (server.stdout === null) throw new Error('redis-server has no output');
    createInterface({ input: server.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Ready to accept connections')) resolve();
    });
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
