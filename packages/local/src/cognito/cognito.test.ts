import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { startTestShop } from '../front-door/test-shop.ts';
import { outboxOf } from '../outbox/outbox.ts';

const PASSWORD = 'long-enough-1';

let dataFolder: string;
let shop: Awaited<ReturnType<typeof startTestShop>>;

beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'cognito-'));
  shop = await startTestShop(dataFolder);
});
afterEach(() => shop.stop());

const call = <T = unknown>(action: string, input: object) =>
  shop.cloud.call<T>({ kind: 'root' }, 'cognito-idp', action, input);

interface SignedIn {
  AuthenticationResult: Record<'AccessToken' | 'IdToken' | 'RefreshToken' | 'TokenType', string> & {
    ExpiresIn: number;
  };
}

const initiate = (AuthFlow: string, AuthParameters: Record<string, string>) =>
  call<SignedIn>('InitiateAuth', { ClientId: shop.clientId, AuthFlow, AuthParameters });

const signIn = (USERNAME = 'ada@example.com', password = PASSWORD) =>
  initiate('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: password });

const signUp = async (Username = 'ada@example.com', Password = PASSWORD) => {
  await call('SignUp', { ClientId: shop.clientId, Username, Password });
  return /\d{6}/.exec(outboxOf(shop.cloud).newest(1)[0]?.text ?? '')?.[0] ?? '';
};

const confirm = (ConfirmationCode: string) =>
  call('ConfirmSignUp', { ClientId: shop.clientId, Username: 'ada@example.com', ConfirmationCode });

test('sign-up, confirmation by the code in the outbox, sign-in, and a token that the API takes', async () => {
  const code = await signUp();
  expect(outboxOf(shop.cloud).newest(1)).toMatchObject([{ kind: 'email', to: ['ada@example.com'] }]);
  await expect(signIn()).rejects.toMatchObject({ code: 'UserNotConfirmedException' });
  await confirm(code);

  const { AuthenticationResult: tokens } = await signIn('Ada@Example.com');

  expect(tokens).toMatchObject({ TokenType: 'Bearer', ExpiresIn: 1800 });
  expect(decodeJwt(tokens.IdToken)).toMatchObject({
    email: 'ada@example.com',
    email_verified: true,
    aud: shop.clientId,
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${shop.poolId}`,
  });
  const authorization = `Bearer ${tokens.AccessToken}`;
  expect((await fetch(`${shop.url}/api/shop/private`, { headers: { authorization } })).status).toBe(200);
});

test('users, groups, tokens and keys are there after a restart', async () => {
  await confirm(await signUp());
  const Username = 'ada@example.com';
  await call('AdminAddUserToGroup', { UserPoolId: shop.poolId, Username, GroupName: 'admin' });
  const { AuthenticationResult: before } = await signIn();
  await shop.stop();
  shop = await startTestShop(dataFolder);

  const headers = { authorization: before.AccessToken };
  expect((await fetch(`${shop.url}/api/shop/private`, { headers })).status).toBe(200);
  const { AuthenticationResult: after } = await initiate('REFRESH_TOKEN', {
    REFRESH_TOKEN: before.RefreshToken,
  });
  expect(decodeJwt(after.AccessToken)['cognito:groups']).toEqual(['admin']);
  expect(after.RefreshToken).toBeUndefined();
});

test.each([
  ['a wrong password', () => signIn('ada@example.com', 'wrong'), 'NotAuthorizedException'],
  ['nobody', () => signIn('nobody@example.com'), 'NotAuthorizedException'],
  ['a second sign-up', () => signUp('ADA@example.com'), 'UsernameExistsException'],
  ['a second confirmation', () => confirm('123456'), 'NotAuthorizedException'],
  ['a short password', () => signUp('new@example.com', 'short-1'), 'InvalidPasswordException'],
  [
    'a password without a digit',
    () => signUp('new@example.com', 'no-digit-here'),
    'InvalidPasswordException',
  ],
  ['a flow that is off', () => initiate('USER_SRP_AUTH', {}), 'InvalidParameterException'],
  [
    'an unknown client',
    () => call('SignUp', { ClientId: 'x', Username: 'a@b.c' }),
    'ResourceNotFoundException',
  ],
])('refused: %s', async (_, attempt, code) => {
  await confirm(await signUp());

  await expect(attempt()).rejects.toMatchObject({ code });
});

test('a refresh token opens no route', async () => {
  await confirm(await signUp());
  const { AuthenticationResult: tokens } = await signIn();

  const headers = { authorization: tokens.RefreshToken };
  expect((await fetch(`${shop.url}/api/shop/private`, { headers })).status).toBe(401);
});

test('another code on request, which replaces the first', async () => {
  const resend = (Username: string) => call('ResendConfirmationCode', { ClientId: shop.clientId, Username });
  const first = await signUp();

  await resend('Ada@Example.com');

  const [mail] = outboxOf(shop.cloud).newest(1);
  expect(mail?.to).toEqual(['ada@example.com']);
  const second = /\d{6}/.exec(mail?.text ?? '')?.[0] ?? '';
  if (first !== second) await expect(confirm(first)).rejects.toMatchObject({ code: 'CodeMismatchException' });
  await confirm(second);
  await expect(resend('ada@example.com')).rejects.toMatchObject({ code: 'InvalidParameterException' });
  await expect(resend('nobody@example.com')).rejects.toMatchObject({ code: 'UserNotFoundException' });
});

test('a wrong code is refused', async () => {
  const code = await signUp();
  await expect(confirm(code === '111111' ? '222222' : '111111')).rejects.toMatchObject({
    code: 'CodeMismatchException',
  });
});
