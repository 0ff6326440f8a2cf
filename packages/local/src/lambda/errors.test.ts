import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Functions, startFunctions } from './test-functions.ts';

const functions = {
  thrower: `class OutOfStock extends Error { name = 'OutOfStock' } export const handler = async () => { throw new OutOfStock('no mugs left'); };`,
  builtIn: `export const handler = () => { null.x; };`,
  string: `export const handler = async () => { throw 'just text'; };`,
  nothing: `export const handler = async () => { throw undefined; };`,
  nullish: `export const handler = () => Promise.reject(null);`,
  object: `export const handler = async () => { throw { code: 7 }; };`,
  hostile: `export const handler = async () => { const error = new Error(); Object.defineProperty(error, 'message', { get() { throw error; } }); throw error; };`,
  uncaught: `export const handler = async () => { setTimeout(() => { throw new RangeError('in a timer'); }); await new Promise((done) => setTimeout(done, 1e9)); };`,
  unhandled: `export const handler = async () => { Promise.reject(new TypeError('nobody waits')); return 'fine'; };`,
  glutton: `export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };`,
  circular: `export const handler = async () => { const a = {}; a.a = a; return a; };`,
  bigInt: `export const handler = async () => ({ n: 1n });`,
  large: `export const handler = async () => 'x'.repeat(7 * 1024 * 1024);`,
  limit: `export const handler = async ({ n }) => 'é'.repeat(n);`,
  never: `export const handler = () => new Promise(() => {});`,
  syntax: `export const handler = ;`,
  missing: `export const other = 1;`,
  noFunction: `export const handler = { then: 'no' };`,
  callback: `export const handler = (event, context, callback) => callback(null, 1);`,
  importing: `import 'no-such-package'; export const handler = async () => 1;`,
  requiring: `require('no-such-package'); exports.handler = async () => 1;`,
  failing: `throw new RangeError('not today');`,
  hanging: `await new Promise(() => {}); export const handler = async () => 1;`,
};
const handlers = { malformed: 'index', elsewhere: 'lib/index.handler', nested: 'index.api.v1.handler' };

let shop: Functions;
beforeAll(async () => {
  shop = await startFunctions({
    functions: {
      ...functions,
      malformed: functions.missing,
      elsewhere: functions.missing,
      nested: `export const api = { v1: { handler: async () => 'deep' } };`,
    },
    properties: Object.fromEntries(Object.entries(handlers).map(([name, Handler]) => [name, { Handler }])),
  });
});
afterAll(() => shop.stop());

const NEVER_SETTLED =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';
const requestId = (message: string) =>
  expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${message}$`));
const missingModule = (name: string) => expect.stringContaining(`Error: Cannot find module '${name}'`);

test.each<[string, string, unknown]>([
  ['thrower', 'OutOfStock', 'no mugs left'],
  ['builtIn', 'TypeError', "Cannot read properties of null (reading 'x')"],
  ['string', 'string', 'just text'],
  ['nothing', 'undefined', 'undefined'],
  ['nullish', 'object', 'null'],
  ['object', 'object', '[object Object]'],
  ['hostile', 'handled', expect.stringContaining('problem while retrieving one or more of its message')],
  ['uncaught', 'RangeError', 'in a timer'],
  ['unhandled', 'Runtime.UnhandledPromiseRejection', 'TypeError: nobody waits'],
  ['glutton', 'Runtime.OutOfMemory', requestId('Runtime exited with error: signal: killed')],
  ['circular', 'Runtime.JSONStringifyError', 'Unable to stringify response body'],
  ['bigInt', 'Runtime.JSONStringifyError', 'Unable to stringify response body'],
  [
    'large',
    'Function.ResponseSizeTooLarge',
    'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  ],
  ['never', 'Runtime.NodeJsExit', NEVER_SETTLED],
  ['syntax', 'Runtime.UserCodeSyntaxError', "SyntaxError: Unexpected token ';'"],
  ['missing', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
  ['noFunction', 'Runtime.HandlerNotFound', 'index.handler is not a function'],
  [
    'callback',
    'Runtime.CallbackHandlerDeprecated',
    expect.stringContaining('callback-based function handlers'),
  ],
  ['importing', 'Error', expect.stringContaining("Cannot find package 'no-such-package'")],
  ['requiring', 'Runtime.ImportModuleError', missingModule('no-such-package')],
  ['failing', 'RangeError', 'not today'],
  ['hanging', 'Runtime.ExitError', requestId('Runtime exited without providing a reason')],
  ['malformed', 'Runtime.MalformedHandlerName', 'Bad handler'],
  ['elsewhere', 'Runtime.ImportModuleError', missingModule('index')],
])(
  '%s: %s',
  async (name, errorType, errorMessage) => {
    const { functionError, answer } = await shop.invoke(name);
    expect({ functionError, ...answer }).toMatchObject({
      functionError: 'Unhandled',
      errorType,
      errorMessage,
    });
    // And as often as one asks.
    if (name !== 'glutton') expect((await shop.invoke(name)).answer.errorType).toBe(errorType);
  },
  30_000,
);

test('an error has the stack of its code, and of a runtime that looks like the one of Lambda', async () => {
  const { answer } = await shop.invoke('thrower');
  expect(answer.trace[0]).toBe('OutOfStock: no mugs left');
  expect(answer.trace[1]).toMatch(/^ {4}at handler \(file:\/\/\S+\/thrower\/index\.js:1:\d+\)$/);
  expect(answer.trace.slice(2).join('\n')).toMatch(/file:\/\/\/var\/runtime\/index\.mjs:\d+:\d+/);
  expect(JSON.stringify(answer).length).toBeLessThan(1_500);
});

test('an answer may have 6291556 bytes, not characters', async () => {
  // Two quotation marks, and two bytes a letter.
  const letters = (6_291_556 - 2) / 2;
  expect((await shop.invoke('limit', { n: letters })).functionError).toBeUndefined();
  expect((await shop.invoke('limit', { n: letters + 1 })).answer.errorType).toBe(
    'Function.ResponseSizeTooLarge',
  );
});

test('an exported object may hold the handler', async () => {
  expect((await shop.invoke('nested')).answer).toBe('deep');
});
