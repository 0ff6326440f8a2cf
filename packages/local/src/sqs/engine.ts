import { AwsError, type Metrics } from '../cloud.ts';
import type { Database } from './database.ts';
import { createMoveTasks } from './move-tasks.ts';
import { attributeNames } from './queue-attributes.ts';
import { createQueues, type Queue, type Queues } from './queues.ts';
import { createReceiver } from './receive.ts';
import { type Clocks, createSender } from './send.ts';
import { createSettler } from './settle.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';

/** The input of any action; the functions below take what is theirs. */
// biome-ignore lint/suspicious/noExplicitAny: a request's fields are checked where they are used
type Input = any;

export interface Engine {
  readonly queues: Queues;
  readonly upkeep: Upkeep;
  call(action: string, input: object): Promise<object>;
  close(): void;
}

/** What SQS knows, and only a deployment does here. */
const UNSUPPORTED = new Set([
  'AddPermission',
  'CreateQueue',
  'DeleteQueue',
  'ListQueueTags',
  'RemovePermission',
  'TagQueue',
  'UntagQueue',
]);

/** Nobody is working on a message when everything has just started: what was received becomes visible at once. */
const RELEASE = `UPDATE messages SET visible_at = 0
  WHERE visible_at > ?1 AND (receives > 0 OR visible_at - sent_at < 1000 OR visible_at > ?1 + 900000)`;

/** SQS's actions on queues that are kept in a database. */
export const createEngine = (
  db: Database,
  { metrics, baseUrl, ...clocks }: Clocks & { readonly metrics: Metrics; readonly baseUrl: string },
): Engine => {
  db.prepare(RELEASE).run(clocks.now());
  const queues = createQueues(db, clocks.wall);
  const sender = createSender(db, clocks);
  const receiver = createReceiver(db, queues, clocks);
  const settler = createSettler(db, clocks);
  const moveTasks = createMoveTasks(db, queues, clocks);
  const upkeep = createUpkeep(db, queues, clocks);
  const purge = db.prepare('DELETE FROM messages WHERE queue = ?');
  const urlOf = ({ name }: Queue) => `${baseUrl}/${name}`;
  const on = ({ QueueUrl }: Input) => queues.of(QueueUrl);
  const count = (name: string, queue: Queue, value: number) => {
    if (value === 0) return;
    metrics.put({ namespace: 'AWS/SQS', name, dimensions: { QueueName: queue.name }, value });
  };

  const actions: Record<string, (input: Input) => object | Promise<object>> = {
    SendMessage: (input) => {
      const queue = on(input);
      const sent = sender.send(queue, input);
      count('NumberOfMessagesSent', queue, 1);
      return sent;
    },
    SendMessageBatch: (input) => {
      const queue = on(input);
      const output = sender.sendBatch(queue, input.Entries);
      count('NumberOfMessagesSent', queue, output.Successful.length);
      return output;
    },
    ReceiveMessage: async (input) => {
      const queue = on(input);
      const Messages = await receiver.receive(queue, input);
      count('NumberOfMessagesReceived', queue, Messages.length);
      return Messages.length === 0 ? {} : { Messages };
    },
    DeleteMessage: (input) => {
      const queue = on(input);
      count('NumberOfMessagesDeleted', queue, settler.delete(queue, input));
      return {};
    },
    DeleteMessageBatch: (input) => {
      const queue = on(input);
      const output = settler.deleteBatch(queue, input.Entries);
      count('NumberOfMessagesDeleted', queue, output.Successful.length);
      return output;
    },
    ChangeMessageVisibility: (input) => {
      settler.changeVisibility(on(input), input);
      return {};
    },
    ChangeMessageVisibilityBatch: (input) => settler.changeVisibilityBatch(on(input), input.Entries),
    PurgeQueue: (input) => {
      const { name } = on(input);
      db.transaction(() => purge.run(name));
      return {};
    },
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: urlOf(queues.named(QueueName)) }),
    GetQueueAttributes: (input) => attributesOf(on(input), upkeep, input.AttributeNames),
    SetQueueAttributes: (input) => {
      queues.change(on(input), input.Attributes ?? {});
      return {};
    },
    ListQueues: ({ QueueNamePrefix = '' }) => ({
      QueueUrls: queues
        .all()
        .filter(({ name }) => name.startsWith(QueueNamePrefix))
        .map(urlOf),
    }),
    ListDeadLetterSourceQueues: (input) => {
      const { arn } = on(input);
      const sources = queues.all().filter(({ redrive }) => redrive?.deadLetterTargetArn === arn);
      return { queueUrls: sources.map(urlOf) };
    },
    StartMessageMoveTask: (input) => moveTasks.start(input),
    ListMessageMoveTasks: (input) => moveTasks.list(input),
    CancelMessageMoveTask: (input) => moveTasks.cancel(input),
  };

  return {
    queues,
    upkeep,
    call: async (action, input) => {
      const perform = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (perform !== undefined) return perform(input);
      if (UNSUPPORTED.has(action)) {
        throw new AwsError(
          'UnsupportedOperation',
          `${action} does not run locally: queues come from the templates.`,
        );
      }
      throw new AwsError('UnknownOperationException', '', 404);
    },
    close: () => {
      receiver.close();
      moveTasks.close();
      db.close();
    },
  };
};

const attributesOf = (queue: Queue, upkeep: Upkeep, names: readonly string[] = []): object => {
  const all = (): Record<string, string> => {
    const { visible, inFlight, delayed } = upkeep.census(queue.name);
    return {
      ...queue.attributes,
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      CreatedTimestamp: String(queue.createdAt),
      LastModifiedTimestamp: String(queue.createdAt),
      SqsManagedSseEnabled: queue.attributes.SqsManagedSseEnabled ?? 'true',
      ...(queue.isFifo && { FifoQueue: 'true' }),
    };
  };
  if (names.length === 0) return {};
  const known = all();
  if (names.includes('All')) return { Attributes: known };
  for (const name of names) {
    if (!attributeNames.has(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  const entries = names.filter((name) => known[name] !== undefined).map((name) => [name, known[name]]);
  return { Attributes: Object.fromEntries(entries) };
};
