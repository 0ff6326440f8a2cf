import { afterEach, expect, test } from '@jest/globals';
import { type FakeCall, fakeCloud, memoryStore, until } from './fake-cloud.ts';
import { ARN, echo, machine, open, stopAll, task } from './module-for-test.ts';

afterEach(stopAll);

const express = (States: Record<string, object>, more: object = {}) =>
  machine(States, { StateMachineType: 'EXPRESS', ...more });
const works = { A: task('work', { End: true }) };

test('answers a caller who waits', async () => {
  const { ask } = await open(fakeCloud([express(works)], echo));
  const start = { stateMachineArn: ARN, name: 'one', input: '{"a":1}', traceHeader: 'Root=1-2-3' };
  const answer = await ask('StartSyncExecution', start);
  expect(answer).toEqual({
    executionArn: expect.stringMatching(
      new RegExp(`^${ARN.replace('stateMachine', 'express')}:one:[-0-9a-f]{36}$`),
    ),
    stateMachineArn: ARN,
    name: 'one',
    status: 'SUCCEEDED',
    startDate: expect.any(Number),
    stopDate: expect.any(Number),
    input: '{"a":1}',
    inputDetails: { included: true },
    output: '{"a":1}',
    outputDetails: { included: true },
    traceHeader: 'Root=1-2-3',
    billingDetails: { billedDurationInMilliseconds: expect.any(Number), billedMemoryUsedInMB: 64 },
  });
  expect(answer.billingDetails.billedDurationInMilliseconds % 100).toBe(0);
});

test('a failure is an answer, too', async () => {
  const cloud = fakeCloud([express({ A: { Type: 'Fail', Error: 'No', Cause: 'way' } })], echo);
  const { ask } = await open(cloud);
  const answer = await ask('StartSyncExecution', { stateMachineArn: ARN });
  expect(answer).toMatchObject({ status: 'FAILED', error: 'No', cause: 'way' });
  expect(answer).not.toHaveProperty('output');
  expect(cloud.logged).toEqual([expect.stringContaining('FAILED: No way')]);
});

test('the time limit of the definition holds', async () => {
  const States = { A: { Type: 'Wait', Seconds: 60, End: true } };
  const { ask } = await open(fakeCloud([express(States, { definition: { TimeoutSeconds: 1 } })], echo));
  expect(await ask('StartSyncExecution', { stateMachineArn: ARN })).toMatchObject({
    status: 'TIMED_OUT',
    error: 'States.Timeout',
  });
});

test('a name says nothing: each start is an execution of its own', async () => {
  const calls: unknown[] = [];
  const cloud = fakeCloud([express(works)], (call) => {
    calls.push(call);
    return echo(call);
  });
  const { ask } = await open(cloud);
  const start = () => ask('StartExecution', { stateMachineArn: ARN, name: 'one', input: '{}' });
  const [first, second] = [await start(), await start()];
  expect(first.executionArn).not.toBe(second.executionArn);
  await until(() => calls.length === 2);
});

test('cannot be looked at', async () => {
  const { ask } = await open(fakeCloud([express(works)], echo));
  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN });
  for (const action of ['DescribeExecution', 'GetExecutionHistory', 'StopExecution', 'RedriveExecution'])
    await expect(ask(action, { executionArn })).rejects.toMatchObject({
      code: 'InvalidArn',
      message: "Invalid Arn: 'Resource type not valid in this context: express'",
    });
  await expect(ask('ListExecutions', { stateMachineArn: ARN })).rejects.toMatchObject({
    code: 'StateMachineTypeNotSupported',
  });
});

test.each([
  ['arn:aws:states:::sqs:sendMessage.waitForTaskToken', "'.waitForTaskToken' service integration"],
  ['arn:aws:states:::states:startExecution.sync:2', "'.sync' service integration"],
  ['arn:aws:states:us-east-1:000000000000:activity:x', 'Activity ARN'],
])('%s is not for it', async (Resource, what) => {
  const inner = { StartAt: 'B', States: { B: { Type: 'Task', Resource, End: true } } };
  const States = { A: { Type: 'Parallel', Branches: [inner], End: true } };
  await expect(open(fakeCloud([express(States)], echo))).rejects.toThrow(
    `Express state machine does not support ${what} at /States/A/Branches[0]/States/B/Resource`,
  );
});

test('writes nothing while it runs, and leaves nothing', async () => {
  const moments: ReadonlyMap<string, string>[] = [];
  const store = memoryStore(new Map(), (entries) => void moments.push(new Map(entries)));
  const { ask } = await open(fakeCloud([express(works)], echo, store));
  const before = moments.length;
  await ask('StartSyncExecution', { stateMachineArn: ARN });
  expect(moments.length).toBe(before);
  await ask('StartExecution', { stateMachineArn: ARN });
  await until(() => moments.length === before + 2);
  expect(store.list('express/')).toEqual([]);
});

test('one that nobody waits for begins anew after a crash', async () => {
  const store = memoryStore();
  const calls: unknown[] = [];
  const stuck = (call: FakeCall) => {
    calls.push(call.input);
    return new Promise(() => undefined);
  };
  const first = await open(fakeCloud([express(works)], stuck, store));
  await first.ask('StartExecution', { stateMachineArn: ARN, input: '{"a":1}' });
  await until(() => calls.length === 1);
  await first.module.stop();
  await open(
    fakeCloud(
      [express(works)],
      (call) => {
        calls.push(call.input);
        return echo(call);
      },
      store,
    ),
  );
  await until(() => store.list('express/').length === 0);
  expect(calls).toEqual([calls[0], calls[0]]);
});
