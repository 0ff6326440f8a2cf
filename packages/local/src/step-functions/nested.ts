import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StateError } from './asl/errors.ts';
import type { TaskCall } from './asl/run.ts';
import { describedOnSfn } from './sfn.ts';
import { asText, type Call, camel, type Fields, mapKeys, withMetadata } from './shapes.ts';

/** What is known here of the executions that an execution starts. */
export interface Nested {
  /** Resolves once an execution is no longer under way. */
  ended(executionArn: string): Promise<void>;
  /** Whether all are put down, to be resumed: then none is stopped. */
  isSuspended(): boolean;
}

/** Which attempt of a task starts an execution. Not a name that JSON could have: nobody else can say that. */
export const STARTED_BY: unique symbol = Symbol('started by');

/** An execution that was redriven as soon as it ended, or whose end could not be written, is looked at again; ms. */
const LOOK_AGAIN = 1_000;

/** A name as AWS would make it up, but the same for the same attempt. */
const nameFor = (attempt: string): string => {
  const hash = createHash('sha256').update(attempt).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
};

/** The executions that the tasks of one execution start. */
export const createNested = (call: Call, { parent, nested }: { parent: string; nested: Nested }) => {
  /** Those that are waited for, by attempt. */
  const waitedFor = new Map<string, string>();

  const outcome = async (executionArn: string, mode: string): Promise<unknown> => {
    for (;;) {
      await nested.ended(executionArn);
      const execution = await call('states', 'DescribeExecution', { executionArn });
      const described = describedOnSfn(execution);
      if (execution.status === 'SUCCEEDED') {
        const Output = mode === 'sync:2' ? JSON.parse(String(execution.output)) : execution.output;
        return { ...described, Output };
      }
      if (execution.status !== 'RUNNING')
        throw new StateError('States.TaskFailed', JSON.stringify(described));
      await delay(LOOK_AGAIN, undefined, { ref: false });
    }
  };

  return {
    async start({ arguments: given, attempt, submitted }: TaskCall, mode: string): Promise<unknown> {
      const startedBy = `${parent} ${attempt}`;
      const { Name = nameFor(startedBy), Input = {}, ...input } = given as Fields;
      const started = await call<{ executionArn: string; startDate: number }>('states', 'StartExecution', {
        ...mapKeys({ ...input, Name, Input: asText(Input) }, camel),
        [STARTED_BY]: startedBy,
      });
      const { executionArn, startDate } = started;
      const answer = withMetadata({ ExecutionArn: executionArn, StartDate: startDate * 1000 });
      if (!mode.startsWith('sync')) return answer;
      waitedFor.set(attempt, executionArn);
      submitted(answer);
      try {
        return await outcome(executionArn, mode);
      } finally {
        waitedFor.delete(attempt);
      }
    },
    /** Stops the execution that an attempt waited for, if there is one. */
    cancel(attempt: string): void {
      const executionArn = waitedFor.get(attempt);
      if (executionArn === undefined || nested.isSuspended()) return;
      waitedFor.delete(attempt);
      // Where the role may not do that, AWS lets it run on, too.
      call('states', 'StopExecution', { executionArn }).catch(() => {});
    },
  };
};
