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
  for (const { body, messageId } of Records) {
    if (body === 'slow') await new Promise((done) => setTimeout(done, 1e9));
    console.log((body === 'bad' ? 'failed ' : 'handled ') + body);
    if (body === 'bad') batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};`;

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const shop = (allow: readonly (readonly [string, unknown])[]) =>
  packageForTest({
    functions: { consume: consumer },
    resources: {
      DeadQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      WorkQueue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'work',
          VisibilityTimeout: 60,
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

const start = async (allow = consume, dataFolder = mkdtempSync(join(tmpdir(), 'sqs-'))) => {
  const log = recordingLog();
  const local = await startLocal({ templates: [shop(allow)], dataFolder, port: 0, log });
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
  const { log, call, count } = await start();
  await call('SendMessageBatch', 'work', {
    Entries: ['a', 'bad', 'b'].map((MessageBody, index) => ({ Id: String(index), MessageBody })),
  });

  await eventually(async () => (await count('dead', 'ApproximateNumberOfMessages')) === 1 || undefined);

  const said = (line: string) => log.lines.filter((each) => each === `info shop.consume ${line}`).length;
  expect([said('handled a'), said('handled b'), said('failed bad')]).toEqual([1, 1, 2]);
  expect(await count('work', 'ApproximateNumberOfMessages')).toBe(0);
}, 15_000);

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
