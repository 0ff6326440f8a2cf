import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { Answer } from '../support/client.ts';
import { ask } from './support/ask.ts';
import type { Endpoint } from './support/endpoints.ts';
import { inParallel } from './support/in-parallel.ts';
import type { Secured } from './support/secured.ts';

/** The largest body that the shop takes, see packages/functions. */
const LIMIT_BYTES = 256 * 1024;

export const bodyTests = (shop: () => Secured) => {
  const takers = () => shop().endpoints.filter(({ sample }) => sample.body !== undefined);

  /** Sends every body to every route that takes one, and gives the answers that have another status. */
  const sendAll = async (
    bodies: Readonly<Record<string, (sample: object) => string | Buffer<ArrayBuffer>>>,
    expected: number,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const attempts = takers().flatMap((endpoint) =>
      Object.entries(bodies).map(([name, make]) => ({ endpoint, name, raw: make(endpoint.sample.body) })),
    );
    expect(attempts.length).toBeGreaterThan(10);
    const failed = await inParallel(attempts, async ({ endpoint, name, raw }) => {
      const answer = await ask(shop().url, endpoint, {
        token: shop().admin.tokens.accessToken,
        raw,
        headers,
      });
      return isProblem(answer, expected) ? [] : [`${endpoint.key}, ${name}: ${answer.status}`];
    });
    return failed.flat();
  };

  const isProblem = ({ status, headers, body }: Answer, expected: number) =>
    status === expected &&
    headers.get('content-type') === 'application/problem+json' &&
    body.status === expected &&
    typeof body.title === 'string' &&
    typeof body.correlationId === 'string';

  const padded = (bytes: number) => (sample: object) => {
    const empty = Buffer.byteLength(JSON.stringify({ ...sample, pad: '' }));
    return JSON.stringify({ ...sample, pad: 'x'.repeat(bytes - empty) });
  };

  test('the limit of a body is the limit, to the byte', async () => {
    expect(await sendAll({ 'as large as may be': padded(LIMIT_BYTES) }, 400)).toEqual([]);
    expect(await sendAll({ 'a byte larger': padded(LIMIT_BYTES + 1) }, 413)).toEqual([]);
    expect(
      await sendAll(
        { 'larger only in UTF-8': () => JSON.stringify({ pad: '€'.repeat(LIMIT_BYTES / 3 + 1) }) },
        413,
      ),
    ).toEqual([]);
  });

  test('a body that nests a hundred thousand levels is refused, and the function lives', async () => {
    const nested = (open: string, close: string) => () => open.repeat(100_000) + close.repeat(100_000);
    const depths = {
      lists: nested('[', ']'),
      'lists without an end': nested('[', ''),
      'ends without a beginning': nested('', ']'),
    };
    expect(await sendAll(depths, 400)).toEqual([]);
    // Six bytes a level: no more than these go into a body.
    const objects = () => `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`;
    const inside = (sample: object) =>
      JSON.stringify({ ...sample, deep: 0 }).replace(/0\}$/, `${'['.repeat(900)}${']'.repeat(900)}}`);
    expect(await sendAll({ objects, inside }, 400)).toEqual([]);
    expect(shop().printed.filter((line) => /Runtime exited|heap|call stack/i.test(line))).toEqual([]);
  });

  test('what is not JSON, or more than one value, is refused', async () => {
    const text = JSON.stringify;
    const bodies: Parameters<typeof sendAll>[0] = {
      nothing: () => '',
      blanks: () => '   ',
      null: () => 'null',
      'a number': () => '1',
      'a text': () => '"x"',
      'an empty list': () => '[]',
      'the sample in a list': (sample) => text([sample]),
      'half of it': (sample) => text(sample).slice(0, -1),
      'two values': (sample) => text(sample) + text(sample),
      'something after it': (sample) => `${text(sample)};`,
      'a comment': (sample) => `/* */${text(sample)}`,
      'single quotes': (sample) => text(sample).replaceAll('"', "'"),
      'a comma too many': (sample) => text(sample).replace(/\}$/, ',}'),
      'a NUL after it': (sample) => `${text(sample)}\u0000`,
      'a byte order mark': (sample) => `\ufeff${text(sample)}`,
      'UTF-16': (sample) => Buffer.from(text(sample), 'utf16le'),
      'bytes that are no UTF-8': () => Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22]),
      'a prototype': (sample) => text(sample).replace(/\}$/, ',"__proto__":{"isAdmin":true}}'),
      'a prototype in disguise': (sample) =>
        text(sample).replace(/\}$/, ',"\\u005f_proto__":{"isAdmin":true}}'),
      'a constructor': (sample) => text({ ...sample, constructor: { prototype: { isAdmin: true } } }),
      compressed: (sample) => gzipSync(text(sample)),
    };
    expect(await sendAll(bodies, 400)).toEqual([]);
    expect(
      await sendAll({ compressed: bodies.compressed as never }, 400, { 'content-encoding': 'gzip' }),
    ).toEqual([]);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test('JSON under another name is refused', async () => {
    const types = [
      'text/plain',
      'text/json',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'application/jsonp',
      'json',
      ' ',
      'text/plain, application/json',
    ];
    for (const type of types) {
      expect([type, await sendAll({ sample: JSON.stringify }, 415, { 'content-type': type })]).toEqual([
        type,
        [],
      ]);
    }
  });

  test('the routes that take no body don’t look at one', async () => {
    const { url, owner } = shop();
    const others = shop().endpoints.filter(
      ({ sample, method }: Endpoint) => sample.body === undefined && method !== 'GET',
    );
    const answers = await inParallel(others, (endpoint) =>
      ask(url, endpoint, { token: owner.tokens.accessToken, raw: '['.repeat(100_000) }),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });
};
