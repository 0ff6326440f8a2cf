import {
  CognitoIdentityProviderClient,
  ForgotPasswordCommand,
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

test('answers alike whether or not the address has an account', async () => {
  cognito.on(ForgotPasswordCommand).resolves({});
  const sent = await post(body);
  expect(sent).toMatchObject({ statusCode: 202 });
  for (const name of ['UserNotFoundException', 'InvalidParameterException', 'NotAuthorizedException']) {
    cognito.on(ForgotPasswordCommand).rejects(cognitoError(name));
    await expect(post(body)).resolves.toEqual(sent);
  }
});
