import { readdirSync, readFileSync } from 'node:fs';

const parentOf = (pid: string): string | undefined => {
  try {
    // The name, in parentheses, may contain spaces: what follows the last one is the state and the parent.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
  } catch {
    return undefined;
  }
};

/** The proportional set size (shared pages counted once) of one process, in bytes. */
const memoryOf = (pid: string): number => {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};

/** The memory of a process and all its descendants, in bytes. Linux only. */
export const memoryInAll = (root: number): number => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  const belongs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(root) || belongs(parents.get(pid)));
  return pids.filter(belongs).reduce((sum, pid) => sum + memoryOf(pid), 0);
};
