import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { logger } from '@emporium/functions';
import { answerOf, captureLogs, httpEvent, lambdaContext, linkForTest } from '@emporium/testing';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import type { Profile } from '../../domain/profile.ts';
import { authentication, cognitoError, customerId, password, user } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

linkForTest(resources);
const cognito = mockClient(CognitoIdentityProviderClient);
const profile: Profile = {
  customerId,
  email: 'ada@example.com',
  name: 'Ada',
  registeredAt: '2026-07-01T12:00:00.000Z',
};
const store = {
  findProfile: jest.fn(async (): Promise<Profile | undefined> => profile),
  addProfile: jest.fn(async (_profile: Profile, _options: { correlationId: string }) => undefined),
};
const handler = createHandler({ store });
const post = (body: unknown) => answerOf(handler(httpEvent({ method: 'POST', body }), lambdaContext()));
const body = { email: 'ada@example.com', password };

beforeEach(() => {
  cognito.reset();
  jest.clearAllMocks();
});

test('gives the tokens of a registered customer', async () => {
  cognito.on(InitiateAuthCommand).resolves(authentication);
  await expect(post(body)).resolves.toMatchObject({
    statusCode: 200,
    body: { accessToken: 'access', refreshToken: 'refresh', expiresIn: 3600 },
  });
  expect(store.addProfile).not.toHaveBeenCalled();
});

test('registers a customer whose confirmation died before the profile was written', async () => {
  cognito.on(InitiateAuthCommand).resolves(authentication).on(AdminGetUserCommand).resolves(user);
  store.findProfile.mockResolvedValueOnce(undefined);
  await expect(post(body)).resolves.toMatchObject({ statusCode: 200 });
  expect(store.addProfile).toHaveBeenCalledWith(
    expect.objectContaining({ customerId, name: 'Ada' }),
    expect.anything(),
  );
});

test('a wrong password and an unknown address get one and the same answer', async () => {
  const answers: unknown[] = [];
  for (const name of ['NotAuthorizedException', 'UserNotFoundException', 'InvalidPasswordException']) {
    cognito.on(InitiateAuthCommand).rejects(cognitoError(name, `${name} for ada@example.com`));
    const { statusCode, body: answer } = await post(body);
    answers.push({ statusCode, ...answer, correlationId: '' });
  }
  expect(answers[0]).toMatchObject({ statusCode: 401, type: 'urn:emporium:problem:invalid-credentials' });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test.each([
  ['UserNotConfirmedException', 403],
  ['PasswordResetRequiredException', 403],
  ['TooManyRequestsException', 429],
])('answers %s with %i', async (name, statusCode) => {
  cognito.on(InitiateAuthCommand).rejects(cognitoError(name));
  await expect(post(body)).resolves.toMatchObject({ statusCode });
});

test('a challenge is named, not taken for a sign-in', async () => {
  cognito.on(InitiateAuthCommand).resolves({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  await expect(post(body)).resolves.toMatchObject({
    statusCode: 403,
    body: { step: 'NEW_PASSWORD_REQUIRED' },
  });
});

test('neither password nor token is in a log line', async () => {
  // Everything that could ever be logged; tests keep quiet otherwise.
  logger.setLogLevel('DEBUG');
  const logs = captureLogs();
  cognito.on(InitiateAuthCommand).resolves(authentication);
  await post(body);
  cognito.on(InitiateAuthCommand).rejects(cognitoError('InternalErrorException'));
  await expect(post(body)).resolves.toMatchObject({ statusCode: 500 });
  logs.stop();
  logger.setLogLevel('SILENT');
  expect(logs.text).toContain('InternalErrorException');
  for (const secret of [password, authentication.AuthenticationResult.IdToken]) {
    expect(logs.text).not.toContain(secret);
  }
});
