import { afterEach, expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { createDataKeys } from './data-keys.ts';
import { type FakeCall, fakeCloud } from './fake-cloud.ts';
import type { Machine } from './machines.ts';
import { ARN, echo, machine, open, RoleArn, stopAll, task } from './module-for-test.ts';

afterEach(stopAll);

const KmsKeyId = 'arn:aws:kms:us-east-1:000000000000:key/1';
const EncryptionConfiguration = {
  Type: 'CUSTOMER_MANAGED_KMS_KEY',
  KmsKeyId,
  KmsDataKeyReusePeriodSeconds: 60,
};
const EncryptionContext = { 'aws:states:stateMachineArn': ARN };

/** KMS that gives data keys, or refuses, and the calls that it got. */
const kms = (refused?: { action: string; code: string }) => {
  const calls: FakeCall[] = [];
  const answer = (call: FakeCall) => {
    if (call.prefix !== 'kms') return echo(call);
    calls.push(call);
    if (call.action === refused?.action) throw new AwsError(refused.code, `no ${call.action}`);
    return { CiphertextBlob: 'blob', Plaintext: 'key' };
  };
  return { calls, answer };
};

test('a role gets a data key before its executions start, and opens it in the name of the state machine', async () => {
  const { calls, answer } = kms();
  const { ask, ended } = await open(
    fakeCloud([machine({ Only: task('one', { End: true }) }, { EncryptionConfiguration })], answer),
  );

  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN, input: '1' });
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  await ask('StartExecution', { stateMachineArn: ARN, input: '2' });

  // The second one is within the time for which the key is used again.
  expect(calls.map(({ action, input }) => [action, input])).toEqual([
    ['GenerateDataKey', { KeyId: KmsKeyId, KeySpec: 'AES_256', EncryptionContext }],
    ['Decrypt', { KeyId: KmsKeyId, CiphertextBlob: 'blob', EncryptionContext }],
  ]);
  expect(calls[0]?.caller).toMatchObject({ kind: 'role', roleArn: RoleArn });
  expect(await ask('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
    encryptionConfiguration: {
      type: 'CUSTOMER_MANAGED_KMS_KEY',
      kmsKeyId: KmsKeyId,
      kmsDataKeyReusePeriodSeconds: 60,
    },
  });
});

test.each([
  ['GenerateDataKey', 'AccessDeniedException', 'KmsAccessDeniedException'],
  ['Decrypt', 'AccessDeniedException', 'KmsAccessDeniedException'],
  ['GenerateDataKey', 'DisabledException', 'KmsInvalidStateException'],
])('without %s no execution starts: %s', async (action, code, told) => {
  const { ask } = await open(
    fakeCloud(
      [machine({ Only: task('one', { End: true }) }, { EncryptionConfiguration })],
      kms({ action, code }).answer,
    ),
  );

  await expect(ask('StartExecution', { stateMachineArn: ARN })).rejects.toMatchObject({ code: told });
  expect((await ask('ListExecutions', { stateMachineArn: ARN })).executions).toEqual([]);
});

test('a key is asked for again when its time is over, and never where AWS has its own', async () => {
  const { calls, answer } = kms();
  let now = 0;
  const dataKeys = createDataKeys(fakeCloud([], answer), () => now);
  const encrypted = {
    arn: ARN,
    name: 'Flow',
    roleArn: RoleArn,
    encryption: EncryptionConfiguration,
  } as Machine;

  await dataKeys({ ...encrypted, encryption: { Type: 'AWS_OWNED_KEY', KmsKeyId: '' } });
  expect(calls).toEqual([]);
  await dataKeys(encrypted);
  now = 59_999;
  await dataKeys(encrypted);
  expect(calls).toHaveLength(2);
  now = 60_000;
  await dataKeys(encrypted);
  expect(calls).toHaveLength(4);
});
