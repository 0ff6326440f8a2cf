import { expect, test } from '@jest/globals';
import { inParallel } from './support/in-parallel.ts';
import { connect, sendRaw } from './support/raw.ts';
import type { Secured } from './support/secured.ts';

/** Two requests, told apart by who believes which header. */
const smuggled = 'GET /api/catalog/products HTTP/1.1\r\nhost: x\r\n\r\n';

export const wireTests = (shop: () => Secured) => {
  test('what could be two requests is answered once, and with a refusal', async () => {
    const { url } = shop();
    const { host } = new URL(url);
    const start = (...headers: string[]) =>
      [
        'POST /api/users/sign-in HTTP/1.1',
        `host: ${host}`,
        'content-type: application/json',
        ...headers,
      ].join('\r\n');
    const length = smuggled.length + 5;
    const attempts: Record<string, string> = {
      'both lengths': `${start(`content-length: ${length}`, 'transfer-encoding: chunked')}\r\n\r\n0\r\n\r\n${smuggled}`,
      'both lengths, the other way': `${start('transfer-encoding: chunked', 'content-length: 4')}\r\n\r\n2a\r\n${smuggled}\r\n0\r\n\r\n`,
      'two lengths': `${start('content-length: 2', `content-length: ${length}`)}\r\n\r\n{}${smuggled}`,
      'two lengths in one': `${start(`content-length: 2, ${length}`)}\r\n\r\n{}${smuggled}`,
      'a length with a sign': `${start('content-length: +2')}\r\n\r\n{}${smuggled}`,
      'a length in hexadecimal': `${start('content-length: 0x2')}\r\n\r\n{}${smuggled}`,
      'a negative length': `${start('content-length: -2')}\r\n\r\n{}${smuggled}`,
      'an encoding that is none': `${start('transfer-encoding: xchunked')}\r\n\r\n0\r\n\r\n${smuggled}`,
      'an encoding after another': `${start('transfer-encoding: identity, chunked, x')}\r\n\r\n0\r\n\r\n${smuggled}`,
      'a blank before the colon': `${start('transfer-encoding : chunked')}\r\n\r\n0\r\n\r\n${smuggled}`,
      'a folded header': `${start('x: 1\r\n transfer-encoding: chunked')}\r\n\r\n0\r\n\r\n${smuggled}`,
      'a bare line feed': `${start('x: 1\ncontent-length: 2')}\r\n\r\n{}${smuggled}`,
      'a bare carriage return': `${start('x: 1\rcontent-length: 2')}\r\n\r\n{}${smuggled}`,
      'a chunk of no length': `${start('transfer-encoding: chunked')}\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${smuggled}`,
      'no host': 'GET /api/catalog/products HTTP/1.1\r\n\r\n',
      'no HTTP': 'hello\r\n\r\n',
      TLS: '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    };

    const answers = await inParallel(Object.entries(attempts), async ([name, bytes]) => {
      const { answers: count, status } = await sendRaw(url, bytes);
      return { name, count, isRefused: status >= 400 && status < 500 };
    });

    expect(answers.filter(({ count, isRefused }) => count !== 1 || !isRefused)).toEqual([]);
  });

  test('a body that does not arrive keeps nobody else waiting', async () => {
    const { url, owner } = shop();
    const slow = Array.from({ length: 40 }, () => connect(url));
    for (const socket of slow) {
      socket.on('error', () => undefined);
      socket.write(
        `POST /api/users/sign-in HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"email"`,
      );
    }

    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await owner.client.get('/api/users/me')).status),
    );
    for (const socket of slow) socket.destroy();

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await owner.client.get('/api/users/me')).status).toBe(200);
  });
};
