import { afterEach, expect, jest, test } from '@jest/globals';
import { type FakeCall, fakeCloud, memoryStore } from './fake-cloud.ts';
import { ARN, echo, machine, open, stopAll, task } from './module-for-test.ts';

afterEach(async () => {
  jest.restoreAllMocks();
  await stopAll();
});

const DAY = 86_400_000;
const States = { A: task('first', { Next: 'B' }), B: task('second', { End: true }) };

/** A cloud whose second function does not work at first, with an execution that failed of that. */
const failed = async () => {
  const calls: string[] = [];
  const state = { works: false };
  const answer = (call: FakeCall) => {
    const { FunctionName } = call.input as { FunctionName: string };
    calls.push(FunctionName);
    return FunctionName === 'first' || state.works
      ? echo(call)
      : { StatusCode: 200, FunctionError: 'Unhandled', Payload: '{"errorType":"Down"}' };
  };
  const store = memoryStore();
  const cloud = fakeCloud([machine(States)], answer, store);
  const api = await open(cloud);
  const { executionArn } = await api.ask('StartExecution', { stateMachineArn: ARN, name: 'ord_1' });
  expect(await api.ended(executionArn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
  return { ...api, calls, state, executionArn, cloud, store };
};

test('goes on from the state that failed', async () => {
  const { ask, ended, events, calls, state, executionArn, cloud } = await failed();
  state.works = true;
  const { redriveDate } = await ask('RedriveExecution', { executionArn });
  expect(await ask('DescribeExecution', { executionArn })).not.toHaveProperty('stopDate');
  expect(await ended(executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    output: '{}',
    redriveCount: 1,
    redriveDate,
    redriveStatus: 'NOT_REDRIVABLE',
  });
  expect(await ask('DescribeExecution', { executionArn })).not.toHaveProperty('error');
  expect(calls).toEqual(['first', 'second', 'second']);
  const types = (await events(executionArn)).map(({ type }) => type);
  expect(types.filter((type) => /^Execution/.test(type))).toEqual([
    'ExecutionStarted',
    'ExecutionFailed',
    'ExecutionRedriven',
    'ExecutionSucceeded',
  ]);
  const list = async (redriveFilter: string) =>
    (await ask('ListExecutions', { stateMachineArn: ARN, redriveFilter })).executions;
  expect(await list('REDRIVEN')).toMatchObject([{ executionArn, redriveCount: 1, redriveDate }]);
  expect(await list('NOT_REDRIVEN')).toEqual([]);
  const dimensions = { StateMachineArn: ARN };
  expect(
    cloud.metrics.read({ namespace: 'AWS/States', name: 'ExecutionsRedriven', dimensions })[0]?.statistics
      .sum,
  ).toBe(1);
});

test('the same client token redrives once', async () => {
  const { ask, ended, executionArn } = await failed();
  const again = () => ask('RedriveExecution', { executionArn, clientToken: 'one' });
  const first = await again();
  expect(await again()).toEqual(first);
  expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
  expect(await again()).toEqual(first);
  await ask('RedriveExecution', { executionArn, clientToken: 'two' });
  expect(await ended(executionArn)).toMatchObject({ redriveCount: 2 });
});

test('goes on after a restart, too', async () => {
  const { module, executionArn, store } = await failed();
  await module.stop();
  const { ask, ended } = await open(fakeCloud([machine(States)], echo, store));
  await ask('RedriveExecution', { executionArn });
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

test('only what failed, and only so long, can be redriven', async () => {
  const { ask, ended, state, executionArn } = await failed();
  const refused = (message: string) =>
    expect(ask('RedriveExecution', { executionArn })).rejects.toMatchObject({
      code: 'ExecutionNotRedrivable',
      message,
    });
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 15 * DAY);
  await refused('Execution redrivable period exceeded');
  expect(await ask('DescribeExecution', { executionArn })).toMatchObject({
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution redrivable period exceeded',
  });
  clock.mockReturnValue(now + 13 * DAY);
  state.works = true;
  await ask('RedriveExecution', { executionArn });
  await refused('Execution is RUNNING and cannot be redriven');
  await ended(executionArn);
  await refused('Execution is SUCCEEDED and cannot be redriven');
});

test('a history that is full cannot be redriven', async () => {
  const { executionArn, store, module } = await failed();
  await module.stop();
  const key = `execution/${executionArn}`;
  store.put(key, { ...store.get<object>(key), events: 24_999 });
  const { ask } = await open(fakeCloud([machine(States)], echo, store));
  await expect(ask('RedriveExecution', { executionArn })).rejects.toMatchObject({
    code: 'ExecutionNotRedrivable',
    message: 'Execution history event limit exceeded',
  });
});
