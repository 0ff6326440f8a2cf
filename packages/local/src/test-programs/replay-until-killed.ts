// Run by event-bridge/kill.test.ts in a process of its own: archives events, replays them, says when the first
// have arrived, and waits for kill -9. A schedule is left that is due while nobody runs.
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { PackagedService } from '../cloudformation/templates.ts';
import { silentLog } from '../log.ts';
import { startLocal } from '../start.ts';

const [service, dataFolder, from, minutes] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  PackagedService,
  string,
  number,
  number,
];
const { cloud, endpoint } = await startLocal({ templates: [service], dataFolder, port: 0, log: silentLog });
const ask = <Output>(prefix: string, action: string, input: object) =>
  cloud.call<Output>({ kind: 'root' }, prefix, action, input);
const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;

for (let minute = 0; minute < minutes; minute++) {
  const entry = { EventBusName: 'bus', Source: 'shop', DetailType: 'Minute', Time: from + minute * 60 };
  await ask('events', 'PutEvents', { Entries: [{ ...entry, Detail: JSON.stringify({ minute }) }] });
}
await ask('scheduler', 'CreateSchedule', {
  Name: 'soon',
  ScheduleExpression: `at(${new Date(Date.now() + 2_000).toISOString().slice(0, 19)})`,
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: arn('sqs', 'scheduled'),
    RoleArn: 'arn:aws:iam::000000000000:role/scheduler',
    Input: 'soon',
  },
});
await ask('events', 'StartReplay', {
  ReplayName: 'again',
  EventSourceArn: arn('events', 'archive/all'),
  EventStartTime: from,
  EventEndTime: from + minutes * 60,
  Destination: { Arn: arn('events', 'event-bus/bus') },
});
const QueueUrl = `${endpoint}/000000000000/replayed`;
for (;;) {
  const { Attributes } = await ask<{ Attributes: { ApproximateNumberOfMessages: string } }>(
    'sqs',
    'GetQueueAttributes',
    { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] },
  );
  if (Number(Attributes.ApproximateNumberOfMessages) > 0) break;
  await setImmediate();
}
writeSync(1, 'replaying\n');
