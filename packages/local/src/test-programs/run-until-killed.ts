// Run by kill.test.ts in a process of its own: starts a cloud, leaves work half done, says so, and waits for kill -9.
import { writeSync } from 'node:fs';
import type { PackagedService } from '../cloudformation/templates.ts';
import { silentLog } from '../log.ts';
import { startLocal } from '../start.ts';

const [service, dataFolder] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  PackagedService,
  string,
];
const { cloud, endpoint } = await startLocal({ templates: [service], dataFolder, port: 0, log: silentLog });
const root = { kind: 'root' } as const;
await cloud.call(root, 'dynamodb', 'PutItem', { TableName: 'things', Item: { pk: { S: 'written' } } });
await cloud.call(root, 'sqs', 'SendMessage', {
  QueueUrl: `${endpoint}/000000000000/work`,
  MessageBody: 'queued',
});
await cloud.call(root, 'lambda', 'Invoke', {
  FunctionName: 'emporium-shop-local-listen',
  InvocationType: 'Event',
  Payload: '{"Records":[{"body":"invoked"}]}',
});
writeSync(1, 'ready\n');
