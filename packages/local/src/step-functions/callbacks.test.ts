import { afterEach, expect, test } from '@jest/globals';
import { type FakeCall, fakeCloud, memoryStore, until } from './fake-cloud.ts';
import { ARN, echo, machine, open, stopAll } from './module-for-test.ts';

afterEach(stopAll);

const reviewed = {
  Review: {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl: 'q', MessageBody: { token: '{% $states.context.Task.Token %}' } },
    Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1, JitterStrategy: 'FULL' }],
    End: true,
  },
};

test('waits for a callback, also over a restart', async () => {
  const store = memoryStore();
  const tokens: string[] = [];
  const answer = ({ input }: FakeCall) => {
    tokens.push(JSON.parse((input as { MessageBody: string }).MessageBody).token);
    return { MessageId: 'm' };
  };
  const first = await open(fakeCloud([machine(reviewed)], answer, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  const history = async () => (await first.ask('GetExecutionHistory', { executionArn })).events;
  while (!(await history()).some(({ type }: { type: string }) => type === 'TaskSubmitted'))
    await until(() => true);
  await first.module.stop();

  const second = await open(fakeCloud([machine(reviewed)], answer, store));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await second.ask('SendTaskHeartbeat', { taskToken: tokens[0] });
  await second.ask('SendTaskSuccess', { taskToken: tokens[0], output: '{"decision":"approve"}' });
  expect(await second.ended(executionArn)).toMatchObject({ output: '{"decision":"approve"}' });
  expect(tokens).toHaveLength(1);
  await expect(second.ask('SendTaskSuccess', { taskToken: tokens[0], output: '{}' })).rejects.toMatchObject({
    code: 'TaskTimedOut',
  });
});

test('retries a task that a callback failed, under a new token', async () => {
  const tokens: string[] = [];
  const cloud = fakeCloud([machine(reviewed)], ({ input }) => {
    tokens.push(JSON.parse((input as { MessageBody: string }).MessageBody).token);
    return { MessageId: 'm' };
  });
  const { ask, ended } = await open(cloud);
  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN });
  await until(() => tokens.length === 1);
  await ask('SendTaskFailure', { taskToken: tokens[0], error: 'Again' });
  await until(() => tokens.length === 2);
  expect(tokens[1]).not.toBe(tokens[0]);
  await ask('SendTaskFailure', { taskToken: tokens[1], error: 'Declined', cause: 'fraud' });
  expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'Declined', cause: 'fraud' });
});

test('checks a callback against the state machine', async () => {
  const { module } = await open(fakeCloud([machine({ A: { Type: 'Succeed' } })], echo));
  const taskToken = Buffer.from(
    JSON.stringify([`${ARN.replace('stateMachine', 'execution')}:ord_1`, '', 'x']),
  ).toString('base64url');
  expect(module.api.permissions('SendTaskSuccess', { taskToken } as never)).toEqual([
    { action: 'states:SendTaskSuccess', resource: ARN },
  ]);
  expect(module.api.permissions('StartExecution', { stateMachineArn: ARN } as never)).toEqual([
    { action: 'states:StartExecution', resource: ARN },
  ]);
});

test.each<[string, object, string, string]>([
  [
    'SendTaskSuccess',
    { output: '{}' },
    'ValidationException',
    "1 validation error detected: Value null at 'taskToken' failed to satisfy constraint: Member must not be null",
  ],
  ['SendTaskSuccess', { taskToken: 'x', output: '{}' }, 'InvalidToken', "Invalid Token: 'Invalid token'"],
  ['SendTaskHeartbeat', { taskToken: 'x' }, 'InvalidToken', "Invalid Token: 'Invalid token'"],
  [
    'SendTaskFailure',
    { taskToken: 'x', error: 'a'.repeat(257) },
    'ValidationException',
    "1 validation error detected: Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256",
  ],
])('%s %j is refused in the words of AWS', async (action, input, code, message) => {
  const { ask } = await open(fakeCloud([machine({ A: { Type: 'Succeed' } })], echo));
  await expect(ask(action, input)).rejects.toMatchObject({ code, message });
});

test('a token of an execution that is not known', async () => {
  const { ask } = await open(fakeCloud([machine({ A: { Type: 'Succeed' } })], echo));
  const taskToken = Buffer.from(JSON.stringify(['arn:x', '', 'x'])).toString('base64url');
  await expect(ask('SendTaskSuccess', { taskToken, output: '{}' })).rejects.toMatchObject({
    code: 'TaskDoesNotExist',
  });
});

test('an answer that comes before the execution has been resumed counts', async () => {
  const store = memoryStore();
  const tokens: string[] = [];
  const answer = ({ input }: FakeCall) => {
    tokens.push(JSON.parse((input as { MessageBody: string }).MessageBody).token);
    return { MessageId: 'm' };
  };
  const first = await open(fakeCloud([machine(reviewed)], answer, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  await until(() => tokens.length === 1);
  await first.module.stop();
  const second = await open(fakeCloud([machine(reviewed)], answer, store));
  // No turn of the event loop in between.
  await second.ask('SendTaskSuccess', { taskToken: tokens[0], output: '1' });
  expect(await second.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
});

test('a missed heartbeat fails the task, a sent one keeps it', async () => {
  const tokens: string[] = [];
  const answer = ({ input }: FakeCall) => {
    tokens.push(JSON.parse((input as { MessageBody: string }).MessageBody).token);
    return { MessageId: 'm' };
  };
  const Review = { ...reviewed.Review, HeartbeatSeconds: 1, Retry: [] };
  const { ask, ended } = await open(fakeCloud([machine({ Review })], answer));
  const { executionArn, startDate } = await ask('StartExecution', { stateMachineArn: ARN });
  await until(() => tokens.length === 1);
  await until(() => Date.now() > startDate * 1000 + 500);
  await ask('SendTaskHeartbeat', { taskToken: tokens[0] });
  const { stopDate, ...end } = await ended(executionArn);
  expect(end).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(stopDate - startDate).toBeGreaterThan(1.49);
});
