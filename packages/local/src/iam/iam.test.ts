import { expect, test } from '@jest/globals';
import { AwsError, type Caller, type Resource } from '../cloud.ts';
import type { Statement } from './statement.ts';
import { authorizeWith, placer, policy, resource, roleArn, roleWith, templatesOf } from './test-policies.ts';
import { checkTrust, passRole } from './trust.ts';

const queue = resource('AWS::SQS::Queue', 'Work', {}, 'http://queue/work', 'arn:aws:sqs:x:0:work');
const send = [{ action: 'sqs:SendMessage', resource: queue.arn }];
const rule: Caller = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: 'arn:rule/a' };
const account = 'arn:aws:iam::000000000000:root';
const anything: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };

const queuePolicy = (statement: Partial<Statement>) =>
  resource('AWS::SQS::QueuePolicy', 'Policy', {
    Queues: [queue.ref],
    PolicyDocument: policy({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: queue.arn,
      ...statement,
    } as Statement),
  });

const words = (why: string) =>
  `User: arn:aws:sts::000000000000:assumed-role/placer/place is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:x:0:work ${why}`;

test("a service may do what a queue's policy says, on behalf of the named source only", () => {
  const { authorize } = authorizeWith(
    queue,
    queuePolicy({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': 'arn:rule/a' } },
    }),
  );
  expect(() => authorize(rule, send)).not.toThrow();
  expect(() => authorize({ ...rule, sourceArn: 'arn:rule/b' }, send)).toThrow(
    'User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:x:0:work because no resource-based policy allows the sqs:SendMessage action',
  );
});

const grants = (Principal: Statement['Principal'] & object) => queuePolicy({ Principal });

test.each<[string, Resource[], string | undefined]>([
  ['nobody allows it', [roleWith([])], 'because no identity-based policy allows the sqs:SendMessage action'],
  ['the role does', [roleWith([anything])], undefined],
  ['the queue names the role', [roleWith([]), grants({ AWS: roleArn })], undefined],
  [
    'the queue leaves it to the account',
    [roleWith([]), grants({ AWS: [account] })],
    'because no identity-based policy allows the sqs:SendMessage action',
  ],
  [
    'the queue leaves it to the account, and the role does',
    [roleWith([anything]), grants({ AWS: account })],
    undefined,
  ],
  [
    'the role denies it',
    [roleWith([anything, { ...anything, Effect: 'Deny' }])],
    'with an explicit deny in an identity-based policy',
  ],
  [
    'the queue denies it',
    [roleWith([anything]), queuePolicy({ Effect: 'Deny', Principal: '*' })],
    'with an explicit deny in a resource-based policy',
  ],
  [
    'the queue denies all but another role',
    [roleWith([anything]), queuePolicy({ Effect: 'Deny', NotPrincipal: { AWS: `${roleArn}2` } })],
    'with an explicit deny in a resource-based policy',
  ],
  [
    'the queue denies all but this role',
    [roleWith([anything]), queuePolicy({ Effect: 'Deny', NotPrincipal: { AWS: roleArn } })],
    undefined,
  ],
])('a role sends where %s', (_, resources, why) => {
  const { authorize } = authorizeWith(queue, ...resources);
  if (why === undefined) expect(() => authorize(placer, send)).not.toThrow();
  else expect(() => authorize(placer, send)).toThrow(new AwsError('AccessDeniedException', words(why)));
  // The answer is remembered, and stays the same.
  if (why === undefined) expect(() => authorize(placer, send)).not.toThrow();
  else expect(() => authorize(placer, send)).toThrow(words(why));
});

const boundary = (...statements: Statement[]) =>
  resource('AWS::IAM::ManagedPolicy', 'Boundary', { PolicyDocument: policy(...statements) }, 'arn:boundary');
const PermissionsBoundary = 'arn:boundary';
const session = { AWS: 'arn:aws:sts::000000000000:assumed-role/placer/place' };

