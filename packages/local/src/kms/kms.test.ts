import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Caller } from '../cloud.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const account = { AWS: 'arn:aws:iam::000000000000:root' };
const key = (statements?: object[], properties: object = {}) => ({
  Type: 'AWS::KMS::Key',
  Properties: {
    ...properties,
    ...(statements && { KeyPolicy: { Version: '2012-10-17', Statement: statements } }),
  },
});
const grant = (Action: string, Principal: object, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Principal,
  Resource: '*',
  ...(Condition && { Condition }),
});

const encrypted = {
  OrdersTable: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'orders',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: arn('Key') },
    },
  },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: 'work', KmsMasterKeyId: 'alias/shop' },
  },
  OpenQueue: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: 'open', KmsMasterKeyId: 'alias/aws/sqs' },
  },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms', KmsMasterKeyId: { Ref: 'Key' } } },
};

const everywhere = [
  ['dynamodb:*', '*'],
  ['sqs:*', '*'],
  ['sns:*', '*'],
] as const;
const templates = [
  packageForTest({
    resources: {
      Key: key(undefined, { Description: 'of the shop' }),
      Alias: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: 'alias/shop', TargetKeyId: { Ref: 'Key' } },
      },
      OtherKey: key([grant('kms:*', account)]),
      DisabledKey: key(undefined, { Enabled: false }),
      OwnKey: key([
        grant(
          'kms:Decrypt',
          { AWS: 'arn:aws:iam::000000000000:role/role-reader' },
          {
            StringEquals: { 'kms:EncryptionContext:order': '1' },
          },
        ),
      ]),
      ...functionForTest('writer', { allow: [...everywhere, ['kms:*', '*']] }),
      ...functionForTest('reader', { allow: everywhere }),
      ...functionForTest('viaSqs', { allow: everywhere }),
      ViaSqs: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: 'role-viaSqs',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
              Resource: arn('Key'),
              Condition: {
                StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' },
                ArnEquals: { 'kms:EncryptionContext:aws:sqs:arn': arn('Queue') },
              },
            },
          },
        },
      },
      ...encrypted,
    },
    functions: { writer: '', reader: '', viaSqs: '' },
  }),
];

const root = { kind: 'root' } as Caller;
const as = (name: string): Caller => ({
  kind: 'role',
  roleArn: `arn:aws:iam::000000000000:role/role-${name}`,
  name: `emporium-shop-local-${name}`,
});

const dataFolder = mkdtempSync(join(tmpdir(), 'kms-'));
let local: LocalCloud;
const run = async () => {
  local = await startLocal({ templates, dataFolder, port: 0, log: recordingLog() });
};
beforeAll(run);
afterAll(() => local.stop());

// biome-ignore lint/suspicious/noExplicitAny: outputs of every shape
const kms = (action: string, input: object, caller = root): Promise<any> =>
  local.cloud.call(caller, 'kms', action, input);
const keyArn = (logicalId: string) =>
  local.cloud.resources.find((each) => each.logicalId === logicalId)?.arn ?? '';
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a key is a UUID; id, ARN, alias and the alias’s ARN are the same key', async () => {
  const id = keyArn('Key').split('/')[1] as string;
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  for (const KeyId of [id, keyArn('Key'), 'alias/shop', 'arn:aws:kms:us-east-1:000000000000:alias/shop']) {
    expect(await kms('DescribeKey', { KeyId })).toMatchObject({
      KeyMetadata: {
        Arn: keyArn('Key'),
        KeyId: id,
        Enabled: true,
        KeyState: 'Enabled',
        Description: 'of the shop',
      },
    });
  }
});

