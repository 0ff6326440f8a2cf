import { beforeEach, expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { createAttempts } from './attempts.ts';

const MINUTE = 60_000;

let clock: number;
let attempt: ReturnType<typeof createAttempts>;
beforeEach(() => {
  clock = 1_000_000;
  attempt = createAttempts(() => clock);
});

/** The code of the error that an attempt ends with, or `ok`. */
const outcome = (action: string, answer: string, user = 'ada@example.com') =>
  attempt(action, user, async () => {
    if (answer !== 'ok') throw new AwsError(answer, answer);
    return 'ok';
  }).catch((error: AwsError) => (error.message === answer ? error.code : error.message));

const LIMIT = 'Attempt limit exceeded, please try after some time.';
const LOCKED = 'Password attempts exceeded';
const wrongCode = (user?: string) => outcome('ConfirmSignUp', 'CodeMismatchException', user);
const wrongPassword = () => outcome('InitiateAuth', 'NotAuthorizedException');

test('five wrong codes within an hour, and not even the right one is taken', async () => {
  for (let i = 0; i < 5; i++) expect(await wrongCode()).toBe('CodeMismatchException');

  expect(await wrongCode()).toBe(LIMIT);
  expect(await outcome('ConfirmSignUp', 'ok')).toBe(LIMIT);
  expect(await outcome('ConfirmForgotPassword', 'ok')).toBe(LIMIT);
  expect(await wrongCode('grace@example.com')).toBe('CodeMismatchException');
  clock += 60 * MINUTE;
  expect(await outcome('ConfirmSignUp', 'ok')).toBe('ok');
});

test('a right code starts the count anew', async () => {
  for (let i = 0; i < 4; i++) await wrongCode();
  await outcome('ConfirmSignUp', 'ok');

  for (let i = 0; i < 5; i++) expect(await wrongCode()).toBe('CodeMismatchException');
  expect(await wrongCode()).toBe(LIMIT);
});

test('after five wrong passwords each further one doubles the lock, and attempts meanwhile do not', async () => {
  for (let i = 0; i < 5; i++) expect(await wrongPassword()).toBe('NotAuthorizedException');

  for (const seconds of [1, 2, 4, 8]) {
    expect(await outcome('InitiateAuth', 'ok')).toBe(LOCKED);
    clock += seconds * 1000 - 1;
    expect(await outcome('InitiateAuth', 'ok')).toBe(LOCKED);
    clock += 1;
    expect(await wrongPassword()).toBe('NotAuthorizedException');
  }
  clock += 16_000;
  expect(await outcome('InitiateAuth', 'ok')).toBe('ok');
  expect(await wrongPassword()).toBe('NotAuthorizedException');
  expect(await wrongPassword()).toBe('NotAuthorizedException');
});

test('a lock never lasts longer than 15 minutes, and as long a pause ends it', async () => {
  for (let i = 0; i < 30; i++) {
    await wrongPassword();
    clock += 15 * MINUTE - 1;
    expect(await outcome('InitiateAuth', 'NotAuthorizedException')).toMatch(/NotAuthorized|exceeded/);
  }
  clock += 30 * MINUTE;

  for (let i = 0; i < 5; i++) expect(await wrongPassword()).toBe('NotAuthorizedException');
  expect(await wrongPassword()).toBe(LOCKED);
});

test('what fails for another reason, and other operations, do not count', async () => {
  for (let i = 0; i < 20; i++) {
    expect(await outcome('InitiateAuth', 'UserNotConfirmedException')).toBe('UserNotConfirmedException');
    expect(await outcome('ForgotPassword', 'UserNotFoundException')).toBe('UserNotFoundException');
  }
});
