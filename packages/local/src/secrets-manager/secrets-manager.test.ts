import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { AwsError, type Caller, type Cloud, type Resource } from '../cloud.ts';
import { authorizeWith, policy, resource } from '../iam/test-policies.ts';
import { start as startKms } from '../kms/start.ts';
import { silentLog } from '../log.ts';
import { openStores, type Stores } from '../store.ts';
import { eventually, recordingLog } from '../test-cloud.ts';
import { startSecrets } from './start.ts';

const root = { kind: 'root' } as Caller;
const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:shop/key-abc123';
const lambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:rotate';
const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/k1';
const roleArn = 'arn:aws:iam::000000000000:role/reader';
const reader: Caller = { kind: 'role', roleArn, name: 'read' };

const secret = (properties: object = {}) =>
  resource('AWS::SecretsManager::Secret', 'Key', { Name: 'shop/key', ...properties }, secretArn);
const readerRole = (...Statement: object[]) =>
  resource(
    'AWS::IAM::Role',
    'Role',
    { Policies: [{ PolicyDocument: policy(...(Statement as never[])) }] },
    'reader',
    roleArn,
  );
const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });
const schedule = (properties: object = {}) =>
  resource('AWS::SecretsManager::RotationSchedule', 'Schedule', {
    SecretId: secretArn,
    RotationLambdaARN: lambdaArn,
    RotationRules: { AutomaticallyAfterDays: '30' },
    ...properties,
  });
const permission = resource('AWS::Lambda::Permission', 'MayRotate', {
  FunctionName: lambdaArn,
  Action: 'lambda:InvokeFunction',
  Principal: 'secretsmanager.amazonaws.com',
});

interface Step {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}
// biome-ignore lint/suspicious/noExplicitAny: outputs of every shape
type Call = (action: string, input?: object, caller?: Caller) => Promise<any>;
type RotationFunction = (step: Step, call: Call) => Promise<unknown>;

let stores: Stores | undefined;
let stop: () => Promise<void> = async () => {};
const end = async () => {
  await stop();
  stores?.close();
  stores = undefined;
  stop = async () => {};
};
afterEach(async () => {
  await end();
});

/** Secrets Manager with KMS, the policies of the templates, and a function that rotates. */
const startWith = async (
  resources: readonly Resource[],
  {
    folder = mkdtempSync(join(tmpdir(), 'secrets-')),
    rotate = rotateWell,
    clock = { now: Date.UTC(2026, 0, 1) },
  }: {
    folder?: string;
    rotate?: RotationFunction;
    clock?: { now: number };
  } = {},
) => {
  await end();
  const opened = openStores(folder, silentLog);
  stores = opened;
  const log = recordingLog();
  const { authorize } = authorizeWith(...resources);
  const apis: Record<string, Awaited<ReturnType<typeof startSecrets>>['api']> = {};
  const cloud = {
    region: 'us-east-1',
    accountId: '000000000000',
    stage: 'local',
    resources,
    log,
    ofType: (type: string) => resources.filter((each) => each.type === type),
    store: (name: string) => opened.open(name),
    call: async (caller: Caller, prefix: string, action: string, input: object) => {
      const api = apis[prefix];
      if (api === undefined) throw new AwsError('UnknownOperationException', prefix);
      authorize(caller, api.permissions(action, input as never));
      return api.handle(action, input as never, caller);
    },
  } as unknown as Cloud;
  const call: Call = (action, input = {}, caller = root) =>
    cloud.call(caller, 'secretsmanager', action, { SecretId: 'shop/key', ...input });
  apis.lambda = {
    permissions: () => [{ action: 'lambda:InvokeFunction', resource: lambdaArn }],
    handle: async (_action: string, input: { Payload?: string; InvocationType?: string }) => {
      if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
      try {
        return { Payload: JSON.stringify((await rotate(JSON.parse(input.Payload ?? ''), call)) ?? null) };
      } catch (error) {
        return {
          FunctionError: 'Unhandled',
          Payload: JSON.stringify({ errorMessage: (error as Error).message }),
        };
      }
    },
  };
  apis.kms = (await startKms(cloud)).api;
  const started = await startSecrets(cloud, () => clock.now);
  apis.secretsmanager = started.api;
  stop = started.stop;
  return { call, log, folder, clock };
};

