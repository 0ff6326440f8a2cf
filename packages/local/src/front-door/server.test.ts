import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HttpAnswer, HttpRequest } from '../http-api/http.ts';
import { eventually, recordingLog } from '../test-cloud.ts';
import { type HttpServer, serve } from './server.ts';

interface Seen {
  readonly request: HttpRequest;
  readonly body: string;
}

const log = recordingLog();
const seen: Seen[] = [];
let server: HttpServer;
/** What a request is answered with; after its body was read. */
let answer: (seen: Seen) => Promise<Partial<HttpAnswer>> | Partial<HttpAnswer> = () => ({});

beforeAll(async () => {
  const handle = async (request: HttpRequest): Promise<HttpAnswer> => {
    const body = (await request.body()).toString();
    seen.push({ request, body });
    return {
      status: 200,
      headers: { 'x-url': request.url },
      body: 'ok',
      ...(await answer({ request, body })),
    };
  };
  server = await serve(0, handle, log);
});
afterAll(() => server.stop());

const open = async () => {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  // A reset is an answer, too.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, text: () => text };
};

/** Sends bytes and gives all that comes back until the server closes the connection. */
const exchange = async (...parts: (string | Buffer)[]): Promise<string> => {
  const { socket, text } = await open();
  for (const part of parts) {
    socket.write(part);
    await new Promise(setImmediate);
  }
  if (!socket.closed) await once(socket, 'close');
  return text();
};

const CLOSE = 'Connection: close\r\nHost: x\r\n';
const statusOf = (response: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(response)?.[1]);

const stillAnswers = async () => {
  answer = () => ({});
  expect(statusOf(await exchange(`GET /alive HTTP/1.1\r\n${CLOSE}\r\n`))).toBe(200);
};

test('HTTP/1.0 needs no host and gets a connection that ends', async () => {
  const response = await exchange('GET /old HTTP/1.0\r\n\r\n');

  expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(response).toMatch(/\r\ncontent-length: 2\r\n/i);
  expect(response).toMatch(/\r\nConnection: close\r\n/);
  expect(response).toMatch(/\r\n\r\nok$/);
});

test('a connection is kept for the next request, sent ahead or not', async () => {
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const response = await exchange(get('/1') + get('/2'), `GET /3 HTTP/1.1\r\n${CLOSE}\r\n`);

  expect(response.match(/x-url: \/\d/g)).toEqual(['x-url: /1', 'x-url: /2', 'x-url: /3']);
});

test.each([
  ['http://shop.example/a?b=1', '/a?b=1'],
  ['HTTP://shop.example', '/'],
  ['https://shop.example?b=1', '/?b=1'],
  ['/http://shop.example/a', '/http://shop.example/a'],
])('the target %s is the path %s', async (target, url) => {
  expect(await exchange(`GET ${target} HTTP/1.1\r\n${CLOSE}\r\n`)).toContain(`x-url: ${url}\r\n`);
});

test('a body may come in chunks, byte by byte', async () => {
  const chunks = ['5\r\nhello\r\n', '1;extension=x\r\n!\r\n', '0\r\nTrailer: x\r\n\r\n'];
  await exchange(`POST / HTTP/1.1\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n`, ...chunks.join(''));

  expect(seen.at(-1)?.body).toBe('hello!');
});

