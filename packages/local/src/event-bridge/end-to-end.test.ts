import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { functionForTest, packageForTest } from '../test-cloud.ts';

const root = { kind: 'root' } as const;
const account = '000000000000';
const machineArn = `arn:aws:states:us-east-1:${account}:stateMachine:flow`;
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:emporium-shop-local-double`;

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Double',
  States: {
    Double: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'emporium-shop-local-double', Payload: '{% $states.input.detail.number %}' },
      Output: '{% $states.result.Payload %}',
      Next: 'Send',
    },
    Send: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Arguments: { QueueUrl: { Ref: 'Results' }, MessageBody: { number: '{% $states.input %}' } },
      End: true,
    },
  },
};

const role = (name: string, service: string, statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'link', PolicyDocument: { Statement: statements } }],
  },
});

const resources = {
  ...functionForTest('double'),
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
  Results: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'results' } },
  FlowRole: role('flow-role', 'states.amazonaws.com', [
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Results', 'Arn'] } },
  ]),
  RuleRole: role('rule-role', 'events.amazonaws.com', [
    { Effect: 'Allow', Action: 'states:StartExecution', Resource: machineArn },
  ]),
  Flow: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: 'flow',
      RoleArn: { 'Fn::GetAtt': ['FlowRole', 'Arn'] },
      Definition: definition,
    },
  },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'rule',
      EventBusName: 'bus',
      EventPattern: { 'detail-type': [{ prefix: 'Number' }] },
      Targets: [{ Id: 'flow', Arn: machineArn, RoleArn: { 'Fn::GetAtt': ['RuleRole', 'Arn'] } }],
    },
  },
};

const events = { Service: 'events.amazonaws.com' };
const otherBus = { 'Fn::GetAtt': ['Other', 'Arn'] };
const forwarding = {
  Other: { Type: 'AWS::Events::EventBus', Properties: { Name: 'other' } },
  Forwarded: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'forwarded' } },
  Forward: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: 'bus',
      EventPattern: { 'detail-type': ['Far'] },
      Targets: [{ Id: 'other', Arn: otherBus }],
    },
  },
  Arrive: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: otherBus,
      EventPattern: { source: ['test'] },
      Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Forwarded', 'Arn'] }, InputPath: '$.detail' }],
    },
  },
  BusPolicy: {
    Type: 'AWS::Events::EventBusPolicy',
    Properties: {
      EventBusName: 'other',
      StatementId: 'rules',
      Statement: {
        Effect: 'Allow',
        Principal: events,
        Action: 'events:PutEvents',
        Resource: otherBus,
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Forward', 'Arn'] } } },
      },
    },
  },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Forwarded' }],
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: events, Action: 'sqs:SendMessage', Resource: '*' }],
      },
    },
  },
};

let local: LocalCloud;
beforeAll(async () => {
  const shop = packageForTest({
    resources: { ...resources, ...forwarding },
    functions: { double: 'exports.handler = async (number) => number * 2;' },
  });
  local = await startLocal({
    templates: [shop],
    dataFolder: mkdtempSync(join(tmpdir(), 'emporium-')),
    port: 0,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
});
afterAll(() => local?.stop());

test('an event starts a workflow, which calls a function and sends a message, each under its own role', async () => {
  const Entries = [
    { EventBusName: 'bus', Source: 'test', DetailType: 'NumberGiven', Detail: '{"number":21}' },
  ];
  await local.cloud.call(root, 'events', 'PutEvents', { Entries });
  const { Messages } = await local.cloud.call<{ Messages: { Body: string }[] }>(
    root,
    'sqs',
    'ReceiveMessage',
    {
      QueueUrl: local.cloud.ofType('AWS::SQS::Queue')[0]?.ref,
      WaitTimeSeconds: 5,
    },
  );
  expect(Messages.map(({ Body }) => JSON.parse(Body))).toEqual([{ number: 42 }]);
});

test('an event goes from bus to bus where the other bus allows it', async () => {
  const entry = { EventBusName: 'bus', Source: 'test', DetailType: 'Far', Detail: '{"so":"far"}' };
  await local.cloud.call(root, 'events', 'PutEvents', { Entries: [entry] });
  const queue = local.cloud.ofType('AWS::SQS::Queue').find(({ ref }) => ref.endsWith('forwarded'));
  const { Messages } = await local.cloud.call<{ Messages: { Body: string }[] }>(
    root,
    'sqs',
    'ReceiveMessage',
    {
      QueueUrl: queue?.ref,
      WaitTimeSeconds: 5,
    },
  );
  expect(Messages.map(({ Body }) => JSON.parse(Body))).toEqual([{ so: 'far' }]);
});