test.each<[string, Resource[], string | undefined]>([
  ['allows it', [boundary(anything), roleWith([anything], { PermissionsBoundary })], undefined],
  [
    'allows it and nothing else does',
    [boundary(anything), roleWith([], { PermissionsBoundary })],
    'identity-based policy allows',
  ],
  [
    'does not name it',
    [boundary(), roleWith([anything], { PermissionsBoundary })],
    'no permissions boundary allows',
  ],
  [
    'denies it',
    [boundary({ ...anything, Effect: 'Deny' }), roleWith([anything], { PermissionsBoundary })],
    'with an explicit deny in a permissions boundary',
  ],
  [
    'limits what the queue grants the role',
    [boundary(), roleWith([], { PermissionsBoundary }), grants({ AWS: roleArn })],
    'no permissions boundary allows',
  ],
  [
    'does not limit what the queue grants the session',
    [boundary(), roleWith([], { PermissionsBoundary }), grants(session)],
    undefined,
  ],
])('a permissions boundary that %s', (_, resources, why) => {
  const { authorize } = authorizeWith(queue, ...resources);
  if (why === undefined) expect(() => authorize(placer, send)).not.toThrow();
  else expect(() => authorize(placer, send)).toThrow(why);
});

test.each([
  ['AWS::IAM::Policy', { Roles: ['placer'] }],
  ['AWS::IAM::RolePolicy', { RoleName: 'placer' }],
  ['AWS::IAM::ManagedPolicy', { Roles: ['placer'] }],
])('%s counts for the roles that it names', (type, properties) => {
  const attached = resource(type, 'P', { ...properties, PolicyDocument: policy(anything) });
  const { authorize } = authorizeWith(roleWith([]), attached);
  expect(() => authorize(placer, send)).not.toThrow();
  expect(() => authorize({ ...placer, roleArn: 'arn:other/role' } as Caller, send)).toThrow();
});

