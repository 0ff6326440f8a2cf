import { cpus } from 'node:os';

const sample = () => {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, all };
};

/** Gives how many cores had nothing to do, on average, since it was last asked. */
export const measureIdleCores = (): (() => number) => {
  const count = cpus().length;
  let last = sample();
  return () => {
    const now = sample();
    const passed = now.all - last.all;
    const idle = passed === 0 ? 0 : ((now.idle - last.idle) / passed) * count;
    last = now;
    return idle;
  };
};
