import { expect, test } from '@jest/globals';
import type { Context } from '../cloud.ts';
import type { Statement } from './statement.ts';
import { authorizeWith, placer, policy, resource, roleArn, roleWith } from './test-policies.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/things';
const allow = (statement: Partial<Statement>): Statement => ({
  Effect: 'Allow',
  ...(statement.NotAction === undefined && { Action: '*' }),
  ...(statement.NotResource === undefined && { Resource: '*' }),
  ...statement,
});
const when = (Condition: object) => [allow({ Condition })];

const context: Context = {
  'dynamodb:LeadingKeys': ['customer-1', 'customer-2'],
  'x:One': 'Fish',
  'x:Number': '12',
  'x:Day': '2026-03-01T00:00:00Z',
  'x:Yes': 'true',
  'x:Address': '10.1.2.3',
  'x:Arn': 'arn:aws:sns:us-east-1:000000000000:topic:deep',
  'x:Empty': [],
};

const ask = (statements: Statement[], given: Context | (() => Context) = context) => {
  const { authorize } = authorizeWith(roleWith(statements));
  try {
    authorize(placer, [{ action: 'dynamodb:GetItem', resource: table, context: given }]);
    return 'allowed';
  } catch (error) {
    return /with an explicit deny/.test(String(error)) ? 'denied' : 'not allowed';
  }
};

test.each<[string, Statement[], string]>([
  ['an exact match', [allow({ Action: 'dynamodb:GetItem', Resource: table })], 'allowed'],
  ['any case of the action', [allow({ Action: 'DynamoDB:getitem', Resource: table })], 'allowed'],
  ['wildcards', [allow({ Action: 'dynamodb:Get*', Resource: `${table.slice(0, -2)}??` })], 'allowed'],
  ['a wildcard for nothing', [allow({ Action: 'dynamodb:GetItem*', Resource: `${table}*` })], 'allowed'],
  ['a wildcard in the middle', [allow({ Resource: 'arn:*:table/t*ng*' })], 'allowed'],
  ['a wildcard that needs more', [allow({ Resource: `${table}?` })], 'not allowed'],
  ['another case of the resource', [allow({ Resource: table.toUpperCase() })], 'not allowed'],
  ['another resource', [allow({ Resource: `${table}/index/x` })], 'not allowed'],
  ['a shorter name', [allow({ Resource: table.slice(0, -1) })], 'not allowed'],
  ['another action', [allow({ Action: ['dynamodb:PutItem'] })], 'not allowed'],
  ['NotAction that names it', [allow({ NotAction: 'dynamodb:GetItem' })], 'not allowed'],
  ['NotAction that names another', [allow({ NotAction: ['dynamodb:PutItem', 's3:*'] })], 'allowed'],
  ['NotResource that names it', [allow({ NotResource: table })], 'not allowed'],
  ['NotResource that names another', [allow({ NotResource: `${table}/*` })], 'allowed'],
  ['no statement at all', [], 'not allowed'],
  ['a Deny before an Allow', [{ ...allow({ Resource: table }), Effect: 'Deny' }, allow({})], 'denied'],
  ['a Deny after an Allow', [allow({}), { ...allow({ Resource: table }), Effect: 'Deny' }], 'denied'],
  ['a Deny of something else', [allow({}), { ...allow({ Action: 's3:*' }), Effect: 'Deny' }], 'allowed'],
  ['a variable in the resource', [allow({ Resource: `arn:*table/\${x:Name, 'things'}` })], 'allowed'],
  ['a variable without a value', [allow({ Resource: `arn:*table/\${aws:username}*` })], 'not allowed'],
  ['an asterisk that is one', [allow({ Resource: `arn:*table/thing\${*}` })], 'not allowed'],
])('%s: %#', (_, statements, decision) => {
  expect(ask(statements)).toBe(decision);
});

