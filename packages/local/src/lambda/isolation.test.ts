import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../test-cloud.ts';
import { type Functions, startFunctions } from './test-functions.ts';

const functions = {
  neighbour: `let calls = 0; export const handler = async () => { calls += 1; return calls; };`,
  leaver: `let calls = 0; export const handler = async ({ code }) => { calls += 1; if (code !== undefined) process.exit(code); return calls; };`,
  atStart: `process.exit(3); export const handler = async () => 1;`,
  busy: `export const handler = async ({ forever }) => { while (forever) {} return 'idle'; };`,
  waiting: `export const handler = async ({ ms }) => { await new Promise((done) => setTimeout(done, ms)); return 'done'; };`,
  late: `let kept; export const handler = ({ first }) => new Promise((done) => { if (first) kept = done; else { kept?.('of the first'); setTimeout(done, 20, 'of the second'); } });`,
  buffers: `const all = []; export const handler = async ({ grow }) => { while (grow) { all.push(Buffer.alloc(16e6, 1)); await new Promise((done) => setTimeout(done, 5)); } return 'small'; };`,
  flood: `export const handler = async ({ forever }) => { do { console.log('x'.repeat(1e5)); } while (forever); return 'quiet'; };`,
  longLine: `export const handler = async () => { for (let n = 0; n < 40; n += 1) process.stdout.write('y'.repeat(1e5)); process.stdout.write('\\n'); return 'written'; };`,
  background: `export const handler = async ({ fail }) => { if (fail) setTimeout(() => { throw new Error('when nobody looked'); }, 50); return 'answered'; };`,
  sleepy: `console.log('loading'); await new Promise((done) => setTimeout(done, 1e9)); export const handler = async () => 1;`,
};

let shop: Functions;
beforeAll(async () => {
  const timeout = { Timeout: 1 };
  shop = await startFunctions({
    functions,
    properties: {
      busy: timeout,
      waiting: timeout,
      flood: timeout,
      buffers: { Timeout: 30 },
      sleepy: timeout,
    },
  });
  expect((await shop.invoke('neighbour')).answer).toBe(1);
});
afterAll(() => shop.stop());

let neighbours = 1;
/** Another function's worker is as it was. */
const expectNeighbourWell = async () => {
  neighbours += 1;
  expect((await shop.invoke('neighbour')).answer).toBe(neighbours);
};

const failure = (errorType: string, message: string) => ({
  functionError: 'Unhandled',
  answer: {
    errorType,
    errorMessage: expect.stringMatching(new RegExp(`^RequestId: \\S+ Error: ${message}$`)),
  },
});

test.each([
  [0, 'Runtime exited without providing a reason'],
  [1, 'Runtime exited with error: exit status 1'],
  [7, 'Runtime exited with error: exit status 7'],
])('process.exit(%i) ends the worker, and the next event gets a new one', async (code, message) => {
  await shop.invoke('leaver');
  expect(await shop.invoke('leaver', { code })).toEqual(failure('Runtime.ExitError', message));
  expect((await shop.invoke('leaver')).answer).toBe(1);
  await expectNeighbourWell();
});

test('process.exit while the code is loaded', async () => {
  const message = 'Runtime exited with error: exit status 3';
  expect(await shop.invoke('atStart')).toEqual(failure('Runtime.ExitError', message));
});

test.each([
  ['busy', { forever: true }, {}, 'idle'],
  ['waiting', { ms: 1e9 }, { ms: 1 }, 'done'],
  ['flood', { forever: true }, {}, 'quiet'],
])(
  '%s is ended when its time is over, and answers again',
  async (name, event, next, answer) => {
    const { answer: error } = await shop.invoke(name, event);
    expect(['Sandbox.Timedout', 'Runtime.OutOfMemory']).toContain(error.errorType);
    if (name !== 'flood')
      expect(error.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    expect((await shop.invoke(name, next)).answer).toBe(answer);
    await expectNeighbourWell();
  },
  30_000,
);

test('buffers count as the memory of the function, which V8 does not limit', async () => {
  const killed = failure('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
  expect(await shop.invoke('buffers', { grow: true })).toEqual(killed);
  expect((await shop.invoke('buffers', {})).answer).toBe('small');
  await expectNeighbourWell();
}, 60_000);

test('a line without an end comes in parts', async () => {
  await shop.invoke('longLine');
  const parts = () => shop.log.lines.filter((line) => line.startsWith('info shop.longLine y'));
  const letters = () => parts().join('').replaceAll(/[^y]/g, '').length;
  await eventually(() => letters() >= 4e6);
  expect(Math.max(...parts().map((line) => line.length))).toBeLessThan(300_000);
});

test('an error between two events ends the worker, is logged, and harms no event', async () => {
  expect((await shop.invoke('background', { fail: true })).answer).toBe('answered');
  const logged = () => shop.log.lines.find((line) => line.includes('when nobody looked'));
  await eventually(logged);
  expect(logged()).toMatch(/^error shop\.background Error: when nobody looked/);
  expect((await shop.invoke('background')).answer).toBe('answered');
});

test('a promise that settles when its call is over answers no other', async () => {
  expect((await shop.invoke('late', { first: true })).answer.errorType).toBe('Runtime.NodeJsExit');
  expect((await shop.invoke('late')).answer).toBe('of the second');
});

test('code that is not loaded after ten seconds is loaded again, within the time of the invocation', async () => {
  const { answer } = await shop.invoke('sleepy');
  expect(answer.errorMessage).toMatch(/Task timed out after 1\.00 seconds$/);
  expect(shop.log.lines.filter((line) => line === 'info shop.sleepy loading')).toHaveLength(2);
}, 60_000);
