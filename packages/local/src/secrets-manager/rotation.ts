import { randomUUID } from 'node:crypto';
import { AwsError, type Cloud } from '../cloud.ts';
import type { Input } from './input.ts';
import { CURRENT, type Rotation, type Run, type SecretRecord, versionWith } from './record.ts';
import { begin, dueAt, finished, openVersion, retried, withRun } from './runs.ts';
import type { Secrets } from './secrets.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
/** Longer timers would not notice that the clock was set. */
const LONGEST_WAIT_MS = 60_000;

export interface Rotations {
  /** Begins a rotation. Where one has not come to its end, it is tried again, and the new one refused. */
  rotate(record: SecretRecord, input: Input): SecretRecord;
  /** Looks which secrets are due. */
  wake(): void;
  stop(): void;
}

/** Rotates secrets by their functions: step by step, each kept before the next, so that a crash repeats one step at most. */
export const createRotations = (
  cloud: Pick<Cloud, 'call' | 'log'>,
  secrets: Secrets,
  now: () => number,
): Rotations => {
  const busy = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const wake = () => {
    if (stopped) return;
    clearTimeout(timer);
    let wait = LONGEST_WAIT_MS;
    for (const record of secrets.list()) {
      const due = dueAt(record);
      if (due === undefined || busy.has(record.arn)) continue;
      if (due <= now()) void work(record.arn);
      else wait = Math.min(wait, due - now());
    }
    timer = setTimeout(wake, wait).unref();
  };

  const work = async (arn: string): Promise<void> => {
    busy.add(arn);
    try {
      await secrets.change(arn, async (record) => {
        if (record.rotation?.run !== undefined) return;
        secrets.save(begin(record, openVersion(record) ?? randomUUID(), now()));
      });
      await step(secrets.find(arn));
    } catch (error) {
      // A store that is closed while a step was under way: the next start repeats the step.
      if (!stopped) cloud.log.error('secretsmanager', `${arn}: ${error}`);
    }
    busy.delete(arn);
    wake();
  };

  const step = async ({ arn, name, rotation }: SecretRecord): Promise<void> => {
    const { run, lambdaArn } = rotation as Rotation & { run: Run };
    const Step = run.testOnly ? 'testSecret' : STEPS[run.step];
    const failure = await invoke(arn, lambdaArn, { Step, SecretId: arn, ClientRequestToken: run.token });
    if (stopped) return;
    await secrets.change(arn, async (latest) => {
      // Cancelled, or replaced by another one, while the function worked.
      if (latest.rotation?.run?.token !== run.token) return;
      const isLast = run.testOnly || run.step === STEPS.length - 1;
      const unfinished = isLast && !run.testOnly && versionWith(latest, CURRENT) !== run.token;
      const why =
        failure ?? (unfinished ? 'the new version is not AWSCURRENT after finishSecret' : undefined);
      if (why !== undefined) {
        cloud.log.error('secretsmanager', `the rotation of ${name} failed at ${Step}: ${why}`);
        secrets.save(retried(latest, run, now()));
      } else if (isLast) secrets.save(finished(latest, run, now()));
      else secrets.save(withRun(latest, { ...run, step: run.step + 1 }));
    });
  };

  /** What went wrong, or nothing. */
  const invoke = async (
    sourceArn: string,
    FunctionName: string,
    event: object,
  ): Promise<string | undefined> => {
    try {
      const caller = { kind: 'service', principal: 'secretsmanager.amazonaws.com', sourceArn } as const;
      const input = { FunctionName, Payload: JSON.stringify(event) };
      const answer = await cloud.call<{ FunctionError?: string; Payload?: string }>(
        caller,
        'lambda',
        'Invoke',
        input,
      );
      return answer.FunctionError === undefined ? undefined : answer.Payload;
    } catch (error) {
      return (error as Error).message;
    }
  };

  return {
    rotate: (record, input) => {
      const pending = openVersion(record);
      const { RotateImmediately = true, ClientRequestToken } = input;
      if (pending !== undefined && pending !== ClientRequestToken) {
        if (record.rotation?.run === undefined) secrets.save(begin(record, pending, now()));
        wake();
        const message = "A previous rotation isn't complete. That rotation will be reattempted.";
        throw new AwsError('InvalidRequestException', message);
      }
      const token = ClientRequestToken ?? randomUUID();
      if (record.rotation?.run !== undefined || record.versions[token] !== undefined) return record;
      return begin(record, token, now(), !RotateImmediately);
    },
    wake,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
