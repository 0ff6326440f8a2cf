import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { packageForTest } from '../test-cloud.ts';
import { fetchSigned } from '../test-signing.ts';

const account = '000000000000';
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;

const role = (RoleName: string, service: string, statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName,
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'link', PolicyDocument: { Statement: statements } }],
  },
});
const allow = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const queueArn = { 'Fn::GetAtt': ['Prices', 'Arn'] };

const resources = {
  Prices: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'prices' } },
  Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'sales' } },
  SchedulerRole: role('scheduler-role', 'scheduler.amazonaws.com', [allow('sqs:SendMessage', queueArn)]),
  PoorRole: role('poor-role', 'scheduler.amazonaws.com', []),
  FunctionRole: role('function-role', 'lambda.amazonaws.com', [
    allow('scheduler:CreateSchedule', `arn:aws:scheduler:us-east-1:${account}:schedule/sales/*`),
    allow('iam:PassRole', roleArn('scheduler-role')),
  ]),
  Nightly: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: 'nightly',
      GroupName: { Ref: 'Group' },
      ScheduleExpression: 'at(2026-01-01T00:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: queueArn,
        RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] },
        Input: 'from the template',
      },
    },
  },
};

let local: LocalCloud;
const lines: string[] = [];
beforeAll(async () => {
  const write = (_label: string, message: string) => void lines.push(message);
  local = await startLocal({
    templates: [packageForTest({ resources })],
    dataFolder: mkdtempSync(join(tmpdir(), 'emporium-')),
    port: 0,
    log: { info: write, warn: write, error: write },
  });
});
afterAll(() => local?.stop());

/** The bodies of as many messages as are awaited. */
const receive = async (count: number): Promise<string[]> => {
  const QueueUrl = local.cloud.ofType('AWS::SQS::Queue')[0]?.ref;
  const bodies: string[] = [];
  while (bodies.length < count) {
    const { Messages = [] } = await local.cloud.call<{ Messages?: { Body: string }[] }>(
      { kind: 'root' },
      'sqs',
      'ReceiveMessage',
      { QueueUrl, WaitTimeSeconds: 5 },
    );
    bodies.push(...Messages.map(({ Body }) => Body));
  }
  return bodies;
};

const ask = async (method: string, path: string, body?: object) => {
  const response = await fetchSigned(local.endpoint + path, {
    service: 'scheduler',
    method,
    body: body === undefined ? '' : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return { status: response.status, answer: await response.json() };
};

const oneOff = (more: object = {}) => ({
  ScheduleExpression: 'at(2026-01-01T00:00:00)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: `arn:aws:sqs:us-east-1:${account}:prices`,
    RoleArn: roleArn('scheduler-role'),
    Input: 'made',
  },
  ActionAfterCompletion: 'DELETE',
  ...more,
});

test('schedules of a template and of the REST API send their messages', async () => {
  expect(await receive(1)).toEqual(['from the template']);
  const made = await ask('POST', '/schedules/cheaper', oneOff({ GroupName: 'sales' }));
  expect(made).toEqual({
    status: 200,
    answer: { ScheduleArn: `arn:aws:scheduler:us-east-1:${account}:schedule/sales/cheaper` },
  });
  expect(await receive(1)).toEqual(['made']);
  const later = { ScheduleExpression: 'at(2199-01-01T00:00:00)', StartDate: 4102444800 };
  await ask('POST', '/schedules/later', oneOff(later));
  expect(await ask('GET', '/schedules/later')).toMatchObject({
    status: 200,
    answer: { Name: 'later', GroupName: 'default', StartDate: 4102444800, CreationDate: expect.any(Number) },
  });
  expect(await ask('GET', '/schedules/none?groupName=sales')).toMatchObject({
    status: 404,
    answer: { __type: 'ResourceNotFoundException' },
  });
});

test('a caller needs the permission to make the schedule, and to lend the role', async () => {
  const caller = { kind: 'role', roleArn: roleArn('function-role'), name: 'f' } as const;
  const create = (more: object) =>
    local.cloud.call(caller, 'scheduler', 'CreateSchedule', { Name: 'mine', ...oneOff(), ...more });
  const denied = (action: string) => ({
    code: 'AccessDeniedException',
    message: expect.stringContaining(`not authorized to perform: ${action}`),
  });
  await expect(create({})).rejects.toMatchObject(denied('scheduler:CreateSchedule'));
  const Target = { ...oneOff().Target, RoleArn: roleArn('poor-role') };
  await expect(create({ GroupName: 'sales', Target })).rejects.toMatchObject(denied('iam:PassRole'));
  await create({ GroupName: 'sales' });
  expect(await receive(1)).toEqual(['made']);
});

test('a role that may not call the target gets nothing through', async () => {
  const Target = { ...oneOff().Target, RoleArn: roleArn('poor-role') };
  await ask('POST', '/schedules/poor', oneOff({ Target }));
  while (!lines.some((line) => line.includes('poor could not invoke')))
    await new Promise((resolve) => setImmediate(resolve));
  expect(lines.join()).toContain('not authorized to perform: sqs:SendMessage');
});
