import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { fetchSigned } from '../test-signing.ts';
import { parseFault } from './fault.ts';

test.each([
  ['orders.placeOrder=0.1', { target: 'orders.placeOrder', rate: 0.1 }],
  ['sqs=1', { target: 'sqs', rate: 1 }],
  ['cognito-idp:SignUp=.5', { target: 'cognito-idp:SignUp', rate: 0.5 }],
  ['a.b=0.5:States.TaskFailed', { target: 'a.b', rate: 0.5, error: 'States.TaskFailed' }],
  ['a.b=0:1.5s:lost', { target: 'a.b', rate: 0, delayMs: 1500, lost: true }],
  [
    'dynamodb:PutItem=0.05:20ms:ThrottlingException:lost',
    { target: 'dynamodb:PutItem', rate: 0.05, delayMs: 20, error: 'ThrottlingException', lost: true },
  ],
])('%s is a fault', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  ['sqs', 'a rate is missing, as in <function or api>=<rate>'],
  ['=1', '"" is neither a function such as orders.placeOrder nor an API'],
  ['dynamodb:putItem=1', '"dynamodb:putItem" is neither'],
  ['sqs=', 'the rate has to be a number from 0 to 1, not ""'],
  ['sqs=1.1', 'not "1.1"'],
  ['sqs=-1', 'not "-1"'],
  ['sqs=10%', 'not "10%"'],
  ['sqs=1:5 apples', '"5 apples" is neither an error\'s name, a delay such as 500ms, nor "lost"'],
  ['sqs=1:A:B', 'it has two errors, A and B'],
])('%s is refused in one line', (text, words) => {
  expect(() => parseFault(text)).toThrow(words);
  expect(() => parseFault(text)).toThrow(/^--fault [^\n]+$/);
});

const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'things',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  },
};

const count = `
let calls = 0;
export const handler = async () => { calls += 1; console.log('call ' + calls); return calls; };`;

let running: LocalCloud | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const startWith = async (...faults: string[]) => {
  const log = recordingLog();
  running = await startLocal({
    templates: [
      packageForTest({
        resources: { Things: table, ...functionForTest('count') },
        functions: { count },
      }),
    ],
    dataFolder: mkdtempSync(join(tmpdir(), 'faults-')),
    port: 0,
    faults,
    log,
  });
  return { ...running, log };
};

const root = { kind: 'root' } as const;
const put = ({ cloud }: LocalCloud, pk: string) =>
  cloud.call(root, 'dynamodb', 'PutItem', { TableName: 'things', Item: { pk: { S: pk } } });
const stored = async ({ cloud }: LocalCloud) =>
  (await cloud.call<{ Count: number }>(root, 'dynamodb', 'Scan', { TableName: 'things' })).Count;
const invoke = ({ cloud }: LocalCloud) => cloud.invoke('emporium-shop-local-count', {});

/** As an AWS SDK calls. */
const putOverHttp = async (shop: LocalCloud, pk: string) => {
  const response = await fetchSigned(`${shop.endpoint}/`, {
    service: 'dynamodb',
    headers: {
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      'content-type': 'application/x-amz-json-1.0',
    },
    body: JSON.stringify({ TableName: 'things', Item: { pk: { S: pk } } }),
  });
  return {
    status: response.status,
    type: ((await response.json()) as { __type: string }).__type?.split('#').at(-1),
  };
};

test('an API fails before a call takes effect, or after it; over HTTP and within the cloud; until that is switched off', async () => {
  const shop = await startWith('dynamodb:PutItem=1:ProvisionedThroughputExceededException');

  await expect(put(shop, 'a')).rejects.toMatchObject({
    code: 'ProvisionedThroughputExceededException',
    status: 400,
  });
  expect(await putOverHttp(shop, 'a')).toEqual({
    status: 400,
    type: 'ProvisionedThroughputExceededException',
  });
  expect(await stored(shop)).toBe(0);
  expect(shop.log.lines).toContain('warn fault dynamodb:PutItem fails on purpose');

  shop.faults.clear('dynamodb:PutItem');
  shop.faults.add(parseFault('dynamodb=1:lost'));
  expect(await putOverHttp(shop, 'b')).toEqual({ status: 500, type: 'InternalServerError' });
  shop.faults.clear();
  expect(await stored(shop)).toBe(1);
  await put(shop, 'c');
  expect(await stored(shop)).toBe(2);
});

test('a function crashes without having run, fails with a name after it ran, or is late', async () => {
  const shop = await startWith('shop.count=1');

  const crashed = await invoke(shop);
  expect(crashed.functionError).toBe('Unhandled');
  expect(JSON.parse(crashed.payload)).toEqual({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 1$/),
  });

  shop.faults.clear();
  shop.faults.add(parseFault('shop.count=1:PaymentDeclined:lost'));
  expect(JSON.parse((await invoke(shop)).payload)).toMatchObject({ errorType: 'PaymentDeclined' });

  shop.faults.clear();
  shop.faults.add(parseFault('shop.count=1:50ms'));
  const since = performance.now();
  // The second call that got there: the first fault came before the function, the second after it.
  expect(await invoke(shop)).toEqual({ payload: '2' });
  expect(performance.now() - since).toBeGreaterThan(49);
});

test('the rate is the share of calls', async () => {
  const shop = await startWith('dynamodb:PutItem=0.5');
  const outcomes = await Promise.allSettled(Array.from({ length: 200 }, (_, n) => put(shop, `${n}`)));
  const failed = outcomes.filter(({ status }) => status === 'rejected').length;
  // Six standard deviations around the mean.
  expect(failed).toBeGreaterThan(57);
  expect(failed).toBeLessThan(143);
  expect(await stored(shop)).toBe(200 - failed);
});

test('a function or an API that is not there is one line with what may be meant, and nothing starts', async () => {
  await expect(startWith('shop.cuont=1')).rejects.toThrow(
    /^--fault shop\.cuont: there is no such function\. Did you mean shop\.count\?$/,
  );
  await expect(startWith('dinamodb:PutItem=1')).rejects.toThrow(/Did you mean dynamodb\?$/);
  await expect(startWith('zzz=1')).rejects.toThrow(/no such API\. There are: [\w, -]*dynamodb, /);
});
