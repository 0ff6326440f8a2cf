import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from './start-error.ts';

/**
 * Takes the data folder for this process, and gives what releases it. A lock left by kill -9 is taken over. That of
 * another machine on a network disk looks just like it; there the database, which has one owner too, refuses a second.
 */
export const lockDataFolder = async (dataFolder: string): Promise<() => void> => {
  const file = join(dataFolder, 'lock');
  try {
    makeFolder(dataFolder);
    takeLock(file);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`Cannot write to the data folder ${dataFolder}: ${(error as Error).message}`);
  }
  return () => {
    if (holderOf(file) === identityOf(process.pid)) rmSync(file, { force: true });
  };
};

/** Folder by folder: where one can't be made, such as below /proc, mkdir's own `recursive` tries for ever. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
};

const takeLock = (file: string): void => {
  // Made beside it, and put into place whole: nobody may find it empty.
  const own = `${file}.${process.pid}`;
  try {
    writeFileSync(own, `${identityOf(process.pid)}\n`);
    linkSync(own, file);
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const holder = holderOf(file);
  const pid = Number.parseInt(holder, 10);
  if (Number.isInteger(pid) && identityOf(pid) === holder) {
    throw new StartError(
      `The data folder ${dirname(file)} is in use by another instance (process ${pid}): stop it, or choose another folder`,
    );
  }
  rmSync(file, { force: true });
  takeLock(file);
};

const holderOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
};

/** The process id and when that process started, so that a number used again is not taken for the old owner. */
const identityOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The 22nd field; the second, the command's name in brackets, may itself hold spaces.
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid} ${startTime}`;
  } catch {
    return isRunning(pid) ? `${pid}` : `${pid} ended`;
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
