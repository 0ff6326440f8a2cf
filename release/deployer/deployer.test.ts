import { beforeAll, describe, expect, test } from '@jest/globals';
import { compilePolicy } from '../../packages/local/src/iam/statement.ts';
import { packagedFor } from './packaged.ts';
import { deployerPolicies, deployerRights, type Packaged } from './policies.ts';
import { ACCOUNT, PARTITION } from './right.ts';
import { rights } from './rights.ts';
import { deployerTemplate } from './template.ts';

const STAGES = ['dev', 'staging', 'prod'];
const place = { region: 'eu-central-1', mailDomain: 'shop.example', hasDomain: true };
const packaged: Record<string, Packaged[]> = {};
beforeAll(async () => {
  for (const stage of STAGES) packaged[stage] = await packagedFor(stage);
}, 900_000);

const policiesOf = (stage: string) => deployerPolicies(packaged[stage] ?? [], { stage, ...place });
const rightsOf = (stage: string) => deployerRights(packaged[stage] ?? [], { stage, ...place });

/** Whether a stage's deployer may do something, by the evaluator that the local cloud holds roles to. */
const deployer = (stage: string) => {
  const statements = policiesOf(stage).flatMap((policy) =>
    compilePolicy(
      JSON.parse(JSON.stringify(policy).replaceAll(PARTITION, 'aws').replaceAll(ACCOUNT, '123456789012')),
      'identity',
    ),
  );
  return (action: string, resource: string, context: Record<string, string[]> = {}) =>
    statements.some(
      (statement) =>
        statement.action(action.toLowerCase()) &&
        (statement.resource?.(resource) ?? true) &&
        (statement.applies?.(resource, (key) => context[key]) ?? true),
    );
};

describe.each(STAGES)('the deployer of %s', (stage) => {
  test('has rights to every type of resource in every template', () => {
    const types = new Set(
      (packaged[stage] ?? []).flatMap(({ resources }) => Object.values(resources).map(({ Type }) => Type)),
    );
    expect(types.size).toBeGreaterThan(20);
    expect([...types].filter((type) => rights[type] === undefined)).toEqual([]);
    expect(() => policiesOf(stage)).not.toThrow();
  });

  test('has policies that IAM takes: at most ten, of at most 6,144 characters', () => {
    const policies = policiesOf(stage);
    expect(policies.length).toBeGreaterThan(0);
    expect(policies.length).toBeLessThanOrEqual(10);
    expect(policies.filter((policy) => JSON.stringify(policy).length > 6144)).toEqual([]);
  });

  test('has no action that is a pattern, and everything that does not name the stage has a reason', () => {
    const all = rightsOf(stage);
    expect(
      all.flatMap(({ actions }) => actions).filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)),
    ).toEqual([]);
    const named = new RegExp(`-${stage}([-:/]|$)|/emporium/${stage}/|CodeDeployDefault`);
    const unnamed = all.filter(({ resources, why }) => !why && resources.some((each) => !named.test(each)));
    expect(unnamed).toEqual([]);
  });
});

test('‘*’ is the resource of these actions only', () => {
  const actions = rightsOf('prod')
    .filter(({ resources }) => resources.includes('*'))
    .flatMap((right) => right.actions);
  const known = [
    'acm:RequestCertificate',
    'cloudformation:ValidateTemplate',
    'cognito-idp:CreateUserPool',
    'kms:CreateKey',
    'kms:ListAliases',
    'lambda:CreateEventSourceMapping',
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
    'secretsmanager:GetRandomPassword',
  ];
  expect([...new Set(actions)].filter((each) => !known.includes(each) && !each.startsWith('ec2:'))).toEqual(
    [],
  );
});

