import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { eventually } from '../test-cloud.ts';
import { fetchSigned } from '../test-signing.ts';
import { type Functions, startFunctions } from './test-functions.ts';

const worker = `
import { threadId } from 'node:worker_threads';
let active = 0;
export const handler = async ({ ms }) => {
  active += 1;
  const most = active;
  console.log('working');
  await new Promise((done) => setTimeout(done, ms));
  active -= 1;
  return { threadId, most };
};`;

let shop: Functions;
afterEach(() => shop.stop());

const startWorker = async (ReservedConcurrentExecutions?: number) => {
  shop = await startFunctions({
    functions: { worker },
    properties: {
      worker: ReservedConcurrentExecutions === undefined ? {} : { ReservedConcurrentExecutions },
    },
  });
};

const throttle = {
  code: 'TooManyRequestsException',
  status: 429,
  message: 'Rate Exceeded.',
  fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
};

test('a worker takes one event at a time; more at once get more workers, and wait where there are none', async () => {
  await startWorker();
  const answers = await Promise.all(Array.from({ length: 8 }, () => shop.invoke('worker', { ms: 600 })));
  const threads = new Set(answers.map(({ answer }) => answer.threadId));
  expect(threads.size).toBeGreaterThan(1);
  expect(threads.size).toBeLessThanOrEqual(4);
  expect(answers.map(({ answer }) => answer.most)).toEqual(Array(8).fill(1));
  expect(shop.counted('Throttles', 'worker')).toBeUndefined();
  expect(shop.counted('Invocations', 'worker')).toBe(8);
}, 60_000);

test('beyond the reserved concurrency an invocation is throttled, and no other is', async () => {
  await startWorker(2);
  const answers = await Promise.allSettled(
    Array.from({ length: 5 }, () => shop.invoke('worker', { ms: 300 })),
  );
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  expect(refused).toHaveLength(3);
  for (const error of refused) {
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject(throttle);
  }
  expect(shop.counted('Throttles', 'worker')).toBe(3);
  expect(shop.counted('Invocations', 'worker')).toBe(2);
  expect((await shop.invoke('worker', { ms: 1 })).functionError).toBeUndefined();
});

test('more than four workers are for those who reserve them', async () => {
  await startWorker(6);
  const calls = Array.from({ length: 6 }, () => shop.invoke('worker', { ms: 20_000 }));
  const working = () => shop.log.lines.filter((line) => line === 'info shop.worker working').length;
  await eventually(() => working() === 6);
  await shop.stop();
  await Promise.all(calls);
  await startWorker(0);
}, 40_000);

test('with nothing reserved, an invocation is always throttled', async () => {
  await startWorker(0);
  await expect(shop.invoke('worker', { ms: 1 })).rejects.toMatchObject(throttle);
});

test('on the wire the reason stands in the body', async () => {
  await startWorker(0);
  const url = `${shop.cloud.endpoint}/2015-03-31/functions/emporium-shop-local-worker/invocations`;
  const response = await fetchSigned(url, { service: 'lambda' });
  expect(response.status).toBe(429);
  expect(response.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
  expect(await response.json()).toMatchObject({ message: 'Rate Exceeded.', ...throttle.fields });
});

const version = (name: string) =>
  `export const handler = async ({ ms }) => { console.log('${name} runs'); await new Promise((done) => setTimeout(done, ms)); return '${name}'; };`;

/** Other code for a function, in a folder of its own. */
const rewritten = (source: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'renewed-'));
  cpSync(shop.codeOf('code'), folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), source);
  return folder;
};
const renew = (source: string) => shop.lambda.renew('emporium-shop-local-code', rewritten(source));
const invokeCode = async (ms = 1) => (await shop.invoke('code', { ms })).answer;

test('new code runs from the next invocation on; what is under way ends with the old, and nothing is lost', async () => {
  shop = await startFunctions({
    functions: { code: version('old') },
    properties: { code: { ReservedConcurrentExecutions: 3 } },
  });
  expect(await invokeCode()).toBe('old');
  const [running, waiting] = [invokeCode(800), invokeCode()];
  await eventually(() => shop.log.lines.filter((line) => line.includes('old runs')).length === 2);
  renew(version('new'));
  expect(await invokeCode()).toBe('new');
  expect(await running).toBe('old');
  expect(await waiting).toBe('new');
  expect(await invokeCode()).toBe('new');
}, 60_000);

test('code that is not there is an error of each invocation, until there is some', async () => {
  shop = await startFunctions({ functions: { code: version('old') } });
  rmSync(shop.codeOf('code'), { recursive: true });
  for (let time = 0; time < 2; time += 1) {
    expect((await invokeCode()).errorMessage).toMatch(
      /^There is no package .*code\.zip: package the service again$/,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'renewed-'));
  writeFileSync(join(folder, 'index.mjs'), version('new'));
  shop.lambda.renew('emporium-shop-local-code', folder);
  expect(await invokeCode()).toBe('new');
});

test('new code replaces code that is being loaded, and code that can not be loaded', async () => {
  shop = await startFunctions({ functions: { code: version('old') } });
  const first = invokeCode();
  renew(version('new'));
  expect(await first).toBe('new');
  renew('export const handler = ;');
  expect((await invokeCode()).errorType).toBe('Runtime.UserCodeSyntaxError');
  renew(version('mended'));
  expect(await invokeCode()).toBe('mended');
});
