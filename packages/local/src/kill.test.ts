import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
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

const shop = (finishes: boolean) =>
  packageForTest({
    functions: { listen: listen(finishes) },
    resources: {
      Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work', VisibilityTimeout: 600 } },
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
          ['sqs:*', { 'Fn::GetAtt': ['Work', 'Arn'] }],
          ['dynamodb:*', { 'Fn::GetAtt': ['Things', 'StreamArn'] }],
        ],
      }),
      ...Object.fromEntries(
        [{ 'Fn::GetAtt': ['Work', 'Arn'] }, { 'Fn::GetAtt': ['Things', 'StreamArn'] }].map(
          (source, index) => [
            `Mapping${index}`,
            {
              Type: 'AWS::Lambda::EventSourceMapping',
              Properties: {
                FunctionName: { Ref: 'listenFunction' },
                EventSourceArn: source,
                ...(index === 1 && { StartingPosition: 'TRIM_HORIZON' }),
              },
            },
          ],
        ),
      ),
    },
  });

/** Processes that have the folder in their command line. */
const processesOf = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(folder));

test('after kill -9 no process is left, and the next start finishes what was under way', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'killed-'));
  const program = fileURLToPath(new URL('./test-programs/run-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(shop(false)), JSON.stringify(dataFolder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(processesOf(dataFolder).some((command) => command.includes('dynoxide'))).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await eventually(() => processesOf(dataFolder).length === 0 || undefined);

  const log = recordingLog();
  const local = await startLocal({ templates: [shop(true)], dataFolder, port: 0, log });
  const said = () => log.lines.filter((line) => line.includes('got ')).map((line) => line.split(' ').at(-1));
  await eventually(() => said().length >= 3 || undefined);
  expect(said().sort()).toEqual(['invoked', 'queued', 'written']);
  await local.stop();
  expect(processesOf(dataFolder)).toEqual([]);
}, 60_000);
