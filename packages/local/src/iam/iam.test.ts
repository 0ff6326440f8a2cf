import { expect, test } from '@jest/globals';
import type { Caller, Resource } from '../cloud.ts';
import { recordingLog } from '../test-cloud.ts';
import { createAuthorize } from './authorize.ts';
import { decide, type Statement } from './policy.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/things';
const allow = (statement: Partial<Statement>): Statement => ({ Effect: 'Allow', ...statement });

test.each<[string, Statement[], string]>([
  ['an exact match', [allow({ Action: 'dynamodb:GetItem', Resource: table })], 'allowed'],
  ['any case of the action', [allow({ Action: 'DynamoDB:getitem', Resource: table })], 'allowed'],
  ['a wildcard', [allow({ Action: 'dynamodb:Get*', Resource: `${table.slice(0, -2)}??` })], 'allowed'],
  ['another resource', [allow({ Action: 'dynamodb:GetItem', Resource: `${table}/index/x` })], 'not allowed'],
  ['a longer name', [allow({ Action: 'dynamodb:GetItem', Resource: table.slice(0, -1) })], 'not allowed'],
  ['another action', [allow({ Action: ['dynamodb:PutItem'], Resource: '*' })], 'not allowed'],
  ['NotAction', [allow({ NotAction: 'dynamodb:GetItem', Resource: '*' })], 'not allowed'],
  ['NotResource', [allow({ Action: '*', NotResource: `${table}/*` })], 'allowed'],
  [
    'a Deny beside an Allow',
    [allow({ Action: '*', Resource: '*' }), { Effect: 'Deny', Action: '*', Resource: table }],
    'denied explicitly',
  ],
  [
    'a condition that holds',
    [allow({ Action: '*', Resource: '*', Condition: { StringLike: { 'AWS:sourcearn': 'arn:*' } } })],
    'allowed',
  ],
  [
    'a condition that fails',
    [allow({ Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:SourceArn': 'x' } } })],
    'not allowed',
  ],
  [
    'a negated condition',
    [allow({ Action: '*', Resource: '*', Condition: { StringNotEquals: { 'aws:SourceArn': 'x' } } })],
    'allowed',
  ],
  [
    'a condition key that is absent',
    [allow({ Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:Other': 'x' } } })],
    'not allowed',
  ],
  [
    'IfExists of an absent key',
    [allow({ Action: '*', Resource: '*', Condition: { StringEqualsIfExists: { 'aws:Other': 'x' } } })],
    'allowed',
  ],
  [
    'an operator that is not understood',
    [allow({ Action: '*', Resource: '*', Condition: { NumericOdd: { 'aws:SourceArn': '1' } } })],
    'not allowed',
  ],
])('%s', (_, statements, decision) => {
  const context = { 'aws:SourceArn': 'arn:aws:events:rule' };
  expect(decide(statements, { action: 'dynamodb:GetItem', resource: table, context })).toBe(decision);
});

const resource = (type: string, logicalId: string, properties: object, ref = logicalId, arn = ref) =>
  ({
    service: 'shop',
    logicalId,
    type,
    properties: properties as Record<string, unknown>,
    ref,
    arn,
  }) satisfies Resource;

const authorizeWith = (...resources: Resource[]) => {
  const log = recordingLog();
  const authorize = createAuthorize({
    resources,
    ofType: <P>(type: string) => resources.filter((each) => each.type === type) as unknown as Resource<P>[],
    stage: 'local',
    accountId: '000000000000',
    log,
  });
  return { authorize, log };
};

const queue = resource('AWS::SQS::Queue', 'Work', {}, 'http://queue/work', 'arn:aws:sqs:x:0:work');
const send = [{ action: 'sqs:SendMessage', resource: queue.arn }];
const rule: Caller = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: 'arn:rule/a' };

test("a service may do what a queue's policy says, on behalf of the named source only", () => {
  const { authorize } = authorizeWith(
    queue,
    resource('AWS::SQS::QueuePolicy', 'Policy', {
      Queues: [queue.ref],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: queue.arn,
            Condition: { ArnEquals: { 'aws:SourceArn': 'arn:rule/a' } },
          },
        ],
      },
    }),
  );
  expect(() => authorize(rule, send)).not.toThrow();
  expect(() => authorize({ ...rule, sourceArn: 'arn:rule/b' }, send)).toThrow(
    'User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:x:0:work because no resource-based policy allows the sqs:SendMessage action',
  );
});

test('a Lambda permission lets its source invoke the function', () => {
  const { authorize } = authorizeWith(
    resource('AWS::Lambda::Function', 'F', {}, 'f', 'arn:f'),
    resource('AWS::Lambda::Permission', 'P', {
      FunctionName: 'f',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:rule/*',
    }),
  );
  const invoke = [{ action: 'lambda:InvokeFunction', resource: 'arn:f' }];
  expect(() => authorize(rule, invoke)).not.toThrow();
  expect(() => authorize({ ...rule, principal: 's3.amazonaws.com' }, invoke)).toThrow(/not authorized/);
});

test('a workflow that lacks a grant is told which one, and where', () => {
  const { authorize, log } = authorizeWith(
    queue,
    resource('AWS::StepFunctions::StateMachine', 'OrderWorkflow', { RoleArn: 'arn:role/wf' }),
    {
      ...resource('AWS::Lambda::Function', 'F', {}, 'emporium-payments-local-pay', 'arn:pay'),
      service: 'payments',
    },
  );
  const caller: Caller = { kind: 'role', roleArn: 'arn:role/wf', name: 'OrderWorkflow' };
  expect(() => authorize(caller, send)).toThrow(/assumed-role\/wf\/OrderWorkflow is not authorized/);
  expect(() => authorize(caller, [{ action: 'lambda:InvokeFunction', resource: 'arn:pay' }])).toThrow();
  expect(log.lines[0]).toContain(
    'add "Work: [send]" under link of OrderWorkflow in services/shop/resources.ts',
  );
  expect(log.lines[1]).toContain(
    'add "payments.pay" under invoke of OrderWorkflow in services/shop/resources.ts',
  );
});
