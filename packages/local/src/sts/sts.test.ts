import { expect, test } from '@jest/globals';
import type { Caller, Cloud } from '../cloud.ts';
import { start } from './start.ts';

const identity = async (caller: Caller, action = 'GetCallerIdentity') => {
  const { api } = await start({ accountId: '000000000000' } as Cloud);
  return api.handle(action, {} as never, caller);
};

test('everybody is told who they are', async () => {
  expect(await identity({ kind: 'root' })).toEqual({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:root',
    UserId: '000000000000',
  });
  const roleArn = 'arn:aws:iam::000000000000:role/placer';
  expect(await identity({ kind: 'role', roleArn, name: 'place' })).toMatchObject({
    Arn: 'arn:aws:sts::000000000000:assumed-role/placer/place',
  });
  await expect(identity({ kind: 'root' }, 'AssumeRole')).rejects.toMatchObject({
    code: 'UnknownOperationException',
  });
});