test('what is encrypted comes back with the same context, in any order, and after a restart', async () => {
  const EncryptionContext = { order: '1', purpose: 'test' };
  const { CiphertextBlob, KeyId } = await kms('Encrypt', {
    KeyId: 'alias/shop',
    Plaintext: base64('hi'),
    EncryptionContext,
  });
  expect(KeyId).toBe(keyArn('Key'));
  expect(Buffer.from(CiphertextBlob, 'base64').includes('hi')).toBe(false);
  await local.stop();
  await run();
  const decrypted = await kms('Decrypt', {
    CiphertextBlob,
    EncryptionContext: { purpose: 'test', order: '1' },
  });
  expect(decrypted).toEqual({ KeyId, Plaintext: base64('hi'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
});

test('a wrong context, key or blob is refused', async () => {
  const { CiphertextBlob } = await kms('Encrypt', { KeyId: 'alias/shop', Plaintext: base64('hi') });
  const decrypt = (input: object) => kms('Decrypt', { CiphertextBlob, ...input });
  await expect(decrypt({ EncryptionContext: { a: 'b' } })).rejects.toMatchObject({
    code: 'InvalidCiphertextException',
  });
  await expect(decrypt({ KeyId: keyArn('OtherKey') })).rejects.toMatchObject({
    code: 'IncorrectKeyException',
  });
  const bytes = Buffer.from(CiphertextBlob, 'base64');
  for (const place of [0, 1, bytes.length - 1]) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8((altered.readUInt8(place) + 1) % 256, place);
    await expect(decrypt({ CiphertextBlob: altered.toString('base64') })).rejects.toMatchObject({
      code: expect.stringMatching(/^(InvalidCiphertext|NotFound)Exception$/),
    });
  }
  await expect(decrypt({ CiphertextBlob: base64('noise') })).rejects.toMatchObject({
    code: 'InvalidCiphertextException',
  });
});

test('a data key comes in clear and encrypted, or only encrypted', async () => {
  const pair = await kms('GenerateDataKey', { KeyId: 'alias/shop', KeySpec: 'AES_256' });
  const { Plaintext } = await kms('Decrypt', { CiphertextBlob: pair.CiphertextBlob });
  expect(Plaintext).toBe(pair.Plaintext);
  expect(Buffer.from(Plaintext, 'base64')).toHaveLength(32);
  const encryptedOnly = await kms('GenerateDataKeyWithoutPlaintext', {
    KeyId: 'alias/shop',
    NumberOfBytes: 64,
  });
  expect(Object.keys(encryptedOnly)).toEqual(['CiphertextBlob', 'KeyId']);
  expect(Buffer.from((await kms('GenerateRandom', { NumberOfBytes: 7 })).Plaintext, 'base64')).toHaveLength(
    7,
  );
});

test('ReEncrypt changes the key', async () => {
  const { CiphertextBlob } = await kms('Encrypt', { KeyId: 'alias/shop', Plaintext: base64('hi') });
  const moved = await kms('ReEncrypt', { CiphertextBlob, DestinationKeyId: keyArn('OtherKey') });
  expect(moved).toMatchObject({ SourceKeyId: keyArn('Key'), KeyId: keyArn('OtherKey') });
  expect(await kms('Decrypt', { CiphertextBlob: moved.CiphertextBlob })).toMatchObject({
    KeyId: keyArn('OtherKey'),
  });
});

test.each<[string, object, string, string]>([
  [
    'DescribeKey',
    { KeyId: 'alias/none' },
    'NotFoundException',
    'Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.',
  ],
  [
    'DescribeKey',
    { KeyId: 'none' },
    'NotFoundException',
    "Key 'arn:aws:kms:us-east-1:000000000000:key/none' does not exist",
  ],
  [
    'Encrypt',
    { KeyId: 'alias/shop', Plaintext: Buffer.alloc(4097).toString('base64') },
    'ValidationException',
    'less than or equal to 4096',
  ],
  ['Encrypt', { Plaintext: 'aGk=' }, 'ValidationException', "Value null at 'keyId'"],
  [
    'GenerateDataKey',
    { KeyId: 'alias/shop' },
    'ValidationException',
    'Please specify either number of bytes or key spec.',
  ],
  [
    'GenerateDataKey',
    { KeyId: 'alias/shop', KeySpec: 'DES' },
    'ValidationException',
    "Value 'DES' at 'keySpec'",
  ],
  ['GenerateRandom', { NumberOfBytes: 1025 }, 'ValidationException', 'less than or equal to 1024'],
  ['ScheduleKeyDeletion', { KeyId: 'alias/shop' }, 'UnknownOperationException', ''],
])('%s is refused: %#', async (action, input, code, message) => {
  await expect(kms(action, input)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a disabled key does nothing', async () => {
  const use = kms('Encrypt', { KeyId: keyArn('DisabledKey'), Plaintext: 'aGk=' });
  await expect(use).rejects.toMatchObject({
    code: 'DisabledException',
    message: `${keyArn('DisabledKey')} is disabled.`,
  });
});

test('who may use a key, its own policy says, by the encryption context too', async () => {
  const seal = async (EncryptionContext: object) =>
    (await kms('Encrypt', { KeyId: keyArn('OwnKey'), Plaintext: 'aGk=', EncryptionContext })).CiphertextBlob;
  const read = async (EncryptionContext: object, name: string) =>
    kms('Decrypt', { CiphertextBlob: await seal(EncryptionContext), EncryptionContext }, as(name));
  expect(await read({ order: '1' }, 'reader')).toMatchObject({ Plaintext: 'aGk=' });
  await expect(read({ order: '2' }, 'reader')).rejects.toThrow(
    /no resource-based policy allows the kms:Decrypt action/,
  );
  // What its own role allows doesn't count, as the key leaves nothing to the account.
  await expect(read({ order: '1' }, 'writer')).rejects.toThrow(/no resource-based policy allows/);
  await expect(kms('Encrypt', { KeyId: 'alias/shop', Plaintext: 'aGk=' }, as('reader'))).rejects.toThrow(
    /no identity-based policy allows the kms:Encrypt action/,
  );
});

test('a missing grant on the key of a table, a queue or a topic shows as AWS shows it', async () => {
  const { cloud } = local;
  const put = (name: string) =>
    cloud.call(as(name), 'dynamodb', 'PutItem', { TableName: 'orders', Item: { pk: { S: 'a' } } });
  const send = (name: string, queue = 'work') =>
    cloud.call(as(name), 'sqs', 'SendMessage', {
      QueueUrl: `${cloud.endpoint}/000000000000/${queue}`,
      MessageBody: 'hi',
    });
  const receive = (name: string) =>
    cloud.call(as(name), 'sqs', 'ReceiveMessage', { QueueUrl: `${cloud.endpoint}/000000000000/work` });
  const publish = (name: string) =>
    cloud.call(as(name), 'sns', 'Publish', { TopicArn: keyArn('Topic'), Message: 'hi' });

  for (const call of [put, send, receive, publish]) await call('writer');
  await send('reader', 'open');
  await expect(put('reader')).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: expect.stringContaining(`perform: kms:Decrypt on resource: ${keyArn('Key')}`),
  });
  await expect(send('reader')).rejects.toMatchObject({ code: 'KmsAccessDenied' });
  await expect(send('reader')).rejects.toThrow(/perform: kms:GenerateDataKey on resource/);
  await expect(receive('reader')).rejects.toThrow(/perform: kms:Decrypt on resource/);
  await expect(publish('reader')).rejects.toMatchObject({ code: 'KMSAccessDenied' });
  // Granted for this queue alone, and only by way of SQS.
  await send('viaSqs');
  await expect(publish('viaSqs')).rejects.toMatchObject({ code: 'KMSAccessDenied' });
  await expect(
    kms('GenerateDataKey', { KeyId: 'alias/shop', KeySpec: 'AES_256' }, as('viaSqs')),
  ).rejects.toThrow();
});

test('a kind of key that does not run here is refused at start', async () => {
  const signing = packageForTest({
    resources: { Key: key(undefined, { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }) },
  });
  const started = startLocal({
    templates: [signing],
    dataFolder: mkdtempSync(join(tmpdir(), 'kms-')),
    port: 0,
    log: recordingLog(),
  });
  await expect(started).rejects.toThrow(
    /a key of KeySpec RSA_2048 for SIGN_VERIFY .* \(at Resources\.Key\.Properties\)$/,
  );
});