/** What AWS's own templates of rotation functions do. */
const rotateWell: RotationFunction = async ({ Step, SecretId, ClientRequestToken }, call) => {
  const { VersionIdsToStages } = await call('DescribeSecret', { SecretId });
  const stages: string[] = VersionIdsToStages?.[ClientRequestToken] ?? [];
  if (!stages.includes('AWSPENDING')) throw new Error('not set as AWSPENDING for rotation');
  if (Step === 'createSecret') {
    const exists = await call('GetSecretValue', {
      SecretId,
      VersionId: ClientRequestToken,
      VersionStage: 'AWSPENDING',
    }).catch(() => undefined);
    if (exists === undefined) {
      const { RandomPassword } = await call('GetRandomPassword', { PasswordLength: 20 });
      await call('PutSecretValue', {
        SecretId,
        ClientRequestToken,
        SecretString: RandomPassword,
        VersionStages: ['AWSPENDING'],
      });
    }
  }
  if (Step === 'finishSecret') {
    const current = Object.entries<string[]>(VersionIdsToStages).find(([, each]) =>
      each.includes('AWSCURRENT'),
    )?.[0];
    if (current === ClientRequestToken) return;
    await call('UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken,
      RemoveFromVersionId: current,
    });
  }
};

const textOf = async (call: Call, input: object = {}) => (await call('GetSecretValue', input)).SecretString;
const settled = (call: Call) =>
  eventually(async () =>
    (await call('DescribeSecret')).LastRotatedDate === undefined ? undefined : call('DescribeSecret'),
  );

test('a generated value is made once, read by name, ARN or part of one, and kept', async () => {
  const templates = [secret({ GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true } })];
  const { call, folder } = await startWith(templates);
  const value = await textOf(call);
  expect(value).toMatch(/^[a-zA-Z0-9]{40}$/);
  for (const SecretId of [secretArn, secretArn.slice(0, -7)])
    expect(await textOf(call, { SecretId })).toBe(value);
  expect(await call('GetSecretValue')).toMatchObject({
    ARN: secretArn,
    Name: 'shop/key',
    VersionStages: ['AWSCURRENT'],
  });
  const again = await startWith(templates, { folder });
  expect(await textOf(again.call)).toBe(value);
});

test('a value of the template is set again only where the template says another', async () => {
  const { call, folder } = await startWith([secret({ SecretString: 'one' })]);
  await call('PutSecretValue', { SecretString: 'rotated' });
  const same = await startWith([secret({ SecretString: 'one', Description: 'new' })], { folder });
  expect(await textOf(same.call)).toBe('rotated');
  const changed = await startWith([secret({ SecretString: 'two' })], { folder });
  expect(await textOf(changed.call)).toBe('two');
  expect(await textOf(changed.call, { VersionStage: 'AWSPREVIOUS' })).toBe('rotated');
});

test('a new value is current, the one before it previous, the one before that without a label', async () => {
  const { call } = await startWith([secret({ SecretString: 'one' })]);
  const { VersionId: first } = await call('GetSecretValue');
  const second = await call('PutSecretValue', { SecretString: 'two' });
  const third = await call('UpdateSecret', { SecretBinary: Buffer.from('three').toString('base64') });
  expect(second).toMatchObject({ VersionStages: ['AWSCURRENT'] });
  expect(await call('GetSecretValue')).toMatchObject({
    SecretBinary: 'dGhyZWU=',
    VersionId: third.VersionId,
  });
  expect(await textOf(call, { VersionStage: 'AWSPREVIOUS' })).toBe('two');
  expect(await textOf(call, { VersionId: first })).toBe('one');
  expect((await call('ListSecretVersionIds')).Versions).toHaveLength(2);
  expect((await call('ListSecretVersionIds', { IncludeDeprecated: true })).Versions).toHaveLength(3);
  expect(await call('DescribeSecret')).toMatchObject({
    VersionIdsToStages: {
      [String(second.VersionId)]: ['AWSPREVIOUS'],
      [String(third.VersionId)]: ['AWSCURRENT'],
    },
  });
});

