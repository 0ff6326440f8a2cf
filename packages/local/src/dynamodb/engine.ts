import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { StartError } from '../start-error.ts';

export interface DynamoDbOptions {
  /** The SQLite file; without it, everything stays in memory. */
  readonly dbPath?: string;
  /** Default: a free one. */
  readonly port?: number;
}

export interface DynamoDb {
  /** `AWS_ENDPOINT_URL_DYNAMODB` for a client; it takes any credentials. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

const binary = join(
  dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')),
  'dynoxide',
);

// The engine must not outlive this process, even after kill -9, when nothing here can stop it any more.
// So a shell waits on a pipe that only this process holds open, and ends the engine when the pipe closes.
const SUPERVISED = 'exec 3<&0 0</dev/null; (read -r _ <&3; kill -TERM $$) & exec "$0" "$@" 3<&-';

/**
 * Starts a DynamoDB of its own (dynoxide), in memory or in a file.
 *
 * @example
 * const db = await startDynamoDb();
 * const client = new DynamoDBClient({ endpoint: db.url });
 * await db.stop();
 */
export const startDynamoDb = async ({ dbPath, port }: DynamoDbOptions = {}): Promise<DynamoDb> => {
  // The engine can't choose a port itself, and another process may take the free one that we found.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(port ?? (await freePort()), dbPath);
    } catch (error) {
      if (port !== undefined || attempt === 3) throw error;
    }
  }
};

const startOn = async (port: number, dbPath: string | undefined): Promise<DynamoDb> => {
  const options = ['--port', String(port), ...(dbPath === undefined ? [] : ['--db-path', dbPath])];
  const child = spawn('/bin/sh', ['-c', SUPERVISED, binary, ...options], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C is for us, and we stop the engine after the workers.
    detached: true,
  });
  child.stdin.on('error', () => {});
  await listening(child);
  // Without its tables nothing here can go on: thrown from a listener, this ends the process, after one clear line.
  const onUnexpectedEnd = (code: number | null, signal: string | null) => {
    throw new StartError(
      `DynamoDB (dynoxide) has ended (${signal ?? code}). What was written is safe: start again`,
    );
  };
  child.once('exit', onUnexpectedEnd);
  const stop = () => {
    child.off('exit', onUnexpectedEnd);
    return end(child);
  };
  return { port, url: `http://127.0.0.1:${port}`, stop };
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const listening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    const said: string[] = [];
    const read = (line: string) => {
      said.push(line);
      if (line.includes('listening on')) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', read);
    }
    child.once('error', (error) => reject(new StartError(`Cannot start DynamoDB: ${error.message}`)));
    child.once('exit', (code) =>
      reject(new StartError(`DynamoDB ended at once (exit code ${code}): ${said.join(' ')}`)),
    );
  });

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  // Closing the pipe has the waiting shell end the engine; so the shell is gone first, and nothing is left behind.
  child.stdin?.destroy();
  const force = setTimeout(() => child.kill('SIGKILL'), 1000);
  await exited;
  clearTimeout(force);
};
