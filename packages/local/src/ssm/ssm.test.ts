import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Caller, Cloud, Resource } from '../cloud.ts';
import { authorizeWith, policy, resource } from '../iam/test-policies.ts';
import { start as startKms } from '../kms/start.ts';
import { silentLog } from '../log.ts';
import { openStores, type Stores } from '../store.ts';
import { start } from './start.ts';

const root = { kind: 'root' } as Caller;
const roleArn = 'arn:aws:iam::000000000000:role/reader';
const reader: Caller = { kind: 'role', roleArn, name: 'read' };
const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/k1';
const arnOf = (name: string) => `arn:aws:ssm:us-east-1:000000000000:parameter${name}`;

const parameter = (name: string, Value: unknown, Type = 'String') =>
  resource('AWS::SSM::Parameter', name, { Name: name, Type, Value }, name, arnOf(name));
const key = resource('AWS::KMS::Key', 'K', {}, 'k1', keyArn);
const readerRole = (...grants: [string, string, object?][]) => {
  const Statement = grants.map(([Action, Resource, Condition]) => ({
    Effect: 'Allow' as const,
    Action,
    Resource,
    ...(Condition && { Condition }),
  }));
  return resource(
    'AWS::IAM::Role',
    'Role',
    { Policies: [{ PolicyDocument: policy(...Statement) }] },
    'reader',
    roleArn,
  );
};

let stores: Stores | undefined;
afterEach(() => {
  stores?.close();
  stores = undefined;
});

const startWith = async (resources: readonly Resource[], folder = mkdtempSync(join(tmpdir(), 'ssm-'))) => {
  stores?.close();
  const opened = openStores(folder, silentLog);
  stores = opened;
  const { authorize } = authorizeWith(...resources);
  const apis: Record<string, Awaited<ReturnType<typeof start>>['api']> = {};
  const cloud = {
    region: 'us-east-1',
    accountId: '000000000000',
    ofType: (type: string) => resources.filter((each) => each.type === type),
    store: (name: string) => opened.open(name),
    call: async (caller: Caller, prefix: string, action: string, input: object) => {
      const api = apis[prefix] as NonNullable<(typeof apis)[string]>;
      authorize(caller, api.permissions(action, input as never));
      return api.handle(action, input as never, caller);
    },
  } as unknown as Cloud;
  apis.kms = (await startKms(cloud)).api;
  apis.ssm = (await start(cloud)).api;
  // biome-ignore lint/suspicious/noExplicitAny: outputs of every shape
  const call = (action: string, input: object, caller = root): Promise<any> =>
    cloud.call(caller, 'ssm', action, input);
  return { call, folder };
};

test('a parameter is read by name, by ARN and by version', async () => {
  const { call } = await startWith([parameter('/shop/limit', 5), parameter('plain', 'a,b', 'StringList')]);
  await call('PutParameter', { Name: '/shop/limit', Value: '6', Overwrite: true });
  const read = async (Name: string) => (await call('GetParameter', { Name })).Parameter;
  expect(await read('/shop/limit')).toEqual({
    Name: '/shop/limit',
    Type: 'String',
    Value: '6',
    Version: 2,
    ARN: arnOf('/shop/limit'),
    DataType: 'text',
    LastModifiedDate: expect.any(Number),
  });
  expect(await read('/shop/limit:1')).toMatchObject({ Value: '5', Version: 1, Selector: ':1' });
  expect(await read(`${arnOf('/shop/limit')}:1`)).toMatchObject({ Value: '5' });
  expect(await read(arnOf('/plain'))).toMatchObject({ Name: 'plain', Type: 'StringList', Value: 'a,b' });
});

test('many at once: unknown names and versions are named', async () => {
  const { call } = await startWith([parameter('/a', '1'), parameter('/b', '2')]);
  const answer = await call('GetParameters', { Names: ['/a', '/none', '/b:7', '/b'] });
  expect(answer.Parameters.map(({ Name }: { Name: string }) => Name)).toEqual(['/a', '/b']);
  expect(answer.InvalidParameters).toEqual(['/none', '/b:7']);
});

test('a path has what is right below it, or everything, page by page', async () => {
  const names = ['/shop', '/shop/a', '/shop/b', '/shop/b/c', '/shopping/x'];
  const { call } = await startWith(names.map((name) => parameter(name, name)));
  const read = async (input: object) => {
    const { Parameters, NextToken } = await call('GetParametersByPath', { Path: '/shop', ...input });
    return [Parameters.map(({ Name }: { Name: string }) => Name), NextToken];
  };
  expect(await read({})).toEqual([['/shop/a', '/shop/b'], undefined]);
  expect(await read({ Path: '/shop/', Recursive: true })).toEqual([
    ['/shop/a', '/shop/b', '/shop/b/c'],
    undefined,
  ]);
  const [first, NextToken] = await read({ Recursive: true, MaxResults: 2 });
  expect(first).toEqual(['/shop/a', '/shop/b']);
  expect(await read({ Recursive: true, MaxResults: 2, NextToken })).toEqual([['/shop/b/c'], undefined]);
});