test('each may create what its own templates hold, and nothing of another stage', () => {
  const account = 'arn:aws';
  const create: Record<string, (properties: Record<string, string>) => [action: string, arn: string]> = {
    'AWS::Lambda::Function': ({ FunctionName }) => [
      'lambda:CreateFunction',
      `${account}:lambda:eu-central-1:123456789012:function:${FunctionName}`,
    ],
    'AWS::DynamoDB::Table': ({ TableName }) => [
      'dynamodb:CreateTable',
      `${account}:dynamodb:eu-central-1:123456789012:table/${TableName}`,
    ],
    'AWS::SQS::Queue': ({ QueueName }) => [
      'sqs:CreateQueue',
      `${account}:sqs:eu-central-1:123456789012:${QueueName}`,
    ],
    'AWS::SNS::Topic': ({ TopicName }) => [
      'sns:CreateTopic',
      `${account}:sns:eu-central-1:123456789012:${TopicName}`,
    ],
    'AWS::Events::Rule': ({ EventBusName, Name }) => [
      'events:PutRule',
      `${account}:events:eu-central-1:123456789012:rule/${EventBusName}/${Name}`,
    ],
    'AWS::IAM::Role': ({ RoleName }) => ['iam:CreateRole', `${account}:iam::123456789012:role/${RoleName}`],
    'AWS::SSM::Parameter': ({ Name }) => [
      'ssm:PutParameter',
      `${account}:ssm:eu-central-1:123456789012:parameter${Name}`,
    ],
    'AWS::StepFunctions::StateMachine': ({ StateMachineName }) => [
      'states:CreateStateMachine',
      `${account}:states:eu-central-1:123456789012:stateMachine:${StateMachineName}`,
    ],
    'AWS::CodeDeploy::Application': ({ ApplicationName }) => [
      'codedeploy:CreateApplication',
      `${account}:codedeploy:eu-central-1:123456789012:application:${ApplicationName}`,
    ],
    'AWS::CloudWatch::Alarm': ({ AlarmName }) => [
      'cloudwatch:PutMetricAlarm',
      `${account}:cloudwatch:eu-central-1:123456789012:alarm:${AlarmName}`,
    ],
  };
  const [prod, dev] = [deployer('prod'), deployer('dev')];
  const asked = (packaged.prod ?? [])
    .filter(({ service }) => service !== 'edge')
    .flatMap(({ resources }) =>
      Object.values(resources).flatMap(({ Type, Properties }) => {
        const question = create[Type]?.((Properties ?? {}) as Record<string, string>);
        return question && !question[1].includes('[object') ? [question] : [];
      }),
    );
  expect(new Set(asked.map(([action]) => action)).size).toBe(Object.keys(create).length);
  expect(asked.filter(([action, arn]) => !prod(action, arn))).toEqual([]);
  expect(asked.filter(([action, arn]) => dev(action, arn))).toEqual([]);
});

test('no deployer may change its own role or another, or hand a role to a service that no template names', () => {
  const prod = deployer('prod');
  const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
  for (const name of ['emporium-deployer-prod', 'emporium-deployer-dev', 'admin', 'emporium-orders-dev-x']) {
    expect([name, prod('iam:PutRolePolicy', role(name))]).toEqual([name, false]);
  }
  const pass = (service: string) =>
    prod('iam:PassRole', role('emporium-orders-prod-getOrder-eu-central-1'), {
      'iam:passedtoservice': [service],
    });
  expect(['lambda', 'states', 'codedeploy'].map((name) => pass(`${name}.amazonaws.com`))).toEqual([
    true,
    true,
    true,
  ]);
  expect(pass('ec2.amazonaws.com')).toBe(false);
  expect(prod('iam:AttachRolePolicy', role('emporium-orders-prod-getOrder-eu-central-1'))).toBe(false);
});

test('event source mappings are made for functions of the stage only', () => {
  const mapping = (name: string) =>
    deployer('prod')('lambda:CreateEventSourceMapping', '*', {
      'lambda:functionarn': [`arn:aws:lambda:eu-central-1:123456789012:function:${name}`],
    });
  expect(mapping('emporium-orders-prod-relayOutbox:live')).toBe(true);
  expect(mapping('emporium-orders-dev-relayOutbox')).toBe(false);
});

test('a type of resource that nobody thought of is told, with the line to add', () => {
  const resources = { Stream: { Type: 'AWS::Kinesis::Stream' } };
  expect(() => deployerPolicies([{ service: 'orders', resources }], { stage: 'dev', ...place })).toThrow(
    /services\/orders has an AWS::Kinesis::Stream.*add 'AWS::Kinesis::Stream': \[on\(/,
  );
});

test('the role trusts one environment of one repository', () => {
  const template = JSON.stringify(deployerTemplate(policiesOf('prod'), 'prod', 'you/shop'));
  expect(template).toContain('"token.actions.githubusercontent.com:sub":"repo:you/shop:environment:prod"');
  expect(template).toContain('"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"');
  // As much as CloudFormation takes without a bucket.
  expect(Buffer.byteLength(template)).toBeLessThan(51_200);
});
