import { CognitoIdentityProviderClient, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { logger } from '@emporium/functions';
import { answerOf, captureLogs, httpEvent, lambdaContext, linkForTest } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import { cognitoError, password } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

linkForTest(resources);
const cognito = mockClient(CognitoIdentityProviderClient);
const handler = createHandler();
const post = (body: unknown) => answerOf(handler(httpEvent({ method: 'POST', body }), lambdaContext()));
const body = { email: ' Ada@Example.com ', password, name: 'Ada' };

beforeEach(() => {
  cognito.reset();
});

test('signs up under the address in lower case', async () => {
  cognito.on(SignUpCommand).resolves({});
  await expect(post(body)).resolves.toMatchObject({
    statusCode: 202,
    body: { email: 'ada@example.com' },
  });
  expect(cognito.commandCalls(SignUpCommand)[0]?.args[0].input).toMatchObject({
    ClientId: 'clientId',
    Username: 'ada@example.com',
    UserAttributes: [
      { Name: 'email', Value: 'ada@example.com' },
      { Name: 'name', Value: 'Ada' },
    ],
  });
});

test.each([
  ['email', { email: 'ada' }],
  ['email', { email: 7 }],
  ['name', { name: '  ' }],
  ['name', { name: 'Ada\n\nYou have won' }],
  ['name', { name: 'Ada\u001b[2J' }],
  ['password', { password: 'short' }],
  ['password', { password: 'x'.repeat(257) }],
])('names the field %s of %j', async (field, fault) => {
  const answer = await post({ ...body, ...fault });
  expect(answer).toMatchObject({
    statusCode: 400,
    body: { errors: expect.arrayContaining([expect.objectContaining({ field })]) },
  });
  expect(cognito.calls()).toHaveLength(0);
});

test("passes on what the pool's own policy says of a password", async () => {
  cognito
    .on(SignUpCommand)
    .rejects(
      cognitoError(
        'InvalidPasswordException',
        'Password did not conform with policy: Password not long enough',
      ),
    );
  await expect(post(body)).resolves.toMatchObject({
    statusCode: 400,
    body: { errors: [{ field: 'password', message: 'password not long enough' }] },
  });
});

test('answers for an address that is taken as for any other', async () => {
  cognito.on(SignUpCommand).resolves({});
  const free = await post(body);
  cognito.on(SignUpCommand).rejects(cognitoError('UsernameExistsException'));
  expect(await post(body)).toEqual(free);
});

test('a password is in no answer and no log line', async () => {
  const weak = 'my-secret';
  // Everything that could ever be logged; tests keep quiet otherwise.
  logger.setLogLevel('DEBUG');
  const logs = captureLogs();
  cognito.on(SignUpCommand).rejects(new Error('Cognito is down'));
  const answers = [await post({ ...body, password: weak }), await post(body)];
  answers.push(await post({ ...body, password: { text: weak } }));
  logs.stop();
  logger.setLogLevel('SILENT');
  expect(logs.lines).toContainEqual(expect.objectContaining({ level: 'ERROR' }));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 500, 400]);
  for (const secret of [weak, password]) expect(JSON.stringify(answers) + logs.text).not.toContain(secret);
});
