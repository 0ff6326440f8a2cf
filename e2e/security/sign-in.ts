import { expect, test } from '@jest/globals';
import { type Answer, createClient, until } from '../support/client.ts';
import { codeSentTo, mailsTo } from '../support/outbox.ts';
import { said } from './support/ask.ts';
import { newAddress, registered } from './support/people.ts';
import type { Secured } from './support/secured.ts';

const password = 'correct horse battery';

export const signInTests = (shop: () => Secured) => {
  const post = (path: string, body: object) =>
    createClient(shop().url).send('POST', `/api/users/${path}`, { body });
  const wrong = (code: string) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
  /** What is said, without the address that was asked for. */
  const heard = (answer: Answer, email: string) => JSON.stringify(said(answer)).replaceAll(email, '@');

  test('no answer tells whether an address has an account, confirmed or not', async () => {
    const [confirmed, unconfirmed, nobody] = [newAddress(), newAddress(), newAddress()];
    await registered(shop().url, { email: confirmed });
    await post('sign-up', { email: unconfirmed, password, name: 'Ada' });
    const asked: Record<string, (email: string) => Promise<Answer>> = {
      'wrong password': (email) => post('sign-in', { email, password: 'not the password' }),
      'wrong code': (email) => post('confirm', { email, code: '000000' }),
      'wrong code for a new password': (email) => post('reset-password', { email, code: '000000', password }),
      'new password': (email) => post('forgot-password', { email }),
      'another code': (email) => post('resend-code', { email }),
      'sign-up': (email) => post('sign-up', { email, password: 'another horse battery', name: 'Eve' }),
    };

    const told = Object.entries(asked).map(async ([name, ask]) => {
      const answers = await Promise.all(
        [confirmed, unconfirmed, nobody].map(async (email) => heard(await ask(email), email)),
      );
      return { name, isOne: new Set(answers).size === 1, first: answers[0] };
    });

    for (const { name, isOne, first } of await Promise.all(told)) {
      expect({ name, isOne, first }).toEqual({ name, isOne: true, first });
    }
  });

  test('a second sign-up changes nothing of the account, whatever the case of its address', async () => {
    const { email, id } = await registered(shop().url, { name: 'Ada' });

    for (const address of [email, email.toUpperCase(), ` ${email} `]) {
      const answer = await post('sign-up', {
        email: address,
        password: 'another horse battery',
        name: 'Eve',
      });
      expect(answer.status).toBe(202);
    }

    expect((await post('sign-in', { email, password: 'another horse battery' })).status).toBe(401);
    const { body } = await post('sign-in', { email: email.toUpperCase(), password });
    const me = await createClient(shop().url, body.accessToken).get('/api/users/me');
    expect(me.body).toMatchObject({ customerId: id, email, name: 'Ada' });
    // The code of the first sign-up, and no other.
    expect(await mailsTo(shop().url, email)).toHaveLength(1);
  });

  test('an address that is not confirmed signs nobody in, and tells so only to who has the password', async () => {
    const email = newAddress();
    await post('sign-up', { email, password, name: 'Ada' });

    const stranger = await post('sign-in', { email, password: 'not the password' });
    const owner = await post('sign-in', { email, password });

    expect([stranger.status, owner.status]).toEqual([401, 403]);
    expect(owner.body.accessToken).toBeUndefined();
  });

  test('codes can’t be guessed: after a few wrong ones not even the right one is taken', async () => {
    const email = newAddress();
    await post('sign-up', { email, password, name: 'Ada' });
    const code = await codeSentTo(shop().url, email);

    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await post('confirm', { email, code: wrong(code) })).status);
    const late = await post('confirm', { email, code });

    expect(statuses.slice(0, 5)).toEqual([400, 400, 400, 400, 400]);
    expect(statuses.slice(5)).toEqual([429, 429, 429]);
    expect(late.status).toBe(429);
    expect((await post('sign-in', { email, password })).status).toBe(403);
  });

  test('nor can codes for a new password', async () => {
    const { email } = await registered(shop().url);
    await post('forgot-password', { email });
    const code = await codeSentTo(shop().url, email, 2);
    const reset = (guess: string) =>
      post('reset-password', { email, code: guess, password: 'stolen horse battery' });

    for (let i = 0; i < 5; i++) expect((await reset(wrong(code))).status).toBe(400);

    expect((await reset(code)).status).toBe(429);
    expect((await post('sign-in', { email, password })).status).toBe(200);
  });

  test('guessing a password is slowed down, and the answer stays the same', async () => {
    const { email } = await registered(shop().url);
    const attempt = (guess: string) => post('sign-in', { email, password: guess });

    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(heard(await attempt(`wrong horse ${i}`), email));
    const locked = await attempt(password);

    expect(new Set([...answers, heard(locked, email)]).size).toBe(1);
    expect(locked.status).toBe(401);
    // In a few seconds its owner gets in again.
    await until(
      () => attempt(password),
      ({ status }) => status === 200,
      200,
    );
  });

  test('the pool’s rules for passwords hold, and long ones of any script are welcome', async () => {
    const attempt = async (chosen: string) =>
      (await post('sign-up', { email: newAddress(), password: chosen, name: 'Ada' })).status;

    expect(
      await Promise.all(['', 'short', 'x'.repeat(11), 'x'.repeat(257), '           '].map(attempt)),
    ).toEqual([400, 400, 400, 400, 400]);
    expect(
      await Promise.all(['päßwörter mit Umlauten', '密码密码密码密码密码密码', 'x'.repeat(256)].map(attempt)),
    ).toEqual([202, 202, 202]);
  });

  test('a name writes nothing of the mails but itself', async () => {
    const names = ['Ada\r\nBcc: eve@example.com', 'Ada\n\nYou have won: https://example.com', '\u001b[2J'];
    for (const name of names) {
      const { status, body } = await post('sign-up', { email: newAddress(), password, name });
      expect([status, body.errors[0].field]).toEqual([400, 'name']);
    }
  });
};
