// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub takes such strings
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageForTest, recordingLog } from '../test-cloud.ts';
import { loadResources } from './start.ts';
import type { PackagedService } from './templates.ts';

const load = (services: readonly PackagedService[], log = recordingLog()) =>
  loadResources(services, {
    stage: 'local',
    region: 'eu-central-1',
    accountId: '000000000000',
    endpoint: 'http://127.0.0.1:4566',
    log,
  });

/** What a `Value` resolves to in a template with a table and a queue. */
const resolved = (Value: unknown, extra: Record<string, unknown> = {}): unknown => {
  const service = packageForTest({ resources: {} });
  const template = {
    Parameters: { Stage: { Type: 'String', Default: 'local' } },
    Mappings: { Sizes: { local: { memory: 128 } } },
    Conditions: {
      IsLocal: { 'Fn::Equals': [{ Ref: 'Stage' }, 'local'] },
      IsNotLocal: { 'Fn::Not': [{ Condition: 'IsLocal' }] },
    },
    Resources: {
      Things: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'things' } },
      Work: { Type: 'AWS::SQS::Queue', Properties: {} },
      Probe: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/probe', Type: 'String', Value } },
      ...extra,
    },
  };
  writeFileSync(
    join(service.buildFolder, 'cloudformation-template-update-stack.json'),
    JSON.stringify(template),
  );
  return load([service]).find(({ logicalId }) => logicalId === 'Probe')?.properties.Value;
};

test.each<[string, unknown, unknown]>([
  ['Ref of a table', { Ref: 'Things' }, 'things'],
  [
    'Ref of a queue without a name',
    { Ref: 'Work' },
    'http://127.0.0.1:4566/000000000000/emporium-shop-local-Work',
  ],
  ['Ref of a parameter', { Ref: 'Stage' }, 'local'],
  ['a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-central-1'],
  ['GetAtt', { 'Fn::GetAtt': ['Things', 'Arn'] }, 'arn:aws:dynamodb:eu-central-1:000000000000:table/things'],
  ['GetAtt in one string', { 'Fn::GetAtt': 'Work.QueueName' }, 'emporium-shop-local-Work'],
  [
    'Sub',
    { 'Fn::Sub': '${Things}/${Work.QueueName}/${!Literal}/${AWS::AccountId}' },
    'things/emporium-shop-local-Work/${Literal}/000000000000',
  ],
  ['Sub with variables', { 'Fn::Sub': ['${a}-${Stage}', { a: { Ref: 'Things' } }] }, 'things-local'],
  ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'Things' }]] }, 'a/things'],
  ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
  ['If', { 'Fn::If': ['IsLocal', 'yes', { Ref: 'NotThere' }] }, 'yes'],
  ['Not', { 'Fn::If': ['IsNotLocal', 'yes', 'no'] }, 'no'],
  [
    'NoValue',
    { kept: 1, left: { Ref: 'AWS::NoValue' }, list: [1, { Ref: 'AWS::NoValue' }] },
    { kept: 1, list: [1] },
  ],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
  [
    'a queue URL by convention',
    'https://sqs.eu-central-1.amazonaws.com/000000000000/other',
    'http://127.0.0.1:4566/000000000000/other',
  ],
])('%s', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test('values of other stacks: exports, and SSM parameters that their owner publishes', () => {
  const users = packageForTest({
    service: 'users',
    resources: {
      Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
      PoolId: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/users/pool', Type: 'String', Value: { Ref: 'Pool' } },
      },
    },
    outputs: { Pool: { Value: { Ref: 'Pool' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}-pool' } } } },
  });
  const orders = packageForTest({
    service: 'orders',
    resources: {
      Imported: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/a', Type: 'String', Value: { 'Fn::ImportValue': 'emporium-users-local-pool' } },
      },
      Resolved: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/b', Type: 'String', Value: { 'Fn::Sub': 'id={{resolve:ssm:/users/pool}}' } },
      },
    },
  });
  // The order of the stacks does not matter.
  const resources = load([orders, users]);
  const find = (id: string) => resources.find(({ logicalId }) => logicalId === id);
  const id = find('Pool')?.ref;
  expect(id).toMatch(/^eu-central-1_[a-z0-9]{9}$/);
  expect(find('Imported')?.properties.Value).toBe(id);
  expect(find('Resolved')?.properties.Value).toBe(`id=${id}`);
});

test('a resource whose condition does not hold is left out', () => {
  expect(() =>
    resolved({ Ref: 'Off' }, { Off: { Type: 'AWS::SQS::Queue', Condition: 'IsNotLocal' } }),
  ).toThrow(/"Off" is neither a resource nor a parameter/);
});

test.each<[string, unknown, RegExp]>([
  [
    'a missing resource',
    { Ref: 'Nothing' },
    /template-update-stack\.json: "Nothing" is neither a resource nor a parameter of this template \(at Resources\.Probe\.Properties\.Value\)$/,
  ],
  [
    'a missing attribute',
    { 'Fn::GetAtt': ['Things', 'Colour'] },
    /AWS::DynamoDB::Table "Things" has no attribute "Colour"/,
  ],
  ['a missing export', { 'Fn::ImportValue': 'nowhere' }, /no stack exports "nowhere"/],
  [
    'a missing SSM parameter',
    '{{resolve:ssm:/not/there}}',
    /no template defines the SSM parameter "\/not\/there"/,
  ],
  ['an unknown function', { 'Fn::Magic': 1 }, /Fn::Magic is not supported/],
])('%s is one clear line', (_, value, message) => {
  expect(() => resolved(value)).toThrow(message);
});

test('a cycle is named from end to end', () => {
  const resources = {
    A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'x-${B.QueueName}' } } },
    B: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['C', 'QueueName'] } } },
    C: { Type: 'AWS::SQS::Queue', DependsOn: 'A', Properties: {} },
  };
  expect(() => load([packageForTest({ resources })])).toThrow(/Circular dependency .*: A → B → C → A$/);
});

test('a template that is not JSON names its file, line and column', () => {
  const folder = mkdtempSync(join(tmpdir(), 'broken-'));
  const file = join(folder, 'cloudformation-template-update-stack.json');
  writeFileSync(file, '{\n  "Resources": {,}\n}');
  const broken = { service: 'shop', folder, buildFolder: folder };
  expect(() => load([broken])).toThrow(`Cannot read the template ${file}: `);
  expect(() => load([broken])).toThrow(/line 2 column 17/);
});

test('what has no effect is named at the start: types from the table, properties by number, anything else by name', () => {
  const log = recordingLog();
  const resources = {
    Database: { Type: 'AWS::Neptune::DBCluster', Properties: {} },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 1 } },
    Things: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'things',
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        WarmThroughput: { ReadUnitsPerSecond: 1, WriteUnitsPerSecond: 2 },
        GlobalSecondaryIndexes: [{ IndexName: 'any' }],
      },
    },
  };
  load([packageForTest({ resources })], log);
  expect(log.lines).toEqual([
    'warn local Without effect on this machine: AWS::Logs::LogGroup (1), 2 properties of other types. docs/local.md says why',
    'warn local Without effect on this machine, and in no table: AWS::DynamoDB::Table WarmThroughput.ReadUnitsPerSecond (1), AWS::DynamoDB::Table WarmThroughput.WriteUnitsPerSecond (1)',
    'warn local Unknown on this machine: AWS::Neptune::DBCluster (1)',
  ]);
});
