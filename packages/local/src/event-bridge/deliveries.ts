import { randomUUID } from 'node:crypto';
import { AwsError, type Cloud, type Store } from '../cloud.ts';
import type { Envelope } from './events.ts';
import type { Rule, Target } from './rules.ts';
import { queueUrlOf, send } from './targets.ts';

/** One event on its way to one target. Times in milliseconds since 1970. */
interface Delivery {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly event: Envelope;
  readonly acceptedAt: number;
  readonly retries: number;
  readonly dueAt: number;
}

export interface Deliveries {
  /** Makes a delivery durable, then sets it going. */
  add(rule: Rule, target: Target, event: Envelope): void;
  /** What was under way when the store was last closed: the returned function goes on with it. */
  interrupted(): () => void;
  stop(): void;
}

/** AWS's defaults: 185 retries within 24 hours. */
const MAX_RETRIES = 185;
const MAX_AGE = 86_400;
/** The first retry comes after this, each further one after twice as long, up to the longest; ms. */
const FIRST_BACKOFF = 100;
const LONGEST_BACKOFF = 60_000;

/** Errors that trying again cannot mend: they go to the dead-letter queue at once. */
const FINAL =
  /AccessDenied|NotAuthorized|NonExistentQueue|QueueDoesNotExist|ResourceNotFound|DoesNotExist|Validation|Invalid/;

const backoff = (retries: number): number =>
  Math.min(FIRST_BACKOFF * 2 ** retries, LONGEST_BACKOFF) * (0.5 + Math.random() / 2);

const codeOf = (error: unknown): string => (error instanceof AwsError ? error.code : 'SDK_CLIENT_ERROR');

/** Why a failed delivery is given up, in AWS's words; `undefined` where it is tried again. */
const exhausted = ({ acceptedAt, retries }: Delivery, { RetryPolicy = {} }: Target, error: unknown) => {
  const { MaximumRetryAttempts = MAX_RETRIES, MaximumEventAgeInSeconds = MAX_AGE } = RetryPolicy;
  if (error instanceof AwsError && FINAL.test(error.code)) return 'NoRetries';
  if (retries >= MaximumRetryAttempts) return 'MaximumRetryAttempts';
  return Date.now() - acceptedAt > MaximumEventAgeInSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
};

const textAttributes = (values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );

export const createDeliveries = (cloud: Cloud, store: Store, rules: readonly Rule[]): Deliveries => {
  const byArn = new Map(rules.map((rule) => [rule.arn, rule]));
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const giveUp = async (
    delivery: Delivery,
    rule: Rule,
    target: Target,
    error: unknown,
    condition: string,
  ) => {
    const message = error instanceof Error ? error.message : String(error);
    cloud.log.error(
      'events',
      `${rule.name} could not deliver ${delivery.event.id} to ${target.Arn}: ${message}`,
    );
    const dead = target.DeadLetterConfig?.Arn;
    if (dead === undefined) return;
    const caller = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: rule.arn } as const;
    await cloud.call(caller, 'sqs', 'SendMessage', {
      QueueUrl: queueUrlOf(cloud, dead),
      MessageBody: JSON.stringify(delivery.event),
      MessageAttributes: textAttributes({
        RULE_ARN: rule.arn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: codeOf(error),
        ERROR_MESSAGE: message || codeOf(error),
        EXHAUSTED_RETRY_CONDITION: condition,
        RETRY_ATTEMPTS: String(delivery.retries),
      }),
    });
  };

  const failed = async (key: string, delivery: Delivery, rule: Rule, target: Target, error: unknown) => {
    const condition = exhausted(delivery, target, error);
    if (condition === undefined) {
      const retries = delivery.retries + 1;
      const next = { ...delivery, retries, dueAt: Date.now() + backoff(delivery.retries) };
      store.put(key, next);
      return schedule(key, next);
    }
    await giveUp(delivery, rule, target, error, condition).catch((reason) =>
      cloud.log.error('events', `${delivery.event.id} is lost, its dead-letter queue refused it: ${reason}`),
    );
    if (!stopped) store.delete(key);
  };

  const attempt = async (key: string, delivery: Delivery): Promise<void> => {
    const rule = byArn.get(delivery.ruleArn);
    const target = rule?.targets.find(({ Id }) => Id === delivery.targetId);
    // The template no longer has the rule: nobody waits for the event any more.
    if (!rule || !target) return store.delete(key);
    try {
      await send(cloud, rule, target, delivery.event);
      if (!stopped) store.delete(key);
    } catch (error) {
      if (!stopped) await failed(key, delivery, rule, target, error);
    }
  };

  const schedule = (key: string, delivery: Delivery): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        attempt(key, delivery).catch((error) => cloud.log.error('events', String(error)));
      },
      Math.max(0, delivery.dueAt - Date.now()),
    );
    timers.add(timer);
  };

  return {
    add({ arn }, { Id }, event) {
      const now = Date.now();
      const delivery = { ruleArn: arn, targetId: Id, event, acceptedAt: now, retries: 0, dueAt: now };
      const key = `pending/${now}-${randomUUID()}`;
      store.put(key, delivery);
      // Not within the caller's turn: the answer to PutEvents does not wait for a target.
      setImmediate(() => {
        if (!stopped) attempt(key, delivery).catch((error) => cloud.log.error('events', String(error)));
      });
    },
    interrupted() {
      const pending = store.list<Delivery>('pending/');
      return () => {
        for (const { key, value } of pending) schedule(key, value);
      };
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
