import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { silentLog } from '../log.ts';
import { startLocal } from '../start.ts';
import { eventually, packageForTest } from '../test-cloud.ts';

const MINUTES = 300;
const FROM = Math.floor(Date.now() / 60_000) * 60 - MINUTES * 60;
const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;

const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const shop = packageForTest({
  resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    All: {
      Type: 'AWS::Events::Archive',
      Properties: { ArchiveName: 'all', SourceArn: { 'Fn::GetAtt': ['Bus', 'Arn'] }, RetentionDays: 1 },
    },
    Replayed: queue('replayed'),
    Scheduled: queue('scheduled'),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'replayed',
        EventBusName: { Ref: 'Bus' },
        EventPattern: { 'replay-name': [{ exists: true }] },
        Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Replayed', 'Arn'] }, InputPath: '$.detail.minute' }],
      },
    },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Replayed' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Resource: '*',
              Principal: { Service: 'events.amazonaws.com' },
            },
          ],
        },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'scheduler',
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'send',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] },
          },
        ],
      },
    },
  },
});

test('after kill -9 a replay goes on where it was, and a schedule that became due is made up for', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'killed-'));
  const program = fileURLToPath(new URL('../test-programs/replay-until-killed.ts', import.meta.url));
  const args = [shop, dataFolder, FROM, MINUTES].map((value) => JSON.stringify(value));
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');

  const local = await startLocal({ templates: [shop], dataFolder, port: 0, log: silentLog });
  const ask = <Output>(prefix: string, action: string, input: object) =>
    local.cloud.call<Output>({ kind: 'root' }, prefix, action, input);
  const receive = async (name: string) => {
    const QueueUrl = `${local.endpoint}/000000000000/${name}`;
    const { Messages = [] } = await ask<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    return Messages.map(({ Body }) => Body);
  };
  expect(await eventually(async () => (await receive('scheduled'))[0])).toBe('soon');
  await eventually(async () => {
    const { State } = await ask<{ State: string }>('events', 'DescribeReplay', { ReplayName: 'again' });
    return State === 'COMPLETED' || undefined;
  });
  const minutes: string[] = [];
  await eventually(async () => {
    minutes.push(...(await receive('replayed')));
    return new Set(minutes).size === MINUTES || undefined;
  });
  // A delivery that the kill cut off after the queue had it may come twice; nothing else does.
  expect(minutes.length).toBeLessThanOrEqual(MINUTES + 2);
  expect(await ask('events', 'DescribeArchive', { ArchiveName: arn('events', 'archive/all') })).toMatchObject(
    {
      EventCount: MINUTES,
    },
  );
  await local.stop();
}, 60_000);
