import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

/** Handles every message but those that say "bad"; "slow" ones are never finished. */
const consumer = `
export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  console.log('batch of ' + Records.length);
  for (const { body, messageId } of Records) {
    if (body === 'slow') await new Promise((done) => setTimeout(done, 1e9));
    console.log((body === 'bad' ? 'failed ' : 'handled ') + body);
    if (body === 'bad') batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};`;

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const fifo = (name: string) => (name.endsWith('.fifo') ? { FifoQueue: true } : {});

const shop = (
  allow: readonly (readonly [string, unknown])[],
  {
    name = 'work',
    dead = 'dead',
    visibilityTimeout = 60,
    mapping = {},
  }: { name?: string; dead?: string; visibilityTimeout?: number; mapping?: object } = {},
) =>
  packageForTest({
    functions: { consume: consumer },
    resources: {
      DeadQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: dead, ...fifo(dead) } },
      WorkQueue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: name,
          ...fifo(name),
          VisibilityTimeout: visibilityTimeout,
          RedrivePolicy: { deadLetterTargetArn: arnOf('DeadQueue'), maxReceiveCount: 2 },
        },
      },
      ...functionForTest('consume', { allow, Timeout: 30 }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: arnOf('consumeFunction'),
          EventSourceArn: arnOf('WorkQueue'),
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...mapping,
        },
      },
    },
  });

const consume = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map(
  (action) => [action, arnOf('WorkQueue')] as const,
);

const root = { kind: 'root' } as const;
let running: LocalCloud | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const start = async (
  allow = consume,
  dataFolder = mkdtempSync(join(tmpdir(), 'sqs-')),
  options: Parameters<typeof shop>[1] = {},
) => {
  const log = recordingLog();
  const local = await startLocal({ templates: [shop(allow, options)], dataFolder, port: 0, log });
  running = local;
  const call = <T>(action: string, queue: string, input: object = {}) =>
    local.cloud.call<T>(root, 'sqs', action, {
      QueueUrl: `${local.endpoint}/000000000000/${queue}`,
      ...input,
    });
  const count = async (queue: string, of: string) => {
    const { Attributes } = await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', queue, {
      AttributeNames: ['All'],
    });
    return Number(Attributes[of]);
  };
  return { local, log, call, count, dataFolder };
};

test('one failing message of a batch is tried again and ends in the dead-letter queue; the others are handled once', async () => {
  const { log, call, count } = await start(undefined, undefined, { visibilityTimeout: 1 });
  await call('SendMessageBatch', 'work', {
    Entries: ['a', 'bad', 'b'].map((MessageBody, index) => ({ Id: String(index), MessageBody })),
  });

  await eventually(async () => (await count('dead', 'ApproximateNumberOfMessages')) === 1 || undefined);

  const said = (line: string) => log.lines.filter((each) => each === `info shop.consume ${line}`).length;
  expect([said('handled a'), said('handled b'), said('failed bad')]).toEqual([1, 1, 2]);
  expect(await count('work', 'ApproximateNumberOfMessages')).toBe(0);
}, 60_000);

test('a failed message stays hidden until the visibility time-out of its queue is over', async () => {
  const { log, call, count } = await start();
  await call('SendMessage', 'work', { MessageBody: 'bad' });
  await eventually(() => log.lines.includes('info shop.consume failed bad') || undefined);
  // Once this one was handled, the answer about the one before it has long been dealt with.
  await call('SendMessage', 'work', { MessageBody: 'a' });
  await eventually(() => log.lines.includes('info shop.consume handled a') || undefined);
  await eventually(
    async () => (await count('work', 'ApproximateNumberOfMessagesNotVisible')) === 1 || undefined,
  );
  expect(await count('work', 'ApproximateNumberOfMessages')).toBe(0);
  expect(log.lines.filter((line) => line === 'info shop.consume failed bad')).toHaveLength(1);
});

