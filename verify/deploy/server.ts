import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** How long the server may take until it answers. */
const START_LIMIT_MS = 60_000;

export interface ServerOptions {
  /** The folder of the Python programs. */
  readonly bin: string;
  /** For what it writes: nothing of it is wanted. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Starts the AWS-compatible server on a free port, with nothing in it. */
export const startServer = async ({ bin, folder, signal }: ServerOptions) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(folder, 'server.log');
  mkdirSync(folder, { recursive: true });
  const child = spawn(join(bin, 'python'), ['-m', 'ministack'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      // It names its addresses by it.
      MINISTACK_HOST: '127.0.0.1',
      // Neither ports nor containers beside.
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      DOCKER_HOST: 'unix:///dev/null',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createWriteStream(log);
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
  };
  try {
    await untilHealthy(url, () => child.exitCode === null, signal);
  } catch (error) {
    await stop();
    throw new Error(`The server did not start: ${(error as Error).message}\n${readFileSync(log, 'utf8')}`);
  }
  return { url, stop };
};

const untilHealthy = async (url: string, isRunning: () => boolean, signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + START_LIMIT_MS;
  while (isRunning() && Date.now() < deadline) {
    const response = await fetch(`${url}/_ministack/health`, { signal }).catch(() => undefined);
    if (response?.ok) return;
    await setTimeout(100, undefined, { signal });
  }
  throw new Error(isRunning() ? `no answer within ${START_LIMIT_MS / 1000} s` : 'it ended');
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};
