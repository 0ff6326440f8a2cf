import { afterEach, expect, test } from '@jest/globals';
import type { Cloud, Store } from '../cloud.ts';
import { type FakeCall, fakeCloud, memoryStore, turn } from './fake-cloud.ts';
import { ARN, echo, machine, open, stopAll, task } from './module-for-test.ts';

afterEach(stopAll);

const CHILD = `${ARN}Child`;
const starts = (mode: string, more: object = {}) => ({
  A: {
    Type: 'Task',
    Resource: `arn:aws:states:::states:startExecution${mode}`,
    Arguments: { StateMachineArn: CHILD, Input: '{% $states.input %}' },
    End: true,
    ...more,
  },
});

/** A state machine and the one that it starts, whose functions `work` stands for. */
const family = async (
  parent: Record<string, object>,
  child: Record<string, object>,
  { work = echo, store = memoryStore() }: { work?: (call: FakeCall) => unknown; store?: Store } = {},
) => {
  let api: Awaited<ReturnType<typeof open>> | undefined;
  const answer = (call: FakeCall) =>
    call.prefix === 'states'
      ? api?.module.api.handle(call.action, call.input as never, call.caller)
      : work(call);
  const cloud: Cloud = fakeCloud([machine(parent), machine(child, { arn: CHILD })], answer, store);
  api = await open(cloud);
  const { ask } = api;
  const start = async (input: unknown = {}): Promise<string> =>
    (await ask('StartExecution', { stateMachineArn: ARN, name: 'one', input: JSON.stringify(input) }))
      .executionArn;
  const children = async () => (await ask('ListExecutions', { stateMachineArn: CHILD })).executions;
  return { ...api, start, children };
};

const passing = { C: { Type: 'Pass', Output: { said: '{% $states.input.word %}' }, End: true } };
const waiting = { C: { Type: 'Wait', Seconds: 60, End: true } };

test('starts an execution and goes on', async () => {
  const { start, ended, children } = await family(starts(''), waiting);
  const { output } = await ended(await start());
  const [child] = await children();
  expect(child).toMatchObject({ status: 'RUNNING' });
  expect(JSON.parse(output)).toEqual({
    ExecutionArn: child.executionArn,
    SdkHttpMetadata: expect.objectContaining({ HttpStatusCode: 200 }),
    SdkResponseMetadata: { RequestId: expect.any(String) },
    StartDate: Math.round(child.startDate * 1000),
  });
});

test.each([
  ['.sync', '{"said":"hello"}'],
  ['.sync:2', { said: 'hello' }],
])('%s waits for the end, and has its output', async (mode, Output) => {
  const { start, ended, events, children } = await family(starts(mode), passing);
  const executionArn = await start({ word: 'hello' });
  const { output } = await ended(executionArn);
  const [child] = await children();
  expect(JSON.parse(output)).toMatchObject({
    ExecutionArn: child.executionArn,
    Input: '{"word":"hello"}',
    InputDetails: { Included: true },
    Name: child.name,
    Output,
    OutputDetails: { Included: true },
    StartDate: Math.round(child.startDate * 1000),
    StateMachineArn: CHILD,
    Status: 'SUCCEEDED',
    StopDate: Math.round(child.stopDate * 1000),
  });
  expect((await events(executionArn)).map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test('its failure is the description of it', async () => {
  const { start, ended } = await family(starts('.sync:2'), {
    C: { Type: 'Fail', Error: 'No', Cause: 'way' },
  });
  const { error, cause } = await ended(await start());
  expect(error).toBe('States.TaskFailed');
  const described = JSON.parse(cause);
  expect(described).toMatchObject({ Status: 'FAILED', Error: 'No', Cause: 'way', StateMachineArn: CHILD });
  expect(Object.keys(described)).toEqual(Object.keys(described).sort());
});

test('is stopped with the one that waits for it', async () => {
  const { ask, start, children } = await family(starts('.sync:2'), waiting);
  const executionArn = await start();
  const [child] = await started(children);
  await ask('StopExecution', { executionArn });
  await turn();
  expect(await ask('DescribeExecution', { executionArn: child?.executionArn })).toMatchObject({
    status: 'ABORTED',
  });
});

test('is stopped when the task takes too long', async () => {
  const { start, ended, children } = await family(starts('.sync:2', { TimeoutSeconds: 1 }), waiting);
  expect(await ended(await start())).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(await children()).toMatchObject([{ status: 'ABORTED' }]);
});

test('is waited for again after a restart, and not started a second time', async () => {
  const store = memoryStore();
  const child = { C: task('work', { End: true }) };
  const first = await family(starts('.sync:2'), child, { store, work: () => new Promise(() => undefined) });
  const executionArn = await first.start({ a: 1 });
  await started(first.children);
  await first.module.stop();
  const second = await family(starts('.sync:2'), child, { store });
  const { output } = await second.ended(executionArn);
  expect(JSON.parse(output)).toMatchObject({ Output: { a: 1 } });
  expect(await second.children()).toHaveLength(1);
});

test('one that has ended meanwhile counts after a restart, be it named or not', async () => {
  const moments: ReadonlyMap<string, string>[] = [];
  const store = memoryStore(new Map(), (entries) => void moments.push(new Map(entries)));
  const Arguments = { StateMachineArn: CHILD, Name: 'mine', Input: '{% $states.input %}' };
  const parent = starts('.sync:2', { Arguments });
  const whole = await family(parent, passing, { store });
  const executionArn = await whole.start({ word: 'hello' });
  await whole.ended(executionArn);
  await whole.module.stop();
  const begun = moments.filter((moment) => moment.has(`execution/${executionArn}`));
  expect(begun.length).toBeGreaterThan(3);
  for (const moment of begun) {
    const again = await family(parent, passing, { store: memoryStore(moment) });
    expect(await again.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await again.children()).toHaveLength(1);
    await again.module.stop();
  }
});

test('a name that is taken fails the task', async () => {
  const Arguments = { StateMachineArn: CHILD, Name: 'mine' };
  const { ask, start, ended } = await family(starts('.sync:2', { Arguments }), passing);
  const child = await ask('StartExecution', { stateMachineArn: CHILD, name: 'mine' });
  await ended(child.executionArn);
  expect(await ended(await start())).toMatchObject({
    status: 'FAILED',
    error: 'StepFunctions.ExecutionAlreadyExistsException',
    cause: expect.stringContaining('(Service: AWSStepFunctions; Status Code: 400;'),
  });
});

test('a second attempt starts a second execution', async () => {
  const { start, ended, children } = await family(
    starts('.sync:2', {
      Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 1 }],
    }),
    { C: { Type: 'Fail', Error: 'No' } },
  );
  await ended(await start());
  expect(await children()).toHaveLength(2);
});

/** The nested executions, once there are any. */
const started = async (children: () => Promise<{ executionArn: string }[]>) => {
  for (;;) {
    const found = await children();
    if (found.length > 0) return found;
    await turn();
  }
};