test.each<[string, object, boolean]>([
  ['StringEquals', { 'x:one': 'Fish' }, true],
  ['StringEquals', { 'X:ONE': ['Bird', 'Fish'] }, true],
  ['StringEquals', { 'x:One': 'fish' }, false],
  ['StringEquals', { 'x:One': 'F*' }, false],
  ['StringEquals', { 'x:One': 'Fish', 'x:Two': 'Bird' }, false],
  ['StringNotEquals', { 'x:One': ['Bird', 'Fish'] }, false],
  ['StringNotEquals', { 'x:Two': 'Fish' }, true],
  ['StringEqualsIgnoreCase', { 'x:One': 'fISH' }, true],
  ['StringNotEqualsIgnoreCase', { 'x:One': 'fISH' }, false],
  ['StringLike', { 'x:One': 'F?s*' }, true],
  ['StringLike', { 'x:One': `\${x:One}` }, true],
  ['StringEquals', { 'x:One': `\${x:Two}` }, false],
  ['StringNotEquals', { 'x:One': `\${x:Two}` }, false],
  ['StringNotLike', { 'x:One': 'F*' }, false],
  ['StringEqualsIfExists', { 'x:Two': 'Fish' }, true],
  ['StringEqualsIfExists', { 'x:One': 'Bird' }, false],
  ['ForAllValues:StringLike', { 'dynamodb:LeadingKeys': ['customer-*'] }, true],
  ['ForAllValues:StringEquals', { 'dynamodb:LeadingKeys': ['customer-1'] }, false],
  ['ForAllValues:StringEquals', { 'x:Two': ['a'] }, true],
  ['ForAllValues:StringEquals', { 'x:Empty': ['a'] }, true],
  ['ForAllValues:StringNotEquals', { 'dynamodb:LeadingKeys': ['customer-3'] }, true],
  ['ForAnyValue:StringEquals', { 'dynamodb:LeadingKeys': ['customer-2'] }, true],
  ['ForAnyValue:StringEquals', { 'x:Two': ['a'] }, false],
  ['ForAnyValue:StringNotEquals', { 'dynamodb:LeadingKeys': ['customer-2'] }, true],
  ['ForAnyValue:StringNotEquals', { 'x:Two': ['a'] }, false],
  ['NumericEquals', { 'x:Number': 12 }, true],
  ['NumericNotEquals', { 'x:Number': '12.0' }, false],
  ['NumericLessThan', { 'x:Number': '12' }, false],
  ['NumericLessThanEquals', { 'x:Number': '12' }, true],
  ['NumericGreaterThan', { 'x:Number': '9' }, true],
  ['NumericGreaterThanEquals', { 'x:One': '0' }, false],
  ['DateLessThan', { 'x:Day': '2026-03-01T01:00:00+02:00' }, false],
  ['DateGreaterThan', { 'x:Day': '2026-02-28' }, true],
  ['DateEquals', { 'x:Day': '1772323200' }, true],
  ['DateNotEquals', { 'x:Day': '2026-03-01T00:00:00Z' }, false],
  ['DateLessThan', { 'aws:CurrentTime': '2020-01-01' }, false],
  ['DateGreaterThanEquals', { 'aws:EpochTime': '2020-01-01' }, true],
  ['Bool', { 'x:Yes': true }, true],
  ['Bool', { 'x:Yes': 'False' }, false],
  ['Bool', { 'aws:SecureTransport': 'false' }, false],
  ['BoolIfExists', { 'aws:MultiFactorAuthPresent': 'true' }, true],
  ['Null', { 'x:Two': 'true' }, true],
  ['Null', { 'x:One': 'true' }, false],
  ['Null', { 'x:One': false }, true],
  ['IpAddress', { 'x:Address': ['192.0.2.0/24', '10.0.0.0/8'] }, true],
  ['IpAddress', { 'x:Address': '10.1.2.4' }, false],
  ['IpAddress', { 'aws:SourceIp': '2001:db8::/32' }, false],
  ['NotIpAddress', { 'x:Address': '10.0.0.0/8' }, false],
  ['ArnLike', { 'x:Arn': 'arn:aws:sns:*:000000000000:topic:*' }, true],
  ['ArnEquals', { 'x:Arn': 'arn:aws:sns:us-*:topic:deep' }, false],
  ['ArnNotLike', { 'x:Arn': 'arn:aws:sns:*:*:*' }, false],
  ['ArnNotEquals', { 'x:Arn': 'arn:aws:sqs:*:*:*' }, true],
  ['ArnLike', { 'x:One': 'arn:aws:sns:*:*:*' }, false],
  ['BinaryEquals', { 'x:One': 'Fish' }, true],
  ['ArnEquals', { 'aws:PrincipalArn': roleArn }, true],
  ['StringEquals', { 'aws:PrincipalAccount': '000000000000', 'aws:ResourceAccount': '000000000000' }, true],
  ['StringEquals', { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalType': 'AssumedRole' }, true],
  ['Bool', { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' }, true],
  ['Null', { 'aws:SourceArn': 'true', 'aws:PrincipalServiceName': 'true' }, true],
])('%s %j holds: %s', (operator, keys, holds) => {
  expect(ask(when({ [operator]: keys }))).toBe(holds ? 'allowed' : 'not allowed');
});

test('each request is judged by its own context, which is made only where a condition asks', () => {
  const { authorize } = authorizeWith(roleWith(when({ StringEquals: { 'x:One': 'Fish' } })));
  const get = (given: () => Context) => () =>
    authorize(placer, [{ action: 'dynamodb:GetItem', resource: table, context: given }]);
  expect(get(() => ({ 'x:One': 'Fish' }))).not.toThrow();
  expect(get(() => ({ 'x:One': 'Bird' }))).toThrow(/not authorized/);
  const never = () => {
    throw new Error('asked for');
  };
  expect(ask([allow({})], never)).toBe('allowed');
});

test('the policy language of 2008 knows no variables', () => {
  const document = { Version: '2008-10-17', Statement: allow({ Resource: `arn:*\${aws:PrincipalArn}` }) };
  const policies = resource('AWS::IAM::RolePolicy', 'Old', { RoleName: 'placer', PolicyDocument: document });
  const { authorize } = authorizeWith(roleWith([]), policies);
  const get = (name: string) => () => authorize(placer, [{ action: 's3:GetObject', resource: name }]);
  expect(get(`arn:\${aws:PrincipalArn}`)).not.toThrow();
  expect(get(`arn:${roleArn}`)).toThrow(/not authorized/);
});

test.each<[string, Statement | object, string]>([
  [
    'an unknown operator',
    when({ NumericOdd: { a: '1' } })[0] as Statement,
    'no condition operator "NumericOdd"',
  ],
  ['IfExists of Null', when({ NullIfExists: { a: 'true' } })[0] as Statement, 'operator "NullIfExists"'],
  ['no number', when({ NumericEquals: { a: 'one' } })[0] as Statement, '"one" is no number'],
  ['no date', when({ DateEquals: { a: 'soon' } })[0] as Statement, '"soon" is no date'],
  ['no address', when({ IpAddress: { a: '10.0.0.0/64' } })[0] as Statement, '"10.0.0.0/64" is no IP address'],
  ['no boolean', when({ Bool: { a: 'yes' } })[0] as Statement, '"yes" is neither true nor false'],
  ['an unknown element', { ...allow({}), Resources: '*' }, 'no element "Resources"'],
  ['no effect', { Action: '*', Resource: '*' }, 'Effect is Allow or Deny'],
  ['two kinds of action', { ...allow({}), NotAction: 's3:*' }, 'either Action or NotAction'],
  ['an action without a service', allow({ Action: 'GetItem' }), '"GetItem" is no action'],
  ['no resource', { Effect: 'Allow', Action: '*' }, 'either Resource or NotResource'],
  ['a principal', { ...allow({}), Principal: '*' }, 'names no Principal'],
])('a policy with %s is refused, with its place', (_, statement, message) => {
  const start = () => authorizeWith(roleWith([statement as Statement]));
  expect(start).toThrow(message);
  expect(start).toThrow(
    /^The template of shop: the policy is malformed: .* \(at Resources\.PlacerRole\.Properties\.Policies\[0\]\.PolicyDocument\)$/,
  );
});

test.each<[object, string]>([
  [{ Version: '2020-01-01', Statement: [] }, 'no policy language "2020-01-01"'],
  [{}, 'it has no Statement'],
  [policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }), 'either Principal or NotPrincipal'],
  [
    policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*', Principal: { AWS: 'arn:aws:iam::0:role/*' } }),
    'has no wildcard, unlike "arn:aws:iam::0:role/*"',
  ],
])('the policy %j of a queue is refused', (PolicyDocument, message) => {
  const queuePolicy = resource('AWS::SQS::QueuePolicy', 'Policy', { Queues: ['q'], PolicyDocument });
  expect(() => authorizeWith(queuePolicy)).toThrow(message);
});
