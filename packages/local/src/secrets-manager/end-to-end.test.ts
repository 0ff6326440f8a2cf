import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Caller } from '../cloud.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { callAwsSource, eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

/** A function that rotates as AWS's templates do, by signed calls with its own role. */
const rotate = `${callAwsSource}
const call = async (action, input) => {
  const answer = await callAws('secretsmanager', 'secretsmanager.' + action, input);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};
export const handler = async ({ Step, SecretId, ClientRequestToken }) => {
  if (Step === 'createSecret') {
    await call('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'new', VersionStages: ['AWSPENDING'] });
  }
  if (Step === 'testSecret') {
    const { SecretString } = await call('GetSecretValue', { SecretId, VersionStage: 'AWSPENDING' });
    if (SecretString !== 'new') throw new Error(SecretString);
  }
  if (Step === 'finishSecret') {
    const { VersionId } = await call('GetSecretValue', { SecretId });
    await call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: VersionId });
  }
};`;

const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const templates = [
  packageForTest({
    functions: { rotate },
    resources: {
      ...functionForTest('rotate', {
        allow: [
          ['secretsmanager:*', { Ref: 'Secret' }],
          ['kms:*', arn('Key')],
        ],
      }),
      Key: { Type: 'AWS::KMS::Key', Properties: {} },
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { Name: 'shop/key', SecretString: 'old', KmsKeyId: { Ref: 'Key' } },
      },
      MayRotate: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: arn('rotateFunction'),
          Action: 'lambda:InvokeFunction',
          Principal: 'secretsmanager.amazonaws.com',
          SourceArn: { Ref: 'Secret' },
        },
      },
      Rotation: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: {
          SecretId: { Ref: 'Secret' },
          RotationLambdaARN: arn('rotateFunction'),
          RotationRules: { ScheduleExpression: 'rate(4 hours)', Duration: '1h' },
        },
      },
    },
  }),
];

let local: LocalCloud | undefined;
afterEach(() => local?.stop());

const root: Caller = { kind: 'root' };

test('a secret with a schedule and a key is rotated by its function', async () => {
  const log = recordingLog();
  local = await startLocal({ templates, dataFolder: mkdtempSync(join(tmpdir(), 'rotation-')), port: 0, log });
  const { cloud } = local;
  const read = async (VersionStage: string) =>
    (
      await cloud.call<{ SecretString: string }>(root, 'secretsmanager', 'GetSecretValue', {
        SecretId: 'shop/key',
        VersionStage,
      })
    ).SecretString;
  await eventually(async () => (await read('AWSCURRENT')) === 'new' || undefined);
  expect(await read('AWSPREVIOUS')).toBe('old');
  expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
});
