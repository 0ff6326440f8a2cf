import inspector from 'node:inspector';
import { parseFault } from '../faults/fault.ts';
import { customerHeaderFile } from '../front-door/commands.ts';
import { composeServices } from '../package/services.ts';
import { packageServices } from '../package/start.ts';
import { keepCustomerHeader } from '../seed/customer-header.ts';
import { seed } from '../seed/start.ts';
import { StartError } from '../start-error.ts';
import { createBacklog } from '../watch/backlog.ts';
import { startWatching } from '../watch/start.ts';
import { checkContexts, selectServices } from './only.ts';
import { type OpenShop, openShop } from './open-shop.ts';
import type { Options } from './options.ts';
import { prepare } from './prepare.ts';
import { announce } from './running-shop.ts';
import { createShopLog } from './shop-log.ts';
import { summary } from './summary.ts';

interface Session {
  /** Where `serverless-compose.yml` stands. */
  readonly root: string;
  /** Interrupts the start. */
  readonly signal: AbortSignal;
  /** Takes what has to be undone at the end, the last first. */
  readonly undo: (() => unknown)[];
}

const stage = 'local';

const progress = (line: string) => console.error(`  ${line}`);

/** Packages and opens the shop, fills it, and applies what changes. */
export const run = async (options: Options, { root, signal, undo }: Session): Promise<void> => {
  const since = performance.now();
  const { dataFolder, port, only } = options;
  const log = createShopLog(options.verbose);
  const contexts = composeServices(root).map(({ name }) => name);
  checkContexts(only ?? [], contexts);
  await prepare(options);
  if (options.inspect !== undefined) openInspector(options.inspect);
  const packaged = async () =>
    selectServices(await packageServices({ root, stage, signal, progress }), only, stage);

  const { kept: templates, absent } = await packaged();
  progress('starting');
  signal.throwIfAborted();
  const inspect = options.inspect !== undefined;
  const backlog = createBacklog();
  const opening = openShop({
    ...{ templates, absent, dataFolder, port, stage, log, inspect },
    ...{ trace: options.trace, usageFolder: options.usageFolder },
    beforeInvocation: backlog.wait,
  });
  // Interrupted while starting: what has begun has to be there before it can be stopped.
  undo.push(async () => (await opening.catch(() => undefined))?.stop());
  const shop = await opening;
  const { url } = shop.cloud;
  undo.push(tell(shop, dataFolder));
  const { seed: mode, products } = options;
  const people = await seed(shop.cloud, { mode, products, progress, signal });
  if (people) undo.push(await keepCustomerHeader(url, customerHeaderFile(dataFolder), log));
  // Only now, as what fills the shop is to succeed.
  for (const fault of options.faults) shop.cloud.faults.add(parseFault(fault));

  const reconfigure = async (): Promise<boolean> => {
    const next = await packaged().catch((error: unknown) => {
      if (!(error instanceof StartError)) throw error;
      log.error('watch', `${error.message}\nThe shop goes on as it was.`);
    });
    if (next === undefined || !(await shop.replace(next.kept))) return false;
    tell(shop, dataFolder);
    log.info('watch', 'the shop runs with what has changed');
    return true;
  };
  if (options.watch) {
    const services = () => shop.templates;
    const renew = (name: string, folder: string) => shop.cloud.renew(name, folder);
    undo.push(startWatching({ root, dataFolder, log, inspect, backlog, services, renew, reconfigure }));
  }
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  console.log(summary({ url, dataFolder, seconds, people }));
};

/** Leaves a note for other commands on this machine. */
const tell = ({ cloud: { url, endpoint }, templates }: OpenShop, dataFolder: string): (() => void) =>
  announce(dataFolder, { url, endpoint, pid: process.pid, templates });

const openInspector = (port: number): void => {
  inspector.open(port, '127.0.0.1');
  if (inspector.url() === undefined) {
    throw new StartError(`--inspect: port ${port} is in use: choose another with --inspect=<port>`);
  }
};