test('a window gathers a batch larger than a receive, and what no filter lets through is deleted unseen', async () => {
  const { log, call, count } = await start(undefined, undefined, {
    mapping: {
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: [{ prefix: 'm' }] }) }] },
    },
  });
  for (const letter of ['m', 'n']) {
    await call('SendMessageBatch', 'work', {
      Entries: Array.from({ length: 10 }, (_, index) => ({
        Id: String(index),
        MessageBody: `${letter}${index}`,
      })),
    });
    await call('SendMessage', 'work', { MessageBody: `${letter}-last` });
  }
  await eventually(() => log.lines.includes('info shop.consume batch of 11') || undefined);
  await eventually(
    async () => (await count('work', 'ApproximateNumberOfMessagesNotVisible')) === 0 || undefined,
  );
  expect(log.lines.filter((line) => line.includes('batch of'))).toHaveLength(1);
  expect(log.lines.filter((line) => line.includes('handled n'))).toEqual([]);
}, 60_000);

test('never more batches at once than the mapping allows, and as many as that', async () => {
  const { log, call, count } = await start(undefined, undefined, {
    mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
  });
  await call('SendMessageBatch', 'work', {
    Entries: Array.from({ length: 5 }, (_, index) => ({ Id: String(index), MessageBody: 'slow' })),
  });
  await eventually(
    async () => (await count('work', 'ApproximateNumberOfMessagesNotVisible')) === 2 || undefined,
  );
  await eventually(() => log.lines.filter((line) => line.includes('batch of 1')).length === 2 || undefined);
  expect(await count('work', 'ApproximateNumberOfMessages')).toBe(3);
}, 60_000);

test('a failed message of a FIFO queue holds up its group, and no other', async () => {
  const { log, call } = await start(undefined, undefined, {
    name: 'work.fifo',
    dead: 'dead.fifo',
    // Long enough for a busy machine: a message that is received a third time ends among the dead, handled or not.
    visibilityTimeout: 4,
    mapping: { BatchSize: 2 },
  });
  const send = (MessageBody: string, MessageGroupId: string) =>
    call('SendMessage', 'work.fifo', {
      MessageBody,
      MessageGroupId,
      MessageDeduplicationId: `${MessageGroupId}-${MessageBody}`,
    });
  await send('bad', 'a');
  await eventually(() => log.lines.includes('info shop.consume failed bad') || undefined);
  await send('after', 'a');
  await send('other', 'b');
  await eventually(() => log.lines.includes('info shop.consume handled after') || undefined);

  const said = log.lines.filter((line) => /failed|handled/.test(line)).map((line) => line.split(' ').at(-1));
  // Twice failed and given up, before the next one of its group.
  expect(said.filter((body) => body !== 'other')).toEqual(['bad', 'bad', 'after']);
  expect(said).toContain('other');
}, 60_000);

test('a mapping that Lambda would refuse stops the start, and says why', async () => {
  await expect(start(undefined, undefined, { mapping: { BatchSize: 100 } })).rejects.toThrow(
    'The event source Mapping of shop: MaximumBatchingWindowInSeconds has to be at least 1 where BatchSize is above 10',
  );
});

test('a message may hold any character but controls', async () => {
  const { log, call } = await start();
  await call('SendMessage', 'work', { MessageBody: 'a 🛒 and a 𠮷' });

  await eventually(() => log.lines.find((line) => line === 'info shop.consume handled a 🛒 and a 𠮷'));
  await expect(call('SendMessage', 'work', { MessageBody: '\u0000' })).rejects.toMatchObject({
    code: 'InvalidMessageContents',
  });
});

test('a message that was being worked on is delivered again after a restart', async () => {
  const first = await start();
  await first.call('SendMessage', 'work', { MessageBody: 'slow' });
  await eventually(
    async () => (await first.count('work', 'ApproximateNumberOfMessagesNotVisible')) === 1 || undefined,
  );
  await first.local.stop();

  const second = await start([], first.dataFolder);
  expect(await second.count('work', 'ApproximateNumberOfMessages')).toBe(1);
});

test('a function whose role may not consume gets nothing, and the missing link is printed', async () => {
  const { log, call, count } = await start([]);
  await call('SendMessage', 'work', { MessageBody: 'a' });
  await eventually(() =>
    log.lines.find((line) => line.includes('add "WorkQueue: [consume]" under link of consume')),
  );
  expect(await count('work', 'ApproximateNumberOfMessages')).toBe(1);
});
