import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { answerOf, httpEvent, lambdaContext, linkForTest } from '@emporium/testing';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import type { Profile } from '../../domain/profile.ts';
import { cognitoError, customerId, user } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

linkForTest(resources);
const cognito = mockClient(CognitoIdentityProviderClient);
const store = {
  findProfile: jest.fn(async (): Promise<Profile | undefined> => undefined),
  addProfile: jest.fn(async (_profile: Profile, _options: { correlationId: string }) => undefined),
};
const handler = createHandler({ store });
const post = (body: unknown) => answerOf(handler(httpEvent({ method: 'POST', body }), lambdaContext()));
const body = { email: 'ada@example.com', code: '123456' };

beforeEach(() => {
  cognito.reset();
  jest.clearAllMocks();
});

test('confirms and registers the customer', async () => {
  cognito.on(ConfirmSignUpCommand).resolves({}).on(AdminGetUserCommand).resolves(user);
  await expect(post(body)).resolves.toMatchObject({ statusCode: 204 });
  expect(store.addProfile).toHaveBeenCalledWith(
    expect.objectContaining({ customerId, email: 'ada@example.com', name: 'Ada' }),
    { correlationId: expect.any(String) },
  );
});

test('a wrong code, an expired one, a stranger and a confirmed address get one and the same answer', async () => {
  const answers: unknown[] = [];
  const errors = ['CodeMismatch', 'ExpiredCode', 'UserNotFound', 'NotAuthorized'];
  for (const name of errors.map((error) => `${error}Exception`)) {
    cognito.on(ConfirmSignUpCommand).rejects(cognitoError(name));
    const { statusCode, body: answer } = await post(body);
    answers.push({ statusCode, ...answer, correlationId: '' });
  }
  expect(answers[0]).toMatchObject({ statusCode: 400, errors: [{ field: 'code' }] });
  expect(answers).toEqual(errors.map(() => answers[0]));
  expect(store.addProfile).not.toHaveBeenCalled();
});
