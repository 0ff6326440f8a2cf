import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { answerOf, httpEvent, lambdaContext, linkForTest } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import { cognitoError } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

linkForTest(resources);
const cognito = mockClient(CognitoIdentityProviderClient);
const handler = createHandler();
const post = (body: unknown) => answerOf(handler(httpEvent({ method: 'POST', body }), lambdaContext()));

test('gives new tokens, and no new refresh token where the pool gives none', async () => {
  cognito
    .on(InitiateAuthCommand)
    .resolves({ AuthenticationResult: { AccessToken: 'new', IdToken: 'id', ExpiresIn: 600 } });
  const answer = await post({ refreshToken: 'refresh' });
  expect(answer).toEqual({ statusCode: 200, body: { accessToken: 'new', idToken: 'id', expiresIn: 600 } });
  expect(cognito.commandCalls(InitiateAuthCommand)[0]?.args[0].input).toMatchObject({
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: 'refresh' },
  });
});

test('refuses a token that is used up', async () => {
  cognito.on(InitiateAuthCommand).rejects(cognitoError('NotAuthorizedException'));
  await expect(post({ refreshToken: 'old' })).resolves.toMatchObject({ statusCode: 401 });
});

test('names the missing field', async () => {
  await expect(post({})).resolves.toMatchObject({
    statusCode: 400,
    body: { errors: [{ field: 'refreshToken' }] },
  });
});
