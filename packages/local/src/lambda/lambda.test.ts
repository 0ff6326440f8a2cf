import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const functions: Record<string, string> = {
  echo: `export const handler = async (event, context) => ({ event, name: context.functionName, left: context.getRemainingTimeInMillis() > 0, region: process.env.AWS_REGION, greeting: process.env.GREETING });`,
  thrower: `class OutOfStock extends Error { name = 'OutOfStock' } export const handler = async () => { throw new OutOfStock('no mugs left'); };`,
  stringThrower: `export const handler = async () => { throw 'just text'; };`,
  never: `export const handler = () => new Promise(() => {});`,
  busy: `export const handler = async ({ forever }) => { while (forever) {} return 'idle'; };`,
  leaver: `export const handler = async ({ leave }) => { if (leave) process.exit(7); return 'stayed'; };`,
  rejecter: `export const handler = async () => { Promise.reject(new TypeError('nobody waits for me')); await new Promise(() => {}); };`,
  glutton: `export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };`,
  broken: `export const handler = ;`,
  missing: `export const other = 1;`,
  circular: `export const handler = async () => { const a = {}; a.a = a; return a; };`,
  nothing: `export const handler = async () => {};`,
  common: `const { hostname } = require('node:os'); exports.handler = async () => typeof hostname();`,
  worker: `import { threadId } from 'node:worker_threads'; export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return threadId; };`,
  flaky: `let calls = 0; export const handler = async () => { calls += 1; console.log('attempt ' + calls); if (calls < 3) throw new Error('not yet'); };`,
};

const log = recordingLog();
let local: LocalCloud;

beforeAll(async () => {
  const resources = Object.keys(functions).map((name) =>
    functionForTest(name, {
      Timeout: name === 'glutton' ? 20 : 1,
      MemorySize: 128,
      Environment: { Variables: { GREETING: 'hello' } },
    }),
  );
  const templates = [packageForTest({ functions, resources: Object.assign({}, ...resources) })];
  const dataFolder = mkdtempSync(join(tmpdir(), 'lambda-'));
  local = await startLocal({ templates, dataFolder, port: 0, log });
});
afterAll(() => local.stop());

const invoke = async (name: string, event: unknown = {}) => {
  const { payload, functionError } = await local.cloud.invoke(`emporium-shop-local-${name}`, event);
  return { functionError, answer: JSON.parse(payload) };
};

test('gives the handler its event, its context and the environment of the template', async () => {
  const { answer } = await invoke('echo', { n: 1 });
  expect(answer).toEqual({
    event: { n: 1 },
    name: 'emporium-shop-local-echo',
    left: true,
    region: 'us-east-1',
    greeting: 'hello',
  });
});

test('runs CommonJS too, and gives null for no answer', async () => {
  expect((await invoke('common')).answer).toBe('string');
  expect((await invoke('nothing')).answer).toBeNull();
});

test.each([
  ['thrower', { errorType: 'OutOfStock', errorMessage: 'no mugs left' }],
  ['stringThrower', { errorType: 'string', errorMessage: 'just text', trace: [] }],
  ['broken', { errorType: 'Runtime.UserCodeSyntaxError' }],
  [
    'missing',
    { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
  ],
  ['circular', { errorType: 'Runtime.MarshalError' }],
  ['rejecter', { errorType: 'TypeError', errorMessage: 'nobody waits for me' }],
  ['glutton', { errorType: 'Runtime.OutOfMemory' }],
] as const)(
  '%s fails with the error that Lambda gives',
  async (name, error) => {
    expect(await invoke(name)).toMatchObject({ functionError: 'Unhandled', answer: error });
  },
  30_000,
);

test.each(['never', 'busy'])('%s is ended when its time is over, and answers again', async (name) => {
  const { answer } = await invoke(name, { forever: true });
  expect(answer).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
  });
  if (name === 'busy') expect((await invoke(name)).answer).toBe('idle');
});

test('process.exit ends the worker, not the cloud', async () => {
  expect((await invoke('leaver', { leave: true })).answer).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 7$/),
  });
  expect((await invoke('leaver')).answer).toBe('stayed');
});

test('a worker takes one event at a time; more events at once get more workers, up to the cap', async () => {
  const threads = await Promise.all(Array.from({ length: 8 }, () => invoke('worker', { ms: 600 })));
  const distinct = new Set(threads.map(({ answer }) => answer));
  expect(distinct.size).toBeGreaterThan(1);
  expect(distinct.size).toBeLessThanOrEqual(4);
  expect(threads.every(({ functionError }) => functionError === undefined)).toBe(true);
});

test('an asynchronous invocation is tried three times', async () => {
  const root = { kind: 'root' } as const;
  const accepted = await local.cloud.call(root, 'lambda', 'Invoke', {
    FunctionName: 'emporium-shop-local-flaky',
    InvocationType: 'Event',
    Payload: '{}',
  });
  expect(accepted).toEqual({ StatusCode: 202 });
  await eventually(() => log.lines.includes('info shop.flaky attempt 3') || undefined);
}, 10_000);

test('an unknown function is a ResourceNotFoundException', async () => {
  await expect(invoke('unknown')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});
