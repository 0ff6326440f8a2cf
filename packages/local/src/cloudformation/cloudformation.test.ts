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
  ).toThrow(/"Off" does not exist, as its condition "IsNotLocal" does not hold \(at Resources\.Probe/);
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

/** The error of a template as a whole; `resolved` is for a value in one that is fine otherwise. */
const refused = (template: unknown): string => {
  const service = packageForTest({ resources: {} });
  const file = join(service.buildFolder, 'cloudformation-template-update-stack.json');
  writeFileSync(file, JSON.stringify(template));
  try {
    load([service]);
  } catch (error) {
    expect(error).toMatchObject({ name: 'StartError' });
    const { message } = error as Error;
    expect(message).toContain(file);
    expect(message.split('\n')).toHaveLength(1);
    return message.replace(file, 'FILE');
  }
  throw new Error('nothing was wrong');
};

const queue = (properties: object = {}, extra: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
  ...extra,
});
const withParameter = (parameter: object) => ({
  Parameters: { P: { Type: 'String', ...parameter } },
  Resources: { A: queue({ QueueName: { Ref: 'P' } }) },
});

test.each<[string, unknown, string]>([
  ['a list', [], 'Cannot read the template FILE: it is not a JSON object'],
  ['nothing', null, 'Cannot read the template FILE: it is not a JSON object'],
  ['no resources', { Outputs: {} }, 'FILE: a template needs at least one resource (at Resources)'],
  [
    'a section that is a list',
    { Resources: [] },
    'Cannot read the template FILE: "Resources" is not an object',
  ],
  ['no type', { Resources: { A: {} } }, 'FILE: a resource needs a Type (at Resources.A)'],
  ['a resource that is a text', { Resources: { A: 'x' } }, 'FILE: a resource needs a Type (at Resources.A)'],
  [
    'properties that are a list',
    { Resources: { A: { Type: 'AWS::SQS::Queue', Properties: [] } } },
    'FILE: Properties has to be an object (at Resources.A)',
  ],
  [
    'a macro',
    { Transform: 'AWS::Serverless-2016-10-31', Resources: { A: queue() } },
    'FILE: a Transform needs a macro, and none runs on this machine: write out what AWS::Serverless-2016-10-31 would give (at Transform)',
  ],
  [
    'a dependency on nothing',
    { Resources: { A: queue({}, { DependsOn: ['B'] }) } },
    'FILE: "B" is not a resource of this template (at Resources.A.DependsOn)',
  ],
  [
    'a condition of itself',
    {
      Conditions: {
        X: { 'Fn::Not': [{ Condition: 'Y' }] },
        Y: { 'Fn::Or': [{ Condition: 'X' }, { Condition: 'X' }] },
      },
      Resources: { A: queue({}, { Condition: 'X' }) },
    },
    'FILE: the condition "X" refers to itself (at Conditions.Y)',
  ],
  [
    'a condition that is none',
    { Conditions: { X: 'yes' }, Resources: { A: queue({}, { Condition: 'X' }) } },
    'FILE: a condition is expected here (at Conditions.X)',
  ],
  [
    'a condition that is missing',
    { Resources: { A: queue({ QueueName: { 'Fn::If': ['X', 'a', 'b'] } }) } },
    'FILE: there is no condition "X" (at Resources.A.Properties.QueueName)',
  ],
  [
    'a parameter without a value',
    withParameter({}),
    'FILE: the parameter "P" has no value: give it a Default (at Parameters.P)',
  ],
  [
    'a value that is not allowed',
    withParameter({ Default: 'c', AllowedValues: ['a', 'b'] }),
    'FILE: the parameter "P" has to be one of a, b, not "c" (at Parameters.P)',
  ],
  [
    'a value of another form',
    withParameter({ Default: 'ab1', AllowedPattern: '[a-z]+' }),
    'FILE: the parameter "P" has to match [a-z]+, and "ab1" does not (at Parameters.P)',
  ],
  [
    'a number that is none',
    withParameter({ Type: 'Number', Default: 'x' }),
    'FILE: the parameter "P" has to be a number, not "x" (at Parameters.P)',
  ],
  [
    'an output of nothing',
    { Resources: { A: queue() }, Outputs: { O: { Value: { Ref: 'B' } } } },
    'FILE: "B" is neither a resource nor a parameter of this template (at Outputs.O.Value)',
  ],
  [
    'two of one name',
    { Resources: { A: queue({ QueueName: 'q' }), B: queue({ QueueName: 'q' }) } },
    'FILE: AWS::SQS::Queue "B" has the name of "A" in shop: give one of them another (at Resources.B)',
  ],
])('a template with %s is refused in one line', (_, template, message) => {
  expect(refused(template)).toBe(message);
});

