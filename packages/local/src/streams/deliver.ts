import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { reportedFailures } from '../batch-failures.ts';
import { AwsError, type Cloud, type Invocation } from '../cloud.ts';
import { createGiveUp, type Failure, type GiveUpOptions } from './give-up.ts';
import type { StreamMapping } from './mapping.ts';
import type { Entry } from './progress.ts';
import type { StreamRecord } from './reader.ts';

interface DeliveryOptions extends GiveUpOptions {
  /** A clock that never jumps. */
  readonly now: () => number;
  /** These entries are dealt with. */
  finish(entries: readonly Entry[]): void;
}

/** Between two attempts: 100 ms, doubling to 10 s. */
const backoff = (attempt: number): number => Math.min(100 * 2 ** (attempt - 1), 10_000);

/** Gives what has the function handle a batch in order: splits, retries and gives up as the mapping says. It returns early when the signal aborts. */
export const createDelivery = (
  cloud: Cloud,
  options: DeliveryOptions,
): ((batch: readonly Entry[]) => Promise<void>) => {
  const { mapping, functionName, signal, now, finish } = options;
  const { MaximumRetryAttempts: retries = -1, MaximumRecordAgeInSeconds: maxAge = -1 } = mapping;
  const giveUp = createGiveUp(cloud, options);
  const toEvent = createToEvent(cloud.region, mapping.EventSourceArn);

  const invoke = async (batch: readonly Entry[]): Promise<Invocation | 'not invoked'> => {
    measureAge(batch);
    try {
      return await cloud.invoke(mapping.FunctionName, {
        Records: batch.map(({ record }) => toEvent(record)),
      });
    } catch (error) {
      const isThrottled = error instanceof AwsError && error.code === 'TooManyRequestsException';
      if (!isThrottled && !signal.aborted) cloud.log.error(functionName, `could not be invoked: ${error}`);
      return 'not invoked';
    }
  };

  const measureAge = (batch: readonly Entry[]): void => {
    const writtenAt = batch.at(-1)?.writtenAt ?? now();
    cloud.metrics.put({
      namespace: 'AWS/Lambda',
      name: 'IteratorAge',
      dimensions: { FunctionName: functionName },
      value: Math.max(0, now() - writtenAt),
      unit: 'Milliseconds',
    });
  };

  const drop = async (batch: readonly Entry[], failure: Failure): Promise<void> => {
    await giveUp(batch, failure);
    if (!signal.aborted) finish(batch);
  };

  /** Drops the records at the front that are too old. */
  const young = async (batch: readonly Entry[], invocations: number): Promise<readonly Entry[]> => {
    if (maxAge < 0) return batch;
    const limit = now() - maxAge * 1000;
    const firstYoung = batch.findIndex(({ writtenAt }) => writtenAt >= limit);
    const old = firstYoung === -1 ? batch : batch.slice(0, firstYoung);
    if (old.length > 0) await drop(old, { condition: 'RecordAgeExceeded', invocations });
    return batch.slice(old.length);
  };

  const deliver = async (batch: readonly Entry[]): Promise<void> => {
    let left = batch;
    // Attempts are counted against the mapping's limit; pauses get longer with each attempt or throttled invocation.
    for (let [attempts, pauses] = [0, 0]; !signal.aborted; ) {
      left = await young(left, attempts);
      if (left.length === 0) return;
      const outcome = await invoke(left);
      if (signal.aborted) return;
      // A throttled invocation, or one that failed before it reached the function, is no attempt.
      if (outcome !== 'not invoked') {
        const handled = countHandled(mapping, outcome, left);
        if (handled > 0) {
          finish(left.slice(0, handled));
          left = left.slice(handled);
          [attempts, pauses] = [0, 0];
        } else if (mapping.BisectBatchOnFunctionError === true && left.length > 1) {
          // A split does not count as an attempt; so one bad record is found without its neighbours being given up.
          const middle = Math.ceil(left.length / 2);
          await deliver(left.slice(0, middle));
          await deliver(left.slice(middle));
          return;
        }
        attempts += 1;
        if (left.length === 0) return;
        if (retries >= 0 && attempts > retries) {
          return drop(left, { condition: 'RetryAttemptsExhausted', invocations: attempts });
        }
      }
      pauses += 1;
      await delay(backoff(pauses), undefined, { signal }).catch(() => {});
    }
  };
  return deliver;
};

/** How many records, from the first on, were handled: all before the earliest that failed. */
const countHandled = (
  { FunctionResponseTypes }: StreamMapping,
  outcome: Invocation,
  batch: readonly Entry[],
): number => {
  if (outcome.functionError !== undefined) return 0;
  if (!FunctionResponseTypes?.includes('ReportBatchItemFailures')) return batch.length;
  const positions = new Map(batch.map(({ record }, index) => [record.dynamodb.SequenceNumber, index]));
  const failures = reportedFailures(outcome, (sequenceNumber) => positions.has(sequenceNumber));
  if (failures === 'all') return 0;
  return Math.min(batch.length, ...failures.map((sequenceNumber) => positions.get(sequenceNumber) ?? 0));
};

/** A record as Lambda gives it to a function; the engine names neither region nor stream, and numbers its events table by table. */
const createToEvent = (awsRegion: string, eventSourceARN: string) => (record: StreamRecord) => ({
  ...record,
  eventID: hash('md5', `${eventSourceARN} ${record.dynamodb.SequenceNumber}`),
  awsRegion,
  eventSourceARN,
});
