import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { lockDataFolder } from '../data-folder.ts';
import { listen } from '../front-door/server.ts';
import { silentLog } from '../log.ts';
import { StartError } from '../start-error.ts';
import { openStores } from '../store.ts';
import type { Options } from './options.ts';

/** Finds out early, before a minute of packaging, what would stop the start. Empties the data folder for `--fresh`. */
export const prepare = async ({
  port,
  dataFolder,
  fresh,
}: Pick<Options, 'port' | 'dataFolder' | 'fresh'>): Promise<void> => {
  const server = createServer();
  await listen(server, port);
  await new Promise((resolve) => server.close(resolve));
  const unlock = await lockDataFolder(dataFolder);
  try {
    if (fresh) empty(dataFolder);
  } finally {
    unlock();
  }
};

const empty = (dataFolder: string): void => {
  const entries = readdirSync(dataFolder).filter((name) => name !== 'lock');
  // A slip of the keyboard must not cost a home folder.
  if (entries.length > 0 && !existsSync(join(dataFolder, 'cloud.db'))) {
    throw new StartError(`--fresh would delete ${dataFolder}, which holds no data of a shop`);
  }
  if (entries.length > 0) refuseInUse(dataFolder);
  for (const name of entries) rmSync(join(dataFolder, name), { recursive: true, force: true });
};

/** Another machine may have it open, whose lock says nothing here. A database that is damaged is what `--fresh` is for. */
const refuseInUse = (dataFolder: string): void => {
  try {
    openStores(dataFolder, silentLog).close();
  } catch (error) {
    if ((error as Error).message.includes('is locked')) throw error;
  }
};
