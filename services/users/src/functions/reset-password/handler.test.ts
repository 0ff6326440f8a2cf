import {
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { answerOf, httpEvent, lambdaContext, linkForTest } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import { cognitoError, password } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

linkForTest(resources);
const cognito = mockClient(CognitoIdentityProviderClient);
const handler = createHandler();
const post = (body: unknown) => answerOf(handler(httpEvent({ method: 'POST', body }), lambdaContext()));
const body = { email: 'ada@example.com', code: '123456', password };

test('sets the new password', async () => {
  cognito.on(ConfirmForgotPasswordCommand).resolves({});
  await expect(post(body)).resolves.toMatchObject({ statusCode: 204 });
});

test('a stranger is told what a wrong code is told', async () => {
  cognito.on(ConfirmForgotPasswordCommand).rejects(cognitoError('CodeMismatchException'));
  const wrong = await post(body);
  cognito.on(ConfirmForgotPasswordCommand).rejects(cognitoError('UserNotFoundException'));
  const stranger = await post(body);
  expect(wrong).toMatchObject({ statusCode: 400, body: { errors: [{ field: 'code' }] } });
  expect({ ...stranger.body, correlationId: '' }).toEqual({ ...wrong.body, correlationId: '' });
});

test('names the fields at fault', async () => {
  const answer = await post({ ...body, code: 'x', password: 'weak' });
  expect(answer.statusCode).toBe(400);
  expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual(
    expect.arrayContaining(['code', 'password']),
  );
});
