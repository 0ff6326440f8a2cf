import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, expect, test } from '@jest/globals';
import type { PortAnswer, PortRequest } from './messages.ts';
import { writeProgram } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'transport-'));
const program = writeProgram(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const ENDPOINT = 'http://127.0.0.1:4566';

/** What the worker's code below may use: `send(options, body)` gives the answer's status, headers and text. */
const PRELUDE = `
  import http, { request as imported } from 'node:http';
  import { Readable } from 'node:stream';
  import { parentPort, workerData } from 'node:worker_threads';
  const { interceptRequests } = await import('${new URL('transport.mjs', program)}');
  interceptRequests('${ENDPOINT}', workerData);
  const to = { host: '127.0.0.1', port: 4566, method: 'POST', path: '/?a=b', headers: { 'X-Amz-Target': 'T' } };
  const answerTo = (request) => new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', async (response) => {
      const chunks = await response.toArray();
      resolve([response.statusCode, response.headers, Buffer.concat(chunks.map(Buffer.from)).toString()]);
    });
  });
`;

/** Runs code in a worker whose requests `answer` answers, and gives what the code evaluates to. */
const inWorker = async (
  code: string,
  answer: (request: PortRequest) => Omit<PortAnswer, 'id'> | undefined,
) => {
  const { port1, port2 } = new MessageChannel();
  const requests: PortRequest[] = [];
  port1.on('message', (request: PortRequest) => {
    requests.push(request);
    const given = answer(request);
    if (given) port1.postMessage({ id: request.id, ...given });
  });
  const source = `${PRELUDE}; parentPort.postMessage(await (async () => { ${code} })());`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: port2,
    transferList: [port2],
  });
  try {
    const result = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    });
    return { result, requests };
  } finally {
    port1.close();
    await worker.terminate();
  }
};

const ok = () => ({ status: 201, headers: { 'x-a': 'b' }, body: 'yes' });

test.each([
  ['text', "const request = http.request(to); request.end('ab'); return answerTo(request);"],
  [
    'bytes',
    "const request = imported(to); request.write(Buffer.from('a')); request.end('b'); return answerTo(request);",
  ],
  [
    'a stream',
    "const request = http.request(to); Readable.from(['a', 'b']).pipe(request); return answerTo(request);",
  ],
])('a request with %s as its body goes to the endpoint as it is', async (_, code) => {
  const { result, requests } = await inWorker(code, ok);
  expect(result).toEqual([201, { 'x-a': 'b' }, 'yes']);
  const [{ method, path, headers, body } = { body: '' } as Partial<PortRequest>] = requests;
  expect([method, path, headers]).toEqual(['POST', '/?a=b', { 'x-amz-target': 'T' }]);
  expect(Buffer.from(body as string).toString()).toBe('ab');
});

test('answers find their requests, in whatever order they come', async () => {
  const { result } = await inWorker(
    `const one = (n) => { const request = http.request({ ...to, path: '/' + n }); request.end(); return answerTo(request); };
     return (await Promise.all([one(1), one(2), one(3)])).map(([, , text]) => text);`,
    ({ path }) => ({ status: 200, headers: {}, body: path }),
  );
  expect(result).toEqual(['/1', '/2', '/3']);
});

test('a request without an answer times out, and one that was given up gets none', async () => {
  const { result } = await inWorker(
    `const request = http.request(to); request.end();
     return new Promise((resolve) => {
       request.on('close', () => resolve('closed'));
       request.on('response', () => resolve('answered'));
       request.setTimeout(20, () => request.destroy());
       setTimeout(() => {}, 60_000);
     });`,
    () => undefined,
  );
  expect(result).toBe('closed');
});

test('what waits for an answer keeps the worker alive, and nothing else does', async () => {
  const idle = inWorker('await new Promise(() => {});', ok);
  await expect(idle).rejects.toThrow('ended with 13');
  const { result } = await inWorker(
    'const request = http.request(to); request.end(); return answerTo(request);',
    ok,
  );
  expect(result).toHaveLength(3);
});

test('a host with the prefix of StartSyncExecution is the endpoint, too', async () => {
  const { result, requests } = await inWorker(
    "return answerTo(http.request({ ...to, host: 'sync-127.0.0.1' }).end('{}'));",
    () => ({ status: 200, headers: {}, body: 'ok' }),
  );
  expect(result).toEqual([200, {}, 'ok']);
  expect(requests).toHaveLength(1);
});

test('other hosts are reached as ever', async () => {
  const server = createServer((_, response) => response.end('from afar'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { result, requests } = await inWorker(
    `const request = http.request({ ...to, port: ${port} }); request.end(); return (await answerTo(request))[2];`,
    ok,
  );
  expect([result, requests]).toEqual(['from afar', []]);
  await new Promise((resolve) => server.close(resolve));
});
