import { statSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '../e2e/support/templates.ts';
import { readBundles } from './bundles.ts';
import type { Finding } from './findings.ts';
import { nameLimits } from './name-limits.ts';
import { ofType, type Stack, type TemplateResource } from './stacks.ts';

/** How much of a limit may be used: who adds to it later shall have warning. */
const HEADROOM = 0.8;

/** Something that AWS counts. */
interface Measure {
  readonly rule: string;
  readonly where: string;
  readonly used: number;
  readonly limit: number;
}

/** What is nearer to a limit of AWS than {@link HEADROOM}, and names that are longer than their service takes. */
export const limitFindings = (stacks: readonly Stack[]): Finding[] => [
  ...stacks.flatMap((stack) =>
    measures(stack)
      .filter(({ used, limit }) => used > limit * HEADROOM)
      .map(({ rule, where, used, limit }) => ({
        rule,
        where,
        message: `${used} of ${limit}: more than ${HEADROOM * 100} % are used`,
        targets: [stack.target.name],
      })),
  ),
  ...stacks.flatMap(longNames),
];

const measures = (stack: Stack): Measure[] => [
  ...templateMeasures(stack),
  ...functionMeasures(stack),
  ...bundleMeasures(stack),
  ...policyMeasures(stack),
  ...otherMeasures(stack),
];

const count = (object: object = {}): number => Object.keys(object).length;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const templateMeasures = ({ service: where, text, template, buildFolder }: Stack): Measure[] => [
  // The framework uploads it to S3: in the request itself there is room for 51,200 bytes.
  { rule: 'template-size', where, used: Buffer.byteLength(text), limit: 1_000_000 },
  {
    rule: 'first-template-size',
    where,
    used: statSync(join(buildFolder, 'cloudformation-template-create-stack.json')).size,
    limit: 51_200,
  },
  { rule: 'resources', where, used: count(template.Resources), limit: 500 },
  { rule: 'outputs', where, used: count(template.Outputs), limit: 200 },
  { rule: 'parameters', where, used: count(template.Parameters), limit: 200 },
  { rule: 'mappings', where, used: count(template.Mappings), limit: 200 },
];

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const functionMeasures = (stack: Stack): Measure[] =>
  ofType(stack, 'AWS::Lambda::Function').map(([id, { Properties }]) => ({
    rule: 'environment',
    where: `${stack.service}.${id}`,
    used: Object.entries(Properties.Environment?.Variables ?? {})
      .map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(textOf(value)))
      .reduce((sum, length) => sum + length, 0),
    limit: 4096,
  }));

const bundleMeasures = (stack: Stack): Measure[] =>
  readBundles(stack).flatMap(({ name, size, unpackedSize }) => {
    const where = `${stack.service}.${name}`;
    return [
      { rule: 'bundle-size', where, used: size, limit: 52_428_800 },
      { rule: 'unpacked-bundle-size', where, used: unpackedSize, limit: 262_144_000 },
    ];
  });

/** What a policy counts for: IAM leaves out white space. */
const sizeOf = (policy: unknown): number => JSON.stringify(policy, filledIn).length;

/** An intrinsic function counts as what it gives; what only AWS knows is taken to be as long as its name. */
const filledIn = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && /^(Ref$|Fn::)/.test(Object.keys(value)[0] ?? '')
    ? textOf(value)
    : value;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and those of the resources' services */
const policyMeasures = (stack: Stack): Measure[] => {
  const sized = (
    type: string,
    rule: string,
    limit: number,
    of: (properties: TemplateResource['Properties']) => unknown,
  ) =>
    ofType(stack, type).map(([id, { Properties }]) => ({
      rule,
      where: `${stack.service}.${id}`,
      used: sizeOf(of(Properties) ?? ''),
      limit,
    }));
  const documents = ({ Policies = [] }: { Policies?: { PolicyDocument: unknown }[] }) =>
    Policies.map(({ PolicyDocument }) => PolicyDocument);
  return [
    ...sized('AWS::IAM::Role', 'role-policies', 10_240, (role) => documents(role)),
    ...sized('AWS::IAM::Role', 'trust-policy', 2048, (role) => role.AssumeRolePolicyDocument),
    ...sized('AWS::IAM::ManagedPolicy', 'managed-policy', 6144, (policy) => policy.PolicyDocument),
    ...sized('AWS::SQS::QueuePolicy', 'queue-policy', 8192, (policy) => policy.PolicyDocument),
    ...sized('AWS::SNS::TopicPolicy', 'topic-policy', 30_720, (policy) => policy.PolicyDocument),
    ...sized('AWS::S3::BucketPolicy', 'bucket-policy', 20_480, (policy) => policy.PolicyDocument),
    ...sized('AWS::KMS::Key', 'key-policy', 32_768, (key) => key.KeyPolicy),
    ...sized('AWS::Events::Rule', 'event-pattern', 2048, (rule) => rule.EventPattern),
  ];
};

const otherMeasures = (stack: Stack): Measure[] => [
  ...ofType(stack, 'AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => ({
    rule: 'definition-size',
    where: `${stack.service}.${id}`,
    used: Buffer.byteLength(textOf(Properties.DefinitionString)),
    limit: 1_048_576,
  })),
  {
    rule: 'routes',
    where: stack.service,
    used: ofType(stack, 'AWS::ApiGatewayV2::Route').length,
    limit: 300,
  },
  ...ofType(stack, 'AWS::DynamoDB::Table').map(([id, { Properties }]) => ({
    rule: 'indexes',
    where: `${stack.service}.${id}`,
    used: Properties.GlobalSecondaryIndexes?.length ?? 0,
    limit: 20,
  })),
];

const longNames = (stack: Stack): Finding[] =>
  nameLimits.flatMap(({ type, property, limit }) =>
    ofType(stack, type)
      .map(([id, { Properties }]) => ({
        id,
        name: textOf(property.split('.').reduce((of, key) => of?.[key], Properties) ?? ''),
      }))
      .filter(({ name }) => name.length > limit)
      .map(({ id, name }) => ({
        rule: 'name-length',
        where: `${stack.service}.${id}`,
        message: `${name} has ${name.length} characters: ${property} takes ${limit}`,
        targets: [stack.target.name],
      })),
  );