test('a token writes once', async () => {
  const { call } = await startWith([secret({ SecretString: 'one' })]);
  const put = (SecretString: string) =>
    call('PutSecretValue', { SecretString, ClientRequestToken: 'token-token-token-token-token-token' });
  const answers = await Promise.all([put('two'), put('two'), put('two')]);
  expect(new Set(answers.map(({ VersionId }) => VersionId)).size).toBe(1);
  await expect(put('three')).rejects.toMatchObject({ code: 'ResourceExistsException' });
  expect(await textOf(call)).toBe('two');
  expect((await call('ListSecretVersionIds', { IncludeDeprecated: true })).Versions).toHaveLength(2);
});

test('many writers at once lose nothing', async () => {
  const { call } = await startWith([
    secret({ KmsKeyId: 'k1', SecretString: 'x' }),
    resource('AWS::KMS::Key', 'K', {}, 'k1', keyArn),
  ]);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => call('PutSecretValue', { SecretString: `v${index}` })),
  );
  expect((await call('ListSecretVersionIds', { IncludeDeprecated: true })).Versions).toHaveLength(21);
});

test('deprecated versions are forgotten beyond a hundred', async () => {
  const { call } = await startWith([secret({ SecretString: 'x' })]);
  for (let index = 0; index < 105; index++) await call('PutSecretValue', { SecretString: `v${index}` });
  expect((await call('ListSecretVersionIds', { IncludeDeprecated: true })).Versions).toHaveLength(100);
  expect(await textOf(call)).toBe('v104');
});

const missing = "Secrets Manager can't find the specified secret";

