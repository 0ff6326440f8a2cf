import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { silentLog } from '../log.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { openStores } from '../store.ts';
import { packageForTest, recordingLog } from '../test-cloud.ts';
import { outboxOf } from './outbox.ts';

const resources = {
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
  Identity: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'shop.example' } },
  Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/shop/a', Type: 'String', Value: '1' } },
  Given: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'given', SecretString: 'known' } },
  Generated: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      Name: 'generated',
      GenerateSecretString: {
        SecretStringTemplate: '{"user":"shop"}',
        GenerateStringKey: 'password',
        PasswordLength: 20,
        ExcludePunctuation: true,
      },
    },
  },
  Distribution: {
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        Origins: [{ Id: 'api', DomainName: 'shop.example.invalid' }],
        DefaultCacheBehavior: {
          TargetOriginId: 'api',
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        },
      },
    },
  },
  HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
};

const dataFolder = mkdtempSync(join(tmpdir(), 'outbox-'));
const start = () =>
  startLocal({ templates: [packageForTest({ resources })], dataFolder, port: 0, log: recordingLog() });

let local: LocalCloud;
beforeAll(async () => {
  local = await start();
});
afterAll(() => local.stop());

const root = { kind: 'root' } as const;
const call = <T>(prefix: string, action: string, input: object) =>
  local.cloud.call<T>(root, prefix, action, input);
const latest = () => outboxOf(local.cloud).newest(1)[0];

test('e-mails land in the outbox, readable over HTTP', async () => {
  const { MessageId } = await call<{ MessageId: string }>('ses', 'SendEmail', {
    FromEmailAddress: 'Shop <hello@shop.example>',
    Destination: { ToAddresses: ['ada@example.com'] },
    Content: { Simple: { Subject: { Data: 'Hi' }, Body: { Text: { Data: '<b>text</b>' } } } },
  });

  const { messages } = (await (await fetch(`${local.url}/_local/outbox`)).json()) as { messages: unknown[] };
  expect(messages[0]).toMatchObject({
    id: MessageId,
    kind: 'email',
    from: 'Shop <hello@shop.example>',
    to: ['ada@example.com'],
    subject: 'Hi',
    text: '<b>text</b>',
  });
  const html = await (await fetch(`${local.url}/_local/outbox`, { headers: { accept: 'text/html' } })).text();
  expect(html).toContain('&lt;b&gt;text&lt;/b&gt;');
});

test('text messages and publications land in the outbox', async () => {
  await call('sns', 'Publish', { PhoneNumber: '+3612345678', Message: 'code' });
  expect(latest()).toMatchObject({ kind: 'sms', to: ['+3612345678'], text: 'code' });

  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:alarms';
  await call('sns', 'Publish', { TopicArn, Subject: 'Alarm', Message: 'it burns' });
  expect(latest()).toMatchObject({ kind: 'topic', to: [TopicArn], subject: 'Alarm', text: 'it burns' });

  await expect(call('sns', 'Publish', { TopicArn: `${TopicArn}s`, Message: 'x' })).rejects.toMatchObject({
    code: 'NotFound',
  });
});

test('parameters are read', async () => {
  expect(await call('ssm', 'GetParameters', { Names: ['/shop/a', '/shop/b'] })).toMatchObject({
    Parameters: [{ Name: '/shop/a', Value: '1', Type: 'String' }],
    InvalidParameters: ['/shop/b'],
  });
  await expect(call('ssm', 'GetParameter', { Name: '/shop/b' })).rejects.toMatchObject({
    code: 'ParameterNotFound',
  });
});

const secret = async (SecretId: string) =>
  (await call<{ SecretString: string }>('secretsmanager', 'GetSecretValue', { SecretId })).SecretString;

test('secrets are given or made up, once', async () => {
  expect(await secret('given')).toBe('known');
  const first = await secret('generated');
  expect(JSON.parse(first)).toEqual({ user: 'shop', password: expect.stringMatching(/^[A-Za-z0-9]{20}$/) });

  await local.stop();
  local = await start();
  expect(await secret('generated')).toBe(first);
  expect(latest()).toBeDefined();
});

test('all but the newest 2,000 messages, or a few more, are forgotten', () => {
  const stores = openStores(mkdtempSync(join(tmpdir(), 'outbox-')), silentLog);
  const outbox = outboxOf({ store: stores.open });
  for (let number = 1; number <= 4_000; number++) outbox.add({ kind: 'sms', to: [], text: `${number}` });
  const kept = outbox.newest(10_000).map(({ text }) => Number(text));
  stores.close();
  expect([kept[0], kept.length >= 2_000, kept.length <= 2_500]).toEqual([4_000, true, true]);
  expect(kept.every((number, index) => number === 4_000 - index)).toBe(true);
});
