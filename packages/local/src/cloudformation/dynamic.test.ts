import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { resolveDynamic } from './dynamic.ts';

let running: LocalCloud | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const secret = (name: string, value: string) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { Name: name, SecretString: value },
});

const start = async (KEY: string) => {
  running = await startLocal({
    templates: [
      packageForTest({
        functions: { tell: 'exports.handler = async () => process.env.KEY;' },
        resources: {
          Plain: secret('plain', 's3cret $& $1'),
          Pair: secret('pair', '{"current":"a","previous":"b"}'),
          ...functionForTest('tell', { Environment: { Variables: { KEY } } }),
        },
      }),
    ],
    dataFolder: mkdtempSync(join(tmpdir(), 'dynamic-')),
    port: 0,
    log: recordingLog(),
  });
  return running;
};

test('a secret stands in a function’s environment as the template refers to it', async () => {
  const { cloud } = await start(
    'x {{resolve:secretsmanager:plain}} {{resolve:secretsmanager:pair:SecretString:current}}',
  );

  expect(JSON.parse((await cloud.invoke('emporium-shop-local-tell', {})).payload)).toBe('x s3cret $& $1 a');
  const { arn } = cloud.resources.find(({ logicalId }) => logicalId === 'Pair') ?? { arn: '' };
  expect(await resolveDynamic(cloud, `{{resolve:secretsmanager:${arn}:SecretString:previous}}`)).toBe('b');
  const staged = '{{resolve:secretsmanager:plain:SecretString::AWSCURRENT}}';
  expect(await resolveDynamic(cloud, staged)).toBe('s3cret $& $1');
});

test.each([
  [
    '{{resolve:secretsmanager:nothing}}',
    /^Cannot resolve \{\{resolve:secretsmanager:nothing\}\}: .*can't find/,
  ],
  ['{{resolve:secretsmanager:pair:SecretString:other}}', /: the secret has no key "other"$/],
  [
    '{{resolve:secretsmanager:plain:SecretString:key}}',
    /: the secret is no JSON object, so it has no key "key"$/,
  ],
  ['{{resolve:secretsmanager:plain:SecretBinary}}', /: a secret has a SecretString, and no "SecretBinary"$/],
  ['{{resolve:ssm-secure:/nowhere}}', /^Cannot resolve \{\{resolve:ssm-secure:\/nowhere\}\}: /],
])('%s is refused in one line', async (reference, message) => {
  await expect(start(reference)).rejects.toThrow(message);
});