test.each<[string, object, string, string]>([
  ['GetSecretValue', { SecretId: 'other' }, 'ResourceNotFoundException', `${missing}.`],
  ['GetSecretValue', { SecretId: '' }, 'ValidationException', "Value null at 'secretId'"],
  ['GetSecretValue', { VersionId: 'x' }, 'ResourceNotFoundException', `${missing} value for VersionId: x`],
  [
    'GetSecretValue',
    { VersionStage: 'AWSPENDING' },
    'ResourceNotFoundException',
    `${missing} value for staging label: AWSPENDING`,
  ],
  ['PutSecretValue', {}, 'InvalidRequestException', 'You must provide either SecretString or SecretBinary.'],
  [
    'PutSecretValue',
    { SecretString: 'a', SecretBinary: 'YQ==' },
    'InvalidParameterException',
    "You can't specify both",
  ],
  [
    'PutSecretValue',
    { SecretString: 'é'.repeat(32_769) },
    'ValidationException',
    'less than or equal to 65536',
  ],
  [
    'UpdateSecretVersionStage',
    { VersionStage: 'AWSCURRENT' },
    'InvalidParameterException',
    "It can't be completely removed.",
  ],
  [
    'UpdateSecretVersionStage',
    { VersionStage: 'X', MoveToVersionId: 'none' },
    'ResourceNotFoundException',
    'VersionId: none',
  ],
  [
    'RotateSecret',
    {},
    'InvalidRequestException',
    'No Lambda rotation function ARN is associated with this secret.',
  ],
  [
    'RotateSecret',
    { RotationLambdaARN: lambdaArn, RotationRules: { AutomaticallyAfterDays: 1001 } },
    'InvalidParameterException',
    'from 1 to 1000',
  ],
  [
    'RotateSecret',
    { RotationLambdaARN: lambdaArn, RotationRules: { ScheduleExpression: 'rate(1 hour)' } },
    'InvalidParameterException',
    'rate(1 hour)',
  ],
  ['CancelRotateSecret', {}, 'InvalidRequestException', 'No Lambda rotation function'],
  ['GetRandomPassword', { PasswordLength: 3 }, 'InvalidParameterException', 'too short'],
  ['GetRandomPassword', { PasswordLength: 5000 }, 'InvalidParameterException', '4096'],
  ['DeleteSecret', {}, 'UnknownOperationException', ''],
])('%s is refused: %#', async (action, input, code, message) => {
  const { call } = await startWith([secret({ SecretString: 'one' })]);
  await expect(call(action, input)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});

test('a label moves only from the version that holds it', async () => {
  const { call } = await startWith([secret({ SecretString: 'one' })]);
  const { VersionId: one } = await call('GetSecretValue');
  const { VersionId: two } = await call('PutSecretValue', { SecretString: 'two', VersionStages: ['NEXT'] });
  expect(await textOf(call)).toBe('one');
  const move = (input: object) =>
    call('UpdateSecretVersionStage', { VersionStage: 'AWSCURRENT', MoveToVersionId: two, ...input });
  await expect(move({})).rejects.toThrow(
    `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${one}, so you must explicitly reference that version in RemoveFromVersionId.`,
  );
  await expect(move({ RemoveFromVersionId: two })).rejects.toMatchObject({
    code: 'InvalidParameterException',
  });
  await move({ RemoveFromVersionId: one });
  expect(await textOf(call)).toBe('two');
  expect(await textOf(call, { VersionStage: 'AWSPREVIOUS' })).toBe('one');
  await call('UpdateSecretVersionStage', { VersionStage: 'NEXT', RemoveFromVersionId: two });
  await expect(textOf(call, { VersionStage: 'NEXT' })).rejects.toThrow('staging label: NEXT');
});

test('a password holds each included type', async () => {
  const { call } = await startWith([secret({ SecretString: 'one' })]);
  for (let index = 0; index < 50; index++) {
    const { RandomPassword } = await call('GetRandomPassword', {
      PasswordLength: 4,
      ExcludeCharacters: 'a"',
    });
    expect(RandomPassword).toMatch(/^(?=.*[b-z])(?=.*[A-Z])(?=.*\d)(?=.*(\W|_))[^a"]{4}$/);
  }
});

test('many secrets are read at once, each with the caller’s permission on it', async () => {
  const other = resource(
    'AWS::SecretsManager::Secret',
    'Other',
    { Name: 'other', SecretString: 'two' },
    `${secretArn}-2`,
  );
  const { call } = await startWith([
    secret({ SecretString: 'one' }),
    other,
    readerRole(
      allow('secretsmanager:BatchGetSecretValue'),
      allow('secretsmanager:GetSecretValue', secretArn),
    ),
  ]);
  const answer = await call('BatchGetSecretValue', { SecretIdList: ['shop/key', 'other', 'none'] }, reader);
  expect(answer.SecretValues).toMatchObject([{ Name: 'shop/key', SecretString: 'one' }]);
  expect(answer.Errors).toMatchObject([
    { SecretId: 'other', ErrorCode: 'AccessDeniedException' },
    { SecretId: 'none', ErrorCode: 'ResourceNotFoundException' },
  ]);
});

test('a secret with a key is encrypted at rest, and needs the caller’s grant on the key', async () => {
  const templates = (...grants: object[]) => [
    secret({ KmsKeyId: 'k1', SecretString: 'plain words' }),
    resource('AWS::KMS::Key', 'K', {}, 'k1', keyArn),
    readerRole(allow('secretsmanager:*'), ...grants),
  ];
  const { call, folder } = await startWith(templates());
  expect(JSON.stringify(stores?.open('secrets-manager').list())).not.toContain('plain words');
  await expect(call('GetSecretValue', {}, reader)).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: 'Access to KMS is not allowed',
  });
  await expect(call('PutSecretValue', { SecretString: 'x' }, reader)).rejects.toThrow(
    'Access to KMS is not allowed',
  );
  await call('DescribeSecret', {}, reader);

  const via = {
    StringEquals: {
      'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
      'kms:EncryptionContext:SecretARN': secretArn,
    },
  };
  const granted = await startWith(templates({ ...allow('kms:Decrypt', keyArn), Condition: via }), { folder });
  expect(await granted.call('GetSecretValue', {}, reader)).toMatchObject({ SecretString: 'plain words' });
  await expect(granted.call('PutSecretValue', { SecretString: 'x' }, reader)).rejects.toThrow(
    'Access to KMS is not allowed',
  );
});

test('a secret that gets a key is encrypted with it', async () => {
  const key = resource('AWS::KMS::Key', 'K', {}, 'k1', keyArn);
  const { folder } = await startWith([secret({ SecretString: 'plain words' })]);
  expect(JSON.stringify(stores?.open('secrets-manager').list())).toContain('plain words');
  const { call } = await startWith([secret({ SecretString: 'plain words', KmsKeyId: keyArn }), key], {
    folder,
  });
  expect(JSON.stringify(stores?.open('secrets-manager').list())).not.toContain('plain words');
  expect(await textOf(call)).toBe('plain words');
  expect((await call('ListSecretVersionIds')).Versions).toHaveLength(1);
});

test('a schedule rotates at once where it is new, and again when its time has come', async () => {
  const steps: string[] = [];
  const rotate: RotationFunction = (step, call) => {
    steps.push(step.Step);
    return rotateWell(step, call);
  };
  const templates = [secret({ SecretString: 'one' }), schedule(), permission];
  const { call, clock, folder } = await startWith(templates, { rotate });
  const day = 86_400_000;
  const rotated = await settled(call);
  expect(steps).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  expect(rotated).toMatchObject({
    RotationEnabled: true,
    RotationLambdaARN: lambdaArn,
    LastRotatedDate: clock.now / 1000,
    NextRotationDate: (clock.now + 30 * day) / 1000,
  });
  const value = await textOf(call);
  expect(value).toHaveLength(20);
  expect(await textOf(call, { VersionStage: 'AWSPREVIOUS' })).toBe('one');

  // The same templates a day later: nothing to do.
  const next = await startWith(templates, { rotate, folder, clock: { now: clock.now + day } });
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(await textOf(next.call)).toBe(value);
  // And when it is due, with the machine off at that moment.
  const late = await startWith(templates, { rotate, folder, clock: { now: clock.now + 31 * day } });
  await eventually(async () => (await textOf(late.call)) !== value || undefined);
  expect(await textOf(late.call, { VersionStage: 'AWSPREVIOUS' })).toBe(value);
  await eventually(() => steps.length === 8 || undefined);
});

test('while a rotation is under way the old value and the pending one are both there, and no second one begins', async () => {
  let finish = () => {};
  const rotate: RotationFunction = async (step, call) => {
    if (step.Step === 'testSecret') await new Promise<void>((resolve) => (finish = resolve));
    await rotateWell(step, call);
  };
  const { call } = await startWith([secret({ SecretString: 'one' }), permission], { rotate });
  const { VersionId } = await call('RotateSecret', { RotationLambdaARN: lambdaArn });
  const pending = await eventually(() => textOf(call, { VersionStage: 'AWSPENDING' }).catch(() => undefined));
  await expect(call('RotateSecret')).rejects.toMatchObject({
    code: 'InvalidRequestException',
    message: "A previous rotation isn't complete. That rotation will be reattempted.",
  });
  expect(await call('RotateSecret', { ClientRequestToken: VersionId })).toMatchObject({ VersionId });
  expect(await textOf(call)).toBe('one');
  await eventually(() => {
    finish();
    return textOf(call).then((value) => value === pending || undefined);
  });
  expect(await textOf(call, { VersionStage: 'AWSPREVIOUS' })).toBe('one');
});

test('a rotation that a crash interrupts goes on with the same version after the next start', async () => {
  const hang: RotationFunction = (step, call) =>
    step.Step === 'setSecret' ? new Promise(() => {}) : rotateWell(step, call);
  const templates = [secret({ SecretString: 'one' }), permission];
  const { call, folder } = await startWith(templates, { rotate: hang });
  const { VersionId } = await call('RotateSecret', { RotationLambdaARN: lambdaArn });
  const pending = await eventually(() => textOf(call, { VersionStage: 'AWSPENDING' }).catch(() => undefined));
  const steps: Step[] = [];
  const after = await startWith(templates, {
    folder,
    rotate: (step, again) => {
      steps.push(step);
      return rotateWell(step, again);
    },
  });
  await settled(after.call);
  expect(await after.call('GetSecretValue')).toMatchObject({ VersionId, SecretString: pending });
  expect(new Set(steps.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(new Set([VersionId]));
  expect(steps.map(({ Step }) => Step).slice(-3)).toEqual(['setSecret', 'testSecret', 'finishSecret']);
});

test('a rotation that fails is tried again from its first step, and given up after five attempts', async () => {
  const steps: string[] = [];
  const rotate: RotationFunction = async ({ Step }) => {
    steps.push(Step);
    throw new Error('database is down');
  };
  const templates = [secret({ SecretString: 'one' }), permission];
  const first = await startWith(templates, { rotate });
  await first.call('RotateSecret', { RotationLambdaARN: lambdaArn });
  await eventually(() => steps.length === 1 || undefined);
  const { folder, clock } = first;
  for (let attempt = 2; attempt <= 5; attempt++) {
    clock.now += 60_000;
    await startWith(templates, { rotate, folder, clock });
    await eventually(() => steps.length === attempt || undefined);
  }
  clock.now += 60_000;
  const last = await startWith(templates, { rotate, folder, clock });
  await expect(textOf(last.call, { VersionStage: 'AWSPENDING' })).rejects.toThrow(
    'staging label: AWSPENDING',
  );
  expect(await textOf(last.call)).toBe('one');
  expect(steps).toEqual(Array(5).fill('createSecret'));
  // Asked again, it is told so, and tried again.
  const recovered = await startWith(templates, { folder, clock });
  await expect(recovered.call('RotateSecret')).rejects.toThrow("A previous rotation isn't complete");
  await settled(recovered.call);
  expect(await textOf(recovered.call)).toHaveLength(20);
});

test('a function that finishes without the label has failed', async () => {
  const rotate: RotationFunction = async (step, call) => {
    if (step.Step !== 'finishSecret') await rotateWell(step, call);
  };
  const { call, log } = await startWith([secret({ SecretString: 'one' }), permission], { rotate });
  await call('RotateSecret', { RotationLambdaARN: lambdaArn });
  await eventually(() => log.lines.find((line) => line.includes('not AWSCURRENT after finishSecret')));
  expect(await textOf(call)).toBe('one');
});

test('without the permission of its function a secret does not rotate', async () => {
  const { call } = await startWith([secret({ SecretString: 'one' })]);
  await expect(call('RotateSecret', { RotationLambdaARN: lambdaArn })).rejects.toThrow(
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  );
  expect(await call('DescribeSecret')).toMatchObject({ RotationEnabled: undefined });
});

test('a rotation may only be tried, and cancelled', async () => {
  const steps: string[] = [];
  const rotate: RotationFunction = async ({ Step }) => void steps.push(Step);
  const { call } = await startWith([secret({ SecretString: 'one' }), permission], { rotate });
  await call('RotateSecret', { RotationLambdaARN: lambdaArn, RotateImmediately: false });
  await eventually(() => steps.length === 1 || undefined);
  expect(steps).toEqual(['testSecret']);
  expect(await textOf(call)).toBe('one');
  await call('CancelRotateSecret');
  expect(await call('DescribeSecret')).toMatchObject({
    RotationEnabled: false,
    RotationLambdaARN: lambdaArn,
  });
});
