import { AwsError } from '../cloud.ts';
import type { Database } from './database.ts';
import { invalidParameter, missingParameter, queueDoesNotExist } from './errors.ts';
import {
  allowsRedriveFrom,
  checkQueueAttributes,
  DEFAULTS,
  type QueueAttributes,
  type RedrivePolicy,
  redrivePolicyOf,
} from './queue-attributes.ts';

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly isFifo: boolean;
  readonly createdAt: number;
  attributes: QueueAttributes;
  redrive: RedrivePolicy | undefined;
  /** Receivers that wait for a message; each is called when there may be one. */
  readonly waiting: Set<() => void>;
}

export interface Queues {
  /** Adds the queue of a template. */
  add(arn: string, attributes: QueueAttributes): void;
  /** Throws where the call names no queue, or one that isn't there. */
  of(queueUrl: string | undefined): Queue;
  named(name: string | undefined): Queue;
  byArn(arn: string): Queue | undefined;
  all(): readonly Queue[];
  change(queue: Queue, attributes: QueueAttributes): void;
  /** Throws where a redrive policy names a queue that isn't there, doesn't fit, or doesn't want to be used. */
  checkRedrive(queue: Queue): void;
}

/** The queues by name. Their attributes are the templates', so only when a queue first existed is kept on disk. */
export const createQueues = (db: Database, now: () => number): Queues => {
  const byName = new Map<string, Queue>();
  const create = db.prepare('INSERT OR IGNORE INTO queues (name, created_at) VALUES (?, ?)');
  const created = db.prepare('SELECT created_at FROM queues WHERE name = ?');
  const byArn = (arn: string) => byName.get(arn.slice(arn.lastIndexOf(':') + 1));

  const checkRedrive = (queue: Queue): void => {
    if (queue.redrive === undefined) return;
    const invalid = (reason: string) =>
      invalidParameter(
        `Value ${queue.attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
      );
    const target = byArn(queue.redrive.deadLetterTargetArn);
    if (target === undefined) throw invalid('Dead letter target does not exist.');
    if (target.isFifo !== queue.isFifo)
      throw invalid('Dead-letter queue must be same type of queue as the source.');
    if (!allowsRedriveFrom(target.attributes, queue.arn)) {
      throw invalid(`The dead-letter queue ${target.arn} does not permit ${queue.arn} to use it.`);
    }
  };

  const named = (name: string | undefined): Queue => {
    const queue = byName.get(name ?? '');
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  };

  return {
    add: (arn, attributes) => {
      checkQueueAttributes(attributes);
      const name = arn.slice(arn.lastIndexOf(':') + 1);
      create.run(name, Math.floor(now() / 1000));
      byName.set(name, {
        name,
        arn,
        isFifo: name.endsWith('.fifo'),
        createdAt: (created.get(name) as { created_at: number }).created_at,
        attributes: { ...DEFAULTS, ...attributes },
        redrive: redrivePolicyOf(attributes),
        waiting: new Set(),
      });
    },
    of: (queueUrl) => {
      if (!queueUrl) throw missingParameter('QueueUrl');
      return named(queueUrl.slice(queueUrl.lastIndexOf('/') + 1));
    },
    named,
    byArn,
    all: () => [...byName.values()],
    change: (queue, attributes) => {
      if (attributes.FifoQueue !== undefined) {
        throw new AwsError('InvalidAttributeName', 'Unknown Attribute FifoQueue.');
      }
      checkQueueAttributes(attributes);
      const changed = { ...queue.attributes, ...attributes };
      const probe = { ...queue, attributes: changed, redrive: redrivePolicyOf(changed) };
      checkRedrive(probe);
      queue.attributes = changed;
      queue.redrive = probe.redrive;
    },
    checkRedrive,
  };
};

/** Lets everybody who waits for a message look again. */
export const wake = (queue: Queue): void => {
  for (const look of [...queue.waiting]) look();
};
