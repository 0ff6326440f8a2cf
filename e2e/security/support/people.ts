import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '../../support/client.ts';
import { codeSentTo } from '../../support/outbox.ts';
import { claimsOf } from '../../support/tokens.ts';

/** The tokens that somebody signs in to. */
interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
}

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly tokens: Tokens;
  readonly client: Client;
}

export const signedIn = async (url: string, email: string, password: string): Promise<Person> => {
  const { status, body } = await createClient(url).send('POST', '/api/users/sign-in', {
    body: { email, password },
  });
  if (status !== 200) throw new Error(`sign-in of ${email}: ${status} ${JSON.stringify(body)}`);
  const { sub } = claimsOf(body.accessToken);
  return { id: String(sub), email, password, tokens: body, client: createClient(url, body.accessToken) };
};

/** An address that nobody has yet. */
export const newAddress = () => `${randomUUID()}@example.com`;

/** Somebody new: signed up, confirmed by the code in the local outbox, and signed in. */
export const registered = async (
  url: string,
  { email = newAddress(), password = 'correct horse battery', name = 'Grace Hopper' } = {},
): Promise<Person> => {
  const post = (path: string, body: object) =>
    createClient(url).send('POST', `/api/users/${path}`, { body: { email, ...body } });
  await post('sign-up', { password, name });
  await post('confirm', { code: await codeSentTo(url, email) });
  return signedIn(url, email, password);
};

/** The account that a deployed stage keeps for these tests. */
export const fromEnvironment = (url: string, role: 'CUSTOMER' | 'OTHER_CUSTOMER' | 'ADMIN') => {
  const [email, password] = ['EMAIL', 'PASSWORD'].map((part) => {
    const value = process.env[`${role}_${part}`];
    if (!value) throw new Error(`Set ${role}_${part}: the tests sign in with it, see docs/security.md`);
    return value;
  }) as [string, string];
  return signedIn(url, email, password);
};