test('a policy of AWS that is not known here is named', () => {
  const { log } = authorizeWith(
    roleWith([], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
  );
  expect(log.lines).toEqual([
    'warn iam placer: what arn:aws:iam::aws:policy/AdministratorAccess grants is not known here, and so not granted',
  ]);
});

test('a Lambda permission lets its source invoke the function', () => {
  const { authorize } = authorizeWith(
    resource('AWS::Lambda::Function', 'F', {}, 'f', 'arn:f'),
    resource('AWS::Lambda::Permission', 'P', {
      FunctionName: 'f',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:rule/*',
      SourceAccount: '000000000000',
    }),
  );
  const invoke = [{ action: 'lambda:InvokeFunction', resource: 'arn:f' }];
  expect(() => authorize(rule, invoke)).not.toThrow();
  expect(() => authorize({ ...rule, sourceArn: 'arn:aws:events:x:1:rule/a' }, invoke)).toThrow(
    /not authorized/,
  );
  expect(() => authorize({ ...rule, principal: 's3.amazonaws.com' }, invoke)).toThrow(/not authorized/);
});

const key = (KeyPolicy?: object) =>
  resource(
    'AWS::KMS::Key',
    'Key',
    { ...(KeyPolicy && { KeyPolicy }) },
    'k',
    'arn:aws:kms:us-east-1:000000000000:key/k',
  );
const decrypt = [{ action: 'kms:Decrypt', resource: key().arn }];
const keyGrant = (Principal: object) =>
  policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal } as Statement);

test.each<[string, Resource[], string | undefined]>([
  ['has no policy and the role none', [key(), roleWith([])], 'no identity-based policy'],
  ['has no policy and the role one', [key(), roleWith([anything])], undefined],
  [
    'names somebody else',
    [key(keyGrant({ AWS: 'arn:aws:iam::000000000000:role/other' })), roleWith([anything])],
    'no resource-based policy',
  ],
  ['names the role', [key(keyGrant({ AWS: roleArn })), roleWith([])], undefined],
  ['leaves it to the account', [key(keyGrant({ AWS: account })), roleWith([anything])], undefined],
])('a key decides alone, unless it delegates: one that %s', (_, resources, why) => {
  const { authorize } = authorizeWith(...resources);
  if (why === undefined) expect(() => authorize(placer, decrypt)).not.toThrow();
  else expect(() => authorize(placer, decrypt)).toThrow(why);
});

test.each<[string, object, string, string, string]>([
  [
    'AWS::S3::BucketPolicy',
    { Bucket: 'b', PolicyDocument: 'policy' },
    'arn:aws:s3:::b/*',
    's3:GetObject',
    'arn:aws:s3:::b/a/key',
  ],
  [
    'AWS::SNS::TopicPolicy',
    { Topics: ['arn:topic'], PolicyDocument: 'policy' },
    'arn:topic',
    'sns:Publish',
    'arn:topic',
  ],
  [
    'AWS::SecretsManager::ResourcePolicy',
    { SecretId: 'arn:secret', ResourcePolicy: 'policy' },
    '*',
    'secretsmanager:GetSecretValue',
    'arn:secret',
  ],
  [
    'AWS::Events::EventBusPolicy',
    { EventBusName: 'bus', Statement: 'statement' },
    'arn:bus',
    'events:PutEvents',
    'arn:bus',
  ],
])('%s counts', (type, properties, on, action, asked) => {
  const statement: Statement = { Effect: 'Allow', Principal: { AWS: roleArn }, Action: action, Resource: on };
  const filled = Object.entries(properties).map(([name, value]) => [
    name,
    value === 'policy' ? policy(statement) : value === 'statement' ? statement : value,
  ]);
  const { authorize } = authorizeWith(
    resource('AWS::S3::Bucket', 'B', {}, 'b', 'arn:aws:s3:::b'),
    resource('AWS::Events::EventBus', 'Bus', {}, 'bus', 'arn:bus'),
    resource(type, 'P', Object.fromEntries(filled)),
  );
  expect(() => authorize(placer, [{ action, resource: asked }])).not.toThrow();
  expect(() => authorize(placer, [{ action, resource: asked.replace('arn:', 'arn:x') }])).toThrow(
    /not authorized/,
  );
});

test('a service words its own refusal where AWS lets it', () => {
  const { authorize } = authorizeWith(roleWith([]));
  const refusal = (message: string) => new AwsError('KmsAccessDenied', message);
  expect(() => authorize(placer, [{ action: 'kms:Decrypt', resource: 'k', refusal }])).toThrow(
    expect.objectContaining({ code: 'KmsAccessDenied' }),
  );
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

const trusting = (Principal: object, Condition?: object) =>
  roleWith([], {
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
      ...(Condition && { Condition }),
    } as Statement),
  });

test.each<[string, object, string, string]>([
  [
    'AWS::Lambda::Function',
    { Role: roleArn },
    'lambda',
    'The role defined for the function cannot be assumed by Lambda.',
  ],
  [
    'AWS::StepFunctions::StateMachine',
    { RoleArn: roleArn },
    'states',
    'Neither the global service principal states.amazonaws.com, nor the regional one',
  ],
  [
    'AWS::Events::Rule',
    { Targets: [{ RoleArn: roleArn }] },
    'events',
    `Provided role '${roleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
  ],
  [
    'AWS::Scheduler::Schedule',
    { Target: { RoleArn: roleArn } },
    'scheduler',
    'must allow AWS EventBridge Scheduler to assume the role.',
  ],
])('%s needs a role that trusts its service', (type, properties, service, refusal) => {
  const start = (role: Resource) => () =>
    checkTrust(templatesOf([role, resource(type, 'Thing', properties)]).cloud);
  const trusted = `${service}.amazonaws.com`;
  expect(start(trusting({ Service: trusted }))).not.toThrow();
  expect(start(trusting({ Service: ['x.amazonaws.com', trusted] }))).not.toThrow();
  expect(start(trusting({ Service: trusted }, { StringEquals: { 'aws:SourceAccount': '1' } }))).toThrow(
    refusal,
  );
  expect(start(trusting({ Service: 'ec2.amazonaws.com' }))).toThrow(refusal);
  expect(start(trusting({ AWS: account }))).toThrow(/\(at Resources\.Thing\)$/);
});

test('a role is handed on only to the service that the policy names', () => {
  const PassedTo = { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } };
  const { authorize } = authorizeWith(
    roleWith([{ Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:role', Condition: PassedTo }]),
  );
  expect(() => authorize(placer, [passRole('arn:role', 'scheduler.amazonaws.com')])).not.toThrow();
  expect(() => authorize(placer, [passRole('arn:role', 'lambda.amazonaws.com')])).toThrow(/iam:PassRole/);
});