test('a client that asks before it sends is told to go on', async () => {
  const { socket, text } = await open();
  socket.write(`POST / HTTP/1.1\r\n${CLOSE}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n`);
  await eventually(() => text().startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
  socket.write('body');
  await once(socket, 'close');

  expect(text()).toContain('HTTP/1.1 200 OK');
  expect(seen.at(-1)?.body).toBe('body');
});

test('headers that come twice are joined', async () => {
  const headers = 'X-A: 1\r\nx-a: 2\r\nCookie: a=1\r\nCOOKIE: b=2\r\nContent-Type: x\r\n__proto__: p\r\n';
  await exchange(`GET / HTTP/1.1\r\n${CLOSE}${headers}\r\n`);

  const received = seen.at(-1)?.request.headers;
  expect(JSON.parse(JSON.stringify(received))).toEqual(
    JSON.parse(
      '{"connection":"close","host":"x","x-a":"1,2","cookie":"a=1; b=2","content-type":"x","__proto__":"p"}',
    ),
  );
});

test('HEAD, 204 and 304 have no body', async () => {
  const head = await exchange(`HEAD / HTTP/1.1\r\n${CLOSE}\r\n`);
  expect(head).toMatch(/content-length: 2\r\n/i);
  expect(head.endsWith('\r\n\r\n')).toBe(true);
  for (const status of [204, 304]) {
    answer = () => ({ status, body: 'unseen' });
    const response = await exchange(`GET / HTTP/1.1\r\n${CLOSE}\r\n`);
    expect(statusOf(response)).toBe(status);
    expect(response).not.toMatch(/content-length/i);
    expect(response.endsWith('\r\n\r\n')).toBe(true);
  }
  answer = () => ({});
});

test('a header may have several values', async () => {
  answer = () => ({ headers: { 'set-cookie': ['a=1', 'b=2'] } });
  expect(await exchange(`GET / HTTP/1.1\r\n${CLOSE}\r\n`)).toContain(
    'set-cookie: a=1\r\nset-cookie: b=2\r\n',
  );
  answer = () => ({});
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['an unknown method', `BREW / HTTP/1.1\r\n${CLOSE}\r\n`, 400],
  ['a version of its own', `GET / HTTP/9.9\r\n${CLOSE}\r\n`, 400],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['a blank in a header name', `GET / HTTP/1.1\r\n${CLOSE}X A: 1\r\n\r\n`, 400],
  ['a control character in a header', `GET / HTTP/1.1\r\n${CLOSE}X: a\u0001b\r\n\r\n`, 400],
  ['two lengths', `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
  ['a length that is none', `POST / HTTP/1.1\r\n${CLOSE}Content-Length: -1\r\n\r\n`, 400],
  [
    'length and chunks',
    `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['a chunk that is none', `POST / HTTP/1.1\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
  ['headers beyond 20,480 bytes', `GET / HTTP/1.1\r\n${CLOSE}X: ${'x'.repeat(20_480)}\r\n\r\n`, 413],
  ['a target beyond 20,480 bytes', `GET /${'x'.repeat(20_480)} HTTP/1.1\r\n${CLOSE}\r\n`, 413],
])('%s gets an answer, and the server goes on', async (_, request, status) => {
  const response = await exchange(request);

  expect(statusOf(response)).toBe(status);
  await stillAnswers();
});

test('CONNECT is refused, and a wish to change the protocol is ignored', async () => {
  expect(await exchange('CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n')).toBe('');
  const upgrade = `GET /up HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n`;
  expect(await exchange(upgrade)).toContain('x-url: /up');
  await stillAnswers();
});

test('a client that goes away in the middle harms nobody, and its function goes on', async () => {
  const halfHead = await open();
  halfHead.socket.write('GET / HT');
  halfHead.socket.resetAndDestroy();
  const halfBody = await open();
  halfBody.socket.write(`POST / HTTP/1.1\r\n${CLOSE}Content-Length: 10\r\n\r\nhalf`);
  halfBody.socket.resetAndDestroy();

  let isFinished = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  answer = async () => {
    await promise;
    isFinished = true;
    return {};
  };
  const waiting = await open();
  const before = seen.length;
  waiting.socket.write(`GET /slow HTTP/1.1\r\n${CLOSE}\r\n`);
  await eventually(() => seen.length > before);
  waiting.socket.resetAndDestroy();
  resolve();
  await eventually(() => isFinished);
  await stillAnswers();
  expect(log.lines).toEqual([]);
});

test('an answer that fails is a 502 and a line in the log', async () => {
  answer = () => {
    throw new Error('broken');
  };
  const response = await exchange(`GET /fails HTTP/1.1\r\n${CLOSE}\r\n`);

  expect(statusOf(response)).toBe(502);
  expect(log.lines.splice(0)).toEqual(['error front door GET /fails: broken']);
  await stillAnswers();
});

test('no bytes whatever end the process', async () => {
  const token = fc.constantFrom(
    'GET ',
    '/',
    ' HTTP/1.1',
    '\r\n',
    'Host: x',
    ':',
    'Content-Length: 3',
    'chunked',
  );
  const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(token, noise), { maxLength: 20 }), async (parts) => {
      const { socket } = await open();
      socket.end(Buffer.from(parts.join(''), 'latin1'));
      if (!socket.closed) await once(socket, 'close');
    }),
    { numRuns: 200 },
  );
  await stillAnswers();
});
