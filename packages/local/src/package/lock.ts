import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * Runs `work` while no other process does: the framework's bundler has one working folder a service. Waits for
 * the other process; takes over from one that was killed.
 */
export const exclusively = async <T>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> => {
  mkdirSync(dirname(file), { recursive: true });
  while (!take(file)) await setTimeout(100, undefined, { signal });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};

const take = (file: string): boolean => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!isHeld(file)) rmSync(file, { force: true });
  return false;
};

const isHeld = (file: string): boolean => {
  try {
    const text = readFileSync(file, 'utf8');
    // Empty: its owner is between creating and writing it.
    if (text !== '') process.kill(Number(text), 0);
    return true;
  } catch {
    return false;
  }
};
