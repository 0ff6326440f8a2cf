import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The first line of /proc/stat: `cpu`, then the ticks of user, nice, system, idle, iowait, irq, softirq, steal … of all cores. */
const sample = () => {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), all: ticks.reduce((sum, value) => sum + value, 0) };
};

/**
 * Gives how many cores had nothing to do, on average, since it was last asked. Not by `os.cpus()`, which reads and
 * parses what the machine is made of each time.
 */
export const measureIdleCores = (): (() => number) => {
  const count = availableParallelism();
  let last = sample();
  return () => {
    const now = sample();
    const passed = now.all - last.all;
    const idle = passed === 0 ? 0 : ((now.idle - last.idle) / passed) * count;
    last = now;
    return idle;
  };
};
