import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackagedService } from '../cloudformation/templates.ts';

/** Where a running shop can be reached; other commands on this machine read it. */
export interface RunningShop {
  readonly url: string;
  /** The AWS-shaped endpoint. */
  readonly endpoint: string;
  readonly pid: number;
  /** What it was made of. */
  readonly templates: readonly PackagedService[];
}

const fileIn = (dataFolder: string): string => join(dataFolder, 'running.json');

/** Leaves a note that the shop runs, and gives what removes it. */
export const announce = (dataFolder: string, shop: RunningShop): (() => void) => {
  writeFileSync(fileIn(dataFolder), JSON.stringify(shop));
  return () => rmSync(fileIn(dataFolder), { force: true });
};

/** The shop that uses the data folder, if one runs. */
export const findRunning = (dataFolder: string): RunningShop | undefined => {
  try {
    const shop = JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')) as RunningShop;
    process.kill(shop.pid, 0);
    return shop;
  } catch {
    return undefined;
  }
};