test.each<[unknown, RegExp]>([
  [{ Ref: ['Things'] }, /Ref takes a name \(at Resources\.Probe\.Properties\.Value\)$/],
  [{ 'Fn::GetAtt': ['Things'] }, /Fn::GetAtt takes \[resource, attribute\]/],
  [{ 'Fn::GetAtt': 'Things' }, /Fn::GetAtt takes/],
  [{ 'Fn::Join': ['-', 'a', 'b'] }, /Fn::Join takes \[delimiter, list\]/],
  [
    { 'Fn::Join': ['-', ['a', ['b']]] },
    /a text is expected here, not \["b"\] \(at Resources\.Probe\.Properties\.Value\.1\)/,
  ],
  [{ 'Fn::Select': ['first', ['a']] }, /Fn::Select takes \[index, list\]/],
  [{ 'Fn::Select': [3, ['a']] }, /Fn::Select finds nothing at 3/],
  [{ 'Fn::Split': ['-'] }, /Fn::Split takes/],
  [{ 'Fn::Sub': ['${a}'] }, /Fn::Sub takes a text, or \[text, variables\]/],
  [{ 'Fn::Sub': ['${a}', { a: ['b'] }] }, /a text is expected here, not \["b"\] \(at .*Value \$\{a\}\)/],
  [{ 'Fn::Sub': '${Nothing}' }, /"Nothing" is neither/],
  [{ 'Fn::If': ['IsLocal', 1] }, /Fn::If takes/],
  [{ 'Fn::FindInMap': ['Sizes', 'local'] }, /Fn::FindInMap takes/],
  [{ 'Fn::FindInMap': ['Sizes', 'prod', 'memory'] }, /there is no mapping Sizes\.prod\.memory/],
  [{ 'Fn::Equals': [1] }, /Fn::Equals takes/],
  [{ 'Fn::Transform': { Name: 'AWS::Include' } }, /Fn::Transform needs a macro/],
  [{ 'Fn::ForEach::Each': [] }, /Fn::ForEach::Each needs a macro/],
  [{ 'Fn::Sub': 'a', Other: 1 }, /Fn::Sub has to stand alone, but there are other keys beside it/],
  ['{{resolve:vault:x}}', /\{\{resolve:vault:x\}\} is neither ssm, ssm-secure nor secretsmanager/],
])('%j is refused', (value, message) => {
  expect(() => resolved(value)).toThrow(message);
});

test('a variable of Fn::Sub hides a resource, so that is no cycle; lists of parameters and of SSM are resolved', () => {
  expect(
    resolved(
      { 'Fn::Sub': ['${Other}', { Other: 'own' }] },
      { Other: queue({ QueueName: { 'Fn::GetAtt': ['Probe', 'Type'] } }) },
    ),
  ).toBe('own');
  const template = {
    Parameters: {
      List: { Type: 'CommaDelimitedList', Default: 'a, b' },
      FromSsm: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/name' },
    },
    Resources: {
      Named: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/name', Type: 'String', Value: 'from-ssm' },
      },
      A: queue({ QueueName: { Ref: 'FromSsm' }, Tags: { Ref: 'List' } }),
    },
  };
  const service = packageForTest({ resources: {} });
  writeFileSync(
    join(service.buildFolder, 'cloudformation-template-update-stack.json'),
    JSON.stringify(template),
  );
  expect(load([service]).find(({ logicalId }) => logicalId === 'A')?.properties).toEqual({
    QueueName: 'from-ssm',
    Tags: ['a', 'b'],
  });
});

test('stacks that wait for each other, or have resources of one name, are refused', () => {
  const stack = (service: string, needs: string) =>
    packageForTest({
      service,
      resources: { A: queue({ QueueName: `q-${service}`, Tags: { 'Fn::ImportValue': needs } }) },
      outputs: { O: { Value: { 'Fn::ImportValue': needs }, Export: { Name: service } } },
    });
  expect(() => load([stack('one', 'two'), stack('two', 'one')])).toThrow(
    'Circular dependency between stacks: export two → export one → export two',
  );

  const table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'things' } };
  const [first, second] = ['one', 'two'].map((service) =>
    packageForTest({ service, resources: { T: table } }),
  );
  expect(() => load([first, second] as PackagedService[])).toThrow(
    /^\S+two-\S+: AWS::DynamoDB::Table "T" has the name of "T" in one: give one of them another \(at Resources\.T\)$/,
  );
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
