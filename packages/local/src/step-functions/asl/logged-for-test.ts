import { execute } from './interpreter.ts';
import { createJournal, type Entry } from './journal.ts';
import { redrive } from './redrive.ts';
import type { Run, TaskCall } from './run.ts';
import { machine, type StateTable } from './run-for-test.ts';
import { skippingClock } from './skipping-clock.ts';
import { parseDefinition } from './validate.ts';

export type Work = (input: unknown) => unknown;

/** An execution that keeps its log, as a store would. */
export const execution = (States: StateTable, input: unknown = {}, more: object = {}, log: Entry[] = []) => {
  const definition = parseDefinition(machine(States, more));
  const clock = skippingClock();
  const facts: Run['execution'] = {
    id: 'e',
    name: 'e',
    input,
    roleArn: 'r',
    startTime: new Date(clock.now()).toISOString(),
    stateMachineId: 'm',
    stateMachineName: 'm',
    region: 'us-east-1',
  };
  let count = 0;
  const go = async (work: Work, again: object = {}) => {
    const journal = createJournal(log, (entry) => void log.push(JSON.parse(JSON.stringify(entry))));
    const host = {
      invoke: async (call: TaskCall) => work(call.arguments),
      newToken: (path: string) => `token ${path} ${log.length}`,
    };
    const run = { machine: definition, execution: { ...facts, ...again }, journal, host, clock };
    const outcome = await execute(run, new AbortController().signal);
    journal.flush();
    return outcome;
  };
  return {
    log,
    start: go,
    history: () => log.flatMap(({ events }) => events),
    async redrive(work: Work) {
      const redriveCount = ++count;
      log.push(...redrive([...log], { count: redriveCount, now: clock.now() }));
      return go(work, { redriveCount, redriveTime: new Date(clock.now()).toISOString() });
    },
  };
};
