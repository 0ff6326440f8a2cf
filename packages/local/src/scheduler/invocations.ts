import { AwsError, type Caller, type Cloud, type Store, type Write } from '../cloud.ts';
import { messageOf, sendDeadLetter } from '../event-bridge/dead-letters.ts';
import { createRetrying, type Retrying } from '../event-bridge/retrying.ts';
import { requestFor, type Target } from './targets.ts';

/** One invocation of a schedule's target. */
export interface Invocation {
  readonly scheduleArn: string;
  readonly group: string;
  readonly name: string;
  /** Tells the schedule from one that replaced it. */
  readonly modifiedAt: number;
  readonly target: Target;
  /** When it was due; ms since 1970. */
  readonly scheduledAt: number;
  readonly executionId: string;
}

interface Options {
  readonly cloud: Cloud;
  readonly store: Store;
  /** What is to be written once an invocation has come to its end. */
  finished(invocation: Invocation): readonly Write[];
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

/** What a target gets that is given no input. */
const defaultInput = (cloud: Cloud, { scheduleArn, scheduledAt, executionId }: Invocation): string =>
  JSON.stringify({
    version: '0',
    id: executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: cloud.accountId,
    time: timeOf(scheduledAt),
    region: cloud.region,
    resources: [scheduleArn],
    detail: '{}',
  });

const inputOf = (cloud: Cloud, invocation: Invocation, retries: number): string => {
  const { target, scheduleArn, scheduledAt, executionId } = invocation;
  if (target.Input === undefined) return defaultInput(cloud, invocation);
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': scheduleArn,
    'scheduled-time': timeOf(scheduledAt),
    'execution-id': executionId,
    'attempt-number': String(retries + 1),
  };
  return target.Input.replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (found, name: string) => attributes[name] ?? found,
  );
};

/** Invokes targets as their roles, again and again where it fails, and counts what happens. */
export const createInvocations = ({ cloud, store, finished }: Options): Retrying<Invocation> => {
  const count = ({ group }: Invocation, name: string) =>
    cloud.metrics.put({
      namespace: 'AWS/Scheduler',
      name,
      dimensions: { ScheduleGroup: group },
      value: 1,
    });
  const callerOf = ({ target, name }: Invocation): Caller => ({
    kind: 'role',
    roleArn: target.RoleArn,
    name,
  });

  const attempt = async (invocation: Invocation, retries: number): Promise<void> => {
    count(invocation, 'InvocationAttemptCount');
    try {
      const { prefix, action, input } = requestFor(
        invocation.target,
        inputOf(cloud, invocation, retries),
        cloud,
      );
      const output = await cloud.call(callerOf(invocation), prefix, action, input);
      const [entry] =
        (output as { Entries?: { ErrorCode?: string; ErrorMessage?: string }[] })?.Entries ?? [];
      if (entry?.ErrorCode !== undefined) throw new AwsError(entry.ErrorCode, entry.ErrorMessage ?? '');
    } catch (error) {
      count(invocation, 'TargetErrorCount');
      throw error;
    }
  };

  return createRetrying<Invocation>({
    store,
    prefix: 'invocation/',
    log: cloud.log,
    attempt,
    policyOf: ({ target }) => target.RetryPolicy ?? {},
    finished,
    giveUp: async (invocation, { error, exhausted, retries }) => {
      const { target, name, scheduleArn, scheduledAt, executionId } = invocation;
      count(invocation, 'InvocationDroppedCount');
      cloud.log.error('scheduler', `${name} could not invoke ${target.Arn}: ${messageOf(error)}`);
      const dead = target.DeadLetterConfig?.Arn;
      if (dead === undefined) return;
      const attributes = {
        ERROR_CODE: error instanceof AwsError ? error.code : 'SDK_CLIENT_ERROR',
        ERROR_MESSAGE: messageOf(error),
        EXECUTION_ID: executionId,
        EXHAUSTED_RETRY_CONDITION: exhausted,
        IS_PAYLOAD_TRUNCATED: 'false',
        RETRY_ATTEMPTS: String(retries),
        SCHEDULED_TIME: timeOf(scheduledAt),
        SCHEDULE_ARN: scheduleArn,
        TARGET_ARN: target.Arn,
      };
      try {
        const { input } = requestFor(target, inputOf(cloud, invocation, retries), cloud);
        await sendDeadLetter(cloud, callerOf(invocation), dead, JSON.stringify(input), attributes);
        count(invocation, 'InvocationsSentToDeadLetterCount');
      } catch (reason) {
        count(invocation, 'InvocationsFailedToBeSentToDeadLetterCount');
        cloud.log.error(
          'scheduler',
          `${name}: an invocation is lost, its dead-letter queue refused it: ${messageOf(reason)}`,
        );
      }
    },
  });
};
