import { randomUUID } from 'node:crypto';
import { AwsError } from '../cloud.ts';
import type { Database } from './database.ts';
import { invalidParameter } from './errors.ts';
import { type Queue, type Queues, wake } from './queues.ts';
import type { Clocks } from './send.ts';

interface StartInput {
  readonly SourceArn: string;
  /** Default: each message's own source queue. */
  readonly DestinationArn?: string;
  /** 1 to 500; default: as fast as possible. */
  readonly MaxNumberOfMessagesPerSecond?: number;
}

interface Task extends StartInput {
  readonly TaskHandle: string;
  Status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  ApproximateNumberOfMessagesMoved: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  readonly StartedTimestamp: number;
  FailureReason?: string;
}

export interface MoveTasks {
  start(input: StartInput): { readonly TaskHandle: string };
  list(input: { readonly SourceArn: string; readonly MaxResults?: number }): {
    readonly Results: readonly object[];
  };
  cancel(input: { readonly TaskHandle: string }): { readonly ApproximateNumberOfMessagesMoved: number };
  close(): void;
}

/** SQS's own limit of a task's pace. */
const MAX_PER_SECOND = 500;

/** Moves what lies in a dead-letter queue back to where it came from, or elsewhere: each message anew, with an id of its own. */
export const createMoveTasks = (db: Database, queues: Queues, { now, wall }: Clocks): MoveTasks => {
  const visible = db.prepare(
    'SELECT position, came_from FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY position LIMIT ?',
  );
  const count = db.prepare('SELECT count(*) AS count FROM messages WHERE queue = ? AND visible_at <= ?');
  const copy = db.prepare(
    `INSERT INTO messages (queue, id, body, body_md5, attributes, trace, sent_at, visible_at, group_id, deduplication_id, sequence_number)
     SELECT ?, ?, body, body_md5, attributes, trace, ?, ?, group_id, deduplication_id, sequence_number FROM messages WHERE position = ?`,
  );
  const remove = db.prepare('DELETE FROM messages WHERE position = ?');
  const tasks: Task[] = [];
  let closed = false;

  const moveSome = (source: Queue, task: Task): number => {
    const limit = task.MaxNumberOfMessagesPerSecond ?? MAX_PER_SECOND;
    const rows = visible.all(source.name, now(), limit) as { position: number; came_from: string | null }[];
    const targets = new Set<Queue>();
    db.transaction(() => {
      for (const { position, came_from } of rows) {
        const target = queues.byArn(task.DestinationArn ?? came_from ?? '');
        if (target === undefined)
          throw new AwsError('CouldNotDetermineMessageSource', 'CouldNotDetermineMessageSource');
        copy.run(target.name, randomUUID(), wall(), now(), position);
        remove.run(position);
        targets.add(target);
      }
    });
    for (const target of targets) wake(target);
    return rows.length;
  };

  const run = (source: Queue, task: Task): void => {
    if (closed) return;
    if (task.Status === 'CANCELLING') task.Status = 'CANCELLED';
    if (task.Status !== 'RUNNING') return;
    try {
      const moved = moveSome(source, task);
      task.ApproximateNumberOfMessagesMoved += moved;
      if (moved === 0) task.Status = 'COMPLETED';
    } catch (error) {
      task.Status = 'FAILED';
      task.FailureReason = (error as Error).message;
    }
    const pause = task.MaxNumberOfMessagesPerSecond === undefined ? 0 : 1000;
    if (task.Status === 'RUNNING') setTimeout(run, pause, source, task);
  };

  const deadLetterQueue = (arn: string): Queue => {
    const queue = queues.byArn(arn);
    if (queue === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
      );
    }
    if (!queues.all().some(({ redrive }) => redrive?.deadLetterTargetArn === arn)) {
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    }
    return queue;
  };

  return {
    start: (input) => {
      const source = deadLetterQueue(input.SourceArn);
      const { DestinationArn, MaxNumberOfMessagesPerSecond: pace = 1 } = input;
      if (DestinationArn !== undefined && queues.byArn(DestinationArn) === undefined) {
        throw new AwsError(
          'ResourceNotFoundException',
          "The resource that you specified for the DestinationArn parameter doesn't exist.",
          404,
        );
      }
      if (!Number.isInteger(pace) || pace < 1 || pace > MAX_PER_SECOND) {
        throw invalidParameter(
          `Value ${pace} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and ${MAX_PER_SECOND}, if provided.`,
        );
      }
      if (tasks.some(({ SourceArn, Status }) => SourceArn === source.arn && Status === 'RUNNING')) {
        throw invalidParameter(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const TaskHandle = Buffer.from(
        JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn }),
      ).toString('base64');
      const task: Task = {
        ...input,
        TaskHandle,
        Status: 'RUNNING',
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: (count.get(source.name, now()) as { count: number }).count,
        StartedTimestamp: wall(),
      };
      tasks.unshift(task);
      setImmediate(run, source, task);
      return { TaskHandle };
    },
    list: ({ SourceArn, MaxResults = 1 }) => {
      deadLetterQueue(SourceArn);
      const found = tasks.filter((task) => task.SourceArn === SourceArn).slice(0, MaxResults);
      // Only a running task can be cancelled, so only its handle is told.
      return {
        Results: found.map(({ TaskHandle, ...task }) =>
          task.Status === 'RUNNING' ? { TaskHandle, ...task } : task,
        ),
      };
    },
    cancel: ({ TaskHandle }) => {
      const task = tasks.find((each) => each.TaskHandle === TaskHandle);
      if (task === undefined) throw new AwsError('ResourceNotFoundException', 'Task does not exist.', 404);
      if (task.Status !== 'RUNNING') {
        throw invalidParameter('Only active tasks can be cancelled.');
      }
      task.Status = 'CANCELLING';
      return { ApproximateNumberOfMessagesMoved: task.ApproximateNumberOfMessagesMoved };
    },
    close: () => {
      closed = true;
    },
  };
};
