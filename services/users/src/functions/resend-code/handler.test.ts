import {
  CognitoIdentityProviderClient,
  ResendConfirmationCodeCommand,
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
const body = { email: 'ada@example.com' };

test('answers alike for a newcomer, a stranger and a confirmed address', async () => {
  cognito.on(ResendConfirmationCodeCommand).resolves({});
  const sent = await post(body);
  expect(sent).toEqual({ statusCode: 202, body: { email: 'ada@example.com', next: 'confirm' } });
  for (const name of ['UserNotFoundException', 'InvalidParameterException']) {
    cognito.on(ResendConfirmationCodeCommand).rejects(cognitoError(name));
    await expect(post(body)).resolves.toEqual(sent);
  }
});

test('too many attempts have to wait', async () => {
  cognito.on(ResendConfirmationCodeCommand).rejects(cognitoError('LimitExceededException'));
  await expect(post(body)).resolves.toMatchObject({ statusCode: 429 });
});
