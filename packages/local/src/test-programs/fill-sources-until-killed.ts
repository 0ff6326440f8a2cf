// Run by sources-kill.test.ts in a process of its own: fills queues and a stream whose functions never finish, and waits for kill -9.
import { writeSync } from 'node:fs';
import type { PackagedService } from '../cloudformation/templates.ts';
import { silentLog } from '../log.ts';
import { startLocal } from '../start.ts';
import { eventually } from '../test-cloud.ts';

const [service, dataFolder] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  PackagedService,
  string,
];
const { cloud, endpoint } = await startLocal({ templates: [service], dataFolder, port: 0, log: silentLog });
const root = { kind: 'root' } as const;
const onQueue = <T>(action: string, queue: string, input: object) =>
  cloud.call<T>(root, 'sqs', action, { QueueUrl: `${endpoint}/000000000000/${queue}`, ...input });

for (const MessageBody of ['a1', 'b1', 'a2', 'a3']) {
  await onQueue('SendMessage', 'orders.fifo', { MessageBody, MessageGroupId: MessageBody.slice(0, 1) });
}
for (const MessageBody of ['w1', 'w2']) await onQueue('SendMessage', 'window', { MessageBody });
for (const pk of ['s1', 's2', 's3', 's4', 's5', 's6']) {
  await cloud.call(root, 'dynamodb', 'PutItem', { TableName: 'things', Item: { pk: { S: pk } } });
}
/** Both groups are being worked on, and the window has taken what it waits with. */
await eventually(async () => {
  const counts = await Promise.all(
    ['orders.fifo', 'window'].map(async (queue) => {
      const { Attributes } = await onQueue<{ Attributes: Record<string, string> }>(
        'GetQueueAttributes',
        queue,
        {
          AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
        },
      );
      return Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    }),
  );
  return counts.every((count) => count >= 2) || undefined;
});
writeSync(1, 'ready\n');
