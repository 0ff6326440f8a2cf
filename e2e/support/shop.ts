import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long a first start may take: it packages every service. */
const START_LIMIT_MS = 300_000;

const children = new Set<ChildProcess>();

const folders: string[] = [];

/** A folder that {@link cleanUp} removes. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'emporium-e2e-'));
  folders.push(folder);
  return folder;
};

/** Stops what a failed test has left running, as it would keep the test run from ending, and removes its data. */
export const cleanUp = async (): Promise<void> => {
  await Promise.all([...children].map(end));
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  await closed;
};

/** A running shop, to be talked to over HTTP. */
export interface Shop {
  readonly url: string;
  readonly process?: ChildProcess;
  readonly dataFolder?: string;
  /** What it has printed so far, a line each; nothing of a deployed stage. */
  readonly printed: readonly string[];
  /** Stops the shop as Ctrl-C does, and removes its data unless `keepData`. Resolves to how long that took, in ms. */
  stop(options?: { keepData?: boolean }): Promise<number>;
}

/** What `npm start` printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** `EMPORIUM_USAGE` names a folder in which every shop notes the permissions that were asked for. */
const command = (options: readonly string[]) => {
  const { EMPORIUM_USAGE: usage } = process.env;
  return {
    file: join(root, 'node_modules/.bin/node'),
    args: [join(root, 'packages/local/src/cli.ts'), ...options, ...(usage ? ['--usage', usage] : [])],
  };
};

/** Runs `npm start`'s program to its end: for starts that have to fail. */
export const runToEnd = (...options: string[]): Promise<Ended> => {
  const { file, args } = command(options);
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
};

/**
 * The shop to test: `BASE_URL` where it is set (a deployed stage, or a shop that runs already), otherwise one
 * of its own with fresh data on a free port.
 */
export const startShop = async ({
  dataFolder,
  options = [],
  env = {},
}: {
  dataFolder?: string;
  env?: Readonly<Record<string, string>>;
  /** Further options of `npm start`. */
  options?: readonly string[];
} = {}): Promise<Shop> => {
  if (process.env.BASE_URL) return { url: process.env.BASE_URL, printed: [], stop: async () => 0 };
  const data = dataFolder ?? (await temporaryFolder());
  const { file, args } = command(['--port', '0', '--data', data, ...options]);
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const printed: string[] = [];
  return {
    url: await printedUrl(child, printed),
    process: child,
    dataFolder: data,
    printed,
    stop: async ({ keepData = false } = {}) => {
      const since = performance.now();
      await end(child);
      const took = performance.now() - since;
      if (!keepData) await rm(data, { recursive: true, force: true });
      return took;
    },
  };
};

/** The address on the line that says that the shop is open. */
const printedUrl = (child: ChildProcess, lines: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no address within 300 s:\n${lines.join('\n')}`)),
      START_LIMIT_MS,
    );
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const url = /Shop\s+(http:\/\/\S+)/.exec(line)?.[1];
        if (url) finish(() => resolve(url));
      });
    }
    child.once('close', (code) =>
      finish(() => reject(new Error(`ended with ${code}:\n${lines.join('\n')}`))),
    );
  });
