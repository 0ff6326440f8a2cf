import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { startLocal } from './start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from './test-cloud.ts';

/** Says what it was given, or never gets there. */
const listen = (finishes: boolean) => `
export const handler = async ({ Records }) => {
  ${finishes ? '' : 'await new Promise((done) => setTimeout(done, 1e9));'}
  for (const { body, dynamodb } of Records) console.log('got ' + (body ?? dynamodb.Keys.pk.S));
};`;

const arnOf = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });

const mapping = (EventSourceArn: object, properties: object) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { FunctionName: { Ref: 'listenFunction' }, EventSourceArn, ...properties },
});

/** A FIFO queue, a queue with a window and a stream with lanes and a window. */
const shop = (finishes: boolean) => {
  const window = finishes ? 1 : 300;
  return packageForTest({
    functions: { listen: listen(finishes) },
    resources: {
      Fifo: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'orders.fifo',
          FifoQueue: true,
          ContentBasedDeduplication: true,
          VisibilityTimeout: 600,
        },
      },
      Window: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'window', VisibilityTimeout: 600 } },
      Things: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'things',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
        },
      },
      ...functionForTest('listen', {
        Timeout: 60,
        allow: [
          ['sqs:*', arnOf('Fifo')],
          ['sqs:*', arnOf('Window')],
          ['dynamodb:*', arnOf('Things', 'StreamArn')],
        ],
      }),
      FifoSource: mapping(arnOf('Fifo'), { BatchSize: 1 }),
      WindowSource: mapping(arnOf('Window'), { BatchSize: 100, MaximumBatchingWindowInSeconds: window }),
      StreamSource: mapping(arnOf('Things', 'StreamArn'), {
        StartingPosition: 'TRIM_HORIZON',
        ParallelizationFactor: 3,
        MaximumBatchingWindowInSeconds: window,
      }),
    },
  });
};

test('after kill -9 what was in flight in groups, windows and lanes is delivered, each group in order', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'killed-sources-'));
  const program = fileURLToPath(new URL('./test-programs/fill-sources-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(shop(false)), JSON.stringify(dataFolder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');

  const log = recordingLog();
  const local = await startLocal({ templates: [shop(true)], dataFolder, port: 0, log });
  const said = () => log.lines.filter((line) => line.includes('got ')).map((line) => line.split(' ').at(-1));
  await eventually(() => new Set(said()).size === 12 || undefined);
  const groups = said().filter((name) => name?.startsWith('a'));
  expect(groups).toEqual(['a1', 'a2', 'a3']);
  expect(said().sort()).toEqual(['a1', 'a2', 'a3', 'b1', 's1', 's2', 's3', 's4', 's5', 's6', 'w1', 'w2']);
  await local.stop();
}, 60_000);
