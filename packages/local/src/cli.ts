import { fileURLToPath } from 'node:url';
import { help, type Options, parseOptions } from './command/options.ts';
import { prepare } from './command/prepare.ts';
import { announce } from './command/running-shop.ts';
import { createShopLog } from './command/shop-log.ts';
import { summary } from './command/summary.ts';
import { customerHeaderFile } from './front-door/commands.ts';
import { packageServices } from './package/start.ts';
import { keepCustomerHeader } from './seed/customer-header.ts';
import { seed } from './seed/start.ts';
import { type LocalCloud, startLocal } from './start.ts';
import { StartError } from './start-error.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Ctrl-C is to be done within two seconds, whatever hangs. */
const STOP_AT_MOST_MS = 1700;

const stopping = new AbortController();
/** What to undo at the end, the last first. */
const undo: (() => unknown)[] = [];
let starting: Promise<LocalCloud> | undefined;

const progress = (line: string) => console.error(`  ${line}`);

const run = async (options: Options): Promise<void> => {
  const since = performance.now();
  const { dataFolder, port, verbose } = options;
  const { signal } = stopping;
  await prepare(options);
  const templates = await packageServices({ root, stage: 'local', signal, progress });
  progress('starting');
  signal.throwIfAborted();
  starting = startLocal({ templates, dataFolder, port, stage: 'local', log: createShopLog(verbose) });
  const shop = await starting;
  undo.push(() => shop.stop());
  const { url, endpoint } = shop;
  undo.push(announce(dataFolder, { url, endpoint, pid: process.pid, templates }));
  await seed(shop, { progress, signal });
  undo.push(await keepCustomerHeader(url, customerHeaderFile(dataFolder), shop.cloud.log));
  console.log(summary(url, dataFolder, ((performance.now() - since) / 1000).toFixed(1)));
};

const stop = async (code: number): Promise<never> => {
  // npm passes the signal on, and the terminal sends it, too: the second one changes nothing.
  if (stopping.signal.aborted) return new Promise(() => {});
  stopping.abort();
  setTimeout(() => process.exit(code), STOP_AT_MOST_MS);
  // Interrupted while starting: what has begun has to be there before it can be stopped.
  await starting?.then((shop) => undo.length === 0 && undo.push(() => shop.stop())).catch(() => {});
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      console.error(error);
    }
  }
  process.exit(code);
};

const fail = (error: unknown): Promise<never> => {
  if (!stopping.signal.aborted) console.error(error instanceof StartError ? error.message : error);
  return stop(1);
};

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void stop(0));
process.on('uncaughtException', (error) => void fail(error));

try {
  const options = parseOptions(process.argv.slice(2), root);
  if (options === undefined) console.log(help);
  else await run(options);
} catch (error) {
  await fail(error);
}
