import { afterEach, expect, test } from '@jest/globals';
import { fakeCloud, memoryStore } from './fake-cloud.ts';
import { ARN, echo, machine, open, RoleArn, stopAll } from './module-for-test.ts';

afterEach(stopAll);

test('does not start with a definition that AWS would refuse', async () => {
  await expect(open(fakeCloud([machine({ A: { Type: 'Pass' } })], echo))).rejects.toThrow(
    /either Next or "End"/,
  );
});

const passing = { A: { Type: 'Pass', End: true } };

test('describes state machines as the templates have them', async () => {
  const properties = {
    StateMachineType: 'EXPRESS',
    LoggingConfiguration: {
      Level: 'ERROR',
      IncludeExecutionData: true,
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:log' } }],
    },
    TracingConfiguration: { Enabled: true },
  };
  const express = { ...machine(passing, { arn: `${ARN}Express`, ...properties }) };
  const store = memoryStore();
  const { ask } = await open(fakeCloud([machine(passing), express], echo, store));
  const described = await ask('DescribeStateMachine', { stateMachineArn: `${ARN}Express` });
  expect(described).toMatchObject({
    stateMachineArn: `${ARN}Express`,
    name: 'emporium-orders-local-OrderWorkflowExpress',
    status: 'ACTIVE',
    roleArn: RoleArn,
    type: 'EXPRESS',
    loggingConfiguration: {
      level: 'ERROR',
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:log' } }],
    },
    tracingConfiguration: { enabled: true },
  });
  const { stateMachines, nextToken } = await ask('ListStateMachines', { maxResults: 1 });
  expect(stateMachines).toMatchObject([{ stateMachineArn: ARN, type: 'STANDARD' }]);
  expect(await ask('ListStateMachines', { nextToken })).toMatchObject({
    stateMachines: [{ stateMachineArn: `${ARN}Express` }],
  });
  const again = await open(fakeCloud([express], echo, store));
  const { creationDate } = await again.ask('DescribeStateMachine', { stateMachineArn: `${ARN}Express` });
  expect(creationDate).toBe(described.creationDate);
});

test('an execution keeps the definition that it began with', async () => {
  const store = memoryStore();
  const first = await open(fakeCloud([machine(passing)], echo, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  await first.ended(executionArn);
  const second = await open(fakeCloud([machine({ B: { Type: 'Fail' } })], echo, store));
  const { definition } = await second.ask('DescribeStateMachineForExecution', { executionArn });
  expect(JSON.parse(definition).States).toEqual(passing);
});

test('says what is wrong with a definition', async () => {
  const { ask } = await open(fakeCloud([machine(passing)], echo));
  const check = (definition: object, type?: string) =>
    ask('ValidateStateMachineDefinition', { definition: JSON.stringify(definition), type });
  const whole = (States: object) => ({ QueryLanguage: 'JSONata', StartAt: 'A', States });
  expect(await check(whole(passing))).toEqual({ result: 'OK', diagnostics: [] });
  const { result, diagnostics } = await check(whole({ A: { Type: 'Pass', Next: 'B' } }));
  expect(result).toBe('FAIL');
  expect(diagnostics[0]).toMatchObject({
    severity: 'ERROR',
    code: 'MISSING_TRANSITION_TARGET',
    location: '/States/A/Next',
  });
  const waits = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true };
  expect(await check(whole({ A: waits }), 'EXPRESS')).toEqual({
    result: 'FAIL',
    diagnostics: [
      {
        severity: 'ERROR',
        code: 'SCHEMA_VALIDATION_FAILED',
        message: "Express state machine does not support '.waitForTaskToken' service integration",
        location: '/States/A/Resource',
      },
    ],
  });
});