test('what was put is kept, until the template says something new', async () => {
  const { call, folder } = await startWith([parameter('/a', '1')]);
  await call('PutParameter', { Name: '/a', Value: '2', Overwrite: true });
  await call('PutParameter', { Name: '/own', Value: 'x', Type: 'String' });
  const same = await startWith([parameter('/a', '1')], folder);
  expect((await same.call('GetParameters', { Names: ['/a', '/own'] })).Parameters).toMatchObject([
    { Value: '2', Version: 2 },
    { Value: 'x', Version: 1 },
  ]);
  const gone = await startWith([], folder);
  expect(await gone.call('GetParameters', { Names: ['/a', '/own'] })).toMatchObject({
    InvalidParameters: ['/a'],
  });
  const again = await startWith([parameter('/a', '1')], folder);
  await again.call('PutParameter', { Name: '/a', Value: '2', Overwrite: true });
  const changed = await startWith([parameter('/a', '3')], folder);
  expect(await changed.call('GetParameter', { Name: '/a' })).toMatchObject({
    Parameter: { Value: '3', Version: 3 },
  });
});

test('a SecureString is encrypted, and shown to who may use its key', async () => {
  const via = {
    StringEquals: {
      'kms:ViaService': 'ssm.us-east-1.amazonaws.com',
      'kms:EncryptionContext:PARAMETER_ARN': arnOf('/s/own'),
    },
  };
  const { call } = await startWith([key, readerRole(['ssm:*', '*'], ['kms:Decrypt', keyArn, via])]);
  const put = (Name: string, KeyId?: string, caller = root) =>
    call(
      'PutParameter',
      { Name, Value: 'plain words', Type: 'SecureString', ...(KeyId && { KeyId }) },
      caller,
    );
  for (const name of ['/s/own', '/s/other']) await put(name, 'k1');
  await put('/s/default');
  expect(JSON.stringify(stores?.open('ssm').list())).not.toContain('plain words');

  const read = (Name: string) => call('GetParameter', { Name, WithDecryption: true }, reader);
  for (const name of ['/s/own', '/s/default']) {
    expect(await read(name)).toMatchObject({ Parameter: { Value: 'plain words', Type: 'SecureString' } });
  }
  await expect(read('/s/other')).rejects.toThrow(/not authorized to perform: kms:Decrypt on resource/);
  await expect(call('GetParametersByPath', { Path: '/s', WithDecryption: true }, reader)).rejects.toThrow(
    /kms:Decrypt/,
  );
  await expect(put('/s/new', 'k1', reader)).rejects.toThrow(/kms:Encrypt/);
  const { Parameter } = await call('GetParameter', { Name: '/s/other' }, reader);
  expect(Parameter.Value).not.toContain('plain words');
});

test('each name needs its own permission', async () => {
  const { call } = await startWith([
    parameter('/a', '1'),
    parameter('/b', '2'),
    readerRole(['ssm:Get*', arnOf('/a')]),
  ]);
  await call('GetParameters', { Names: ['/a'] }, reader);
  await expect(call('GetParameters', { Names: ['/a', '/b'] }, reader)).rejects.toThrow(
    `not authorized to perform: ssm:GetParameters on resource: ${arnOf('/b')}`,
  );
  await expect(call('GetParameter', { Name: 'none' }, reader)).rejects.toThrow(arnOf('/none'));
});

test.each<[string, object, string, string]>([
  ['GetParameter', { Name: '/none' }, 'ParameterNotFound', ''],
  ['GetParameter', {}, 'ValidationException', "Value null at 'name'"],
  ['GetParameter', { Name: '/a:9' }, 'ParameterVersionNotFound', 'could not find version 9 of /a'],
  ['GetParameters', { Names: [] }, 'ValidationException', "at 'names'"],
  ['GetParameters', { Names: Array(11).fill('/a') }, 'ValidationException', 'less than or equal to 10'],
  ['GetParametersByPath', { Path: 'a' }, 'ValidationException', 'must begin with a slash'],
  ['GetParametersByPath', { Path: '/', MaxResults: 11 }, 'ValidationException', "at 'maxResults'"],
  ['PutParameter', { Name: '/a', Value: '2' }, 'ParameterAlreadyExists', 'set the overwrite option'],
  [
    'PutParameter',
    { Name: '/a', Value: '2', Type: 'SecureString', Overwrite: true },
    'HierarchyTypeMismatchException',
    '',
  ],
  ['PutParameter', { Name: '/n', Value: '2' }, 'ValidationException', 'A parameter type is required'],
  ['PutParameter', { Name: '/n', Value: '2', Type: 'Text' }, 'ValidationException', "Value 'Text' at 'type'"],
  ['PutParameter', { Name: '/n', Value: '', Type: 'String' }, 'ValidationException', "at 'value'"],
  ['PutParameter', { Name: '/n', Value: 'x'.repeat(4097), Type: 'String' }, 'ValidationException', '4096'],
  [
    'PutParameter',
    { Name: '/aws/n', Value: '2', Type: 'String' },
    'ValidationException',
    "can't be prefixed",
  ],
  ['PutParameter', { Name: '/a b', Value: '2', Type: 'String' }, 'ValidationException', 'letters, numbers'],
  [
    'PutParameter',
    { Name: '/x'.repeat(16), Value: '2', Type: 'String' },
    'HierarchyLevelLimitExceededException',
    'fifteen',
  ],
  [
    'PutParameter',
    { Name: '/n', Value: '2', Type: 'SecureString', KeyId: 'none' },
    'InvalidKeyId',
    'does not exist',
  ],
  ['DeleteParameter', { Name: '/a' }, 'UnknownOperationException', ''],
])('%s is refused: %#', async (action, input, code, message) => {
  const { call } = await startWith([parameter('/a', '1')]);
  await expect(call(action, input)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});
