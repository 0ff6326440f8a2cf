import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { limitFindings } from './limits.ts';
import type { Stack, TemplateResource } from './stacks.ts';

let buildFolder: string;
beforeEach(() => {
  buildFolder = mkdtempSync(join(tmpdir(), 'limits-'));
  writeFileSync(join(buildFolder, 'cloudformation-template-create-stack.json'), '{}');
});
afterEach(() => rmSync(buildFolder, { recursive: true, force: true }));

const stack = (Resources: Record<string, TemplateResource>, text = '{}'): Stack => ({
  target: { name: 'prod', stage: 'prod', region: 'us-east-1' },
  service: 'orders',
  region: 'us-east-1',
  folder: '',
  buildFolder,
  text,
  template: { Resources },
});

const found = (each: Stack) => limitFindings([each]).map(({ rule, where }) => `${rule} ${where}`);
const one = (Type: string, Properties: object) => stack({ It: { Type, Properties } });
const statement = (length: number) => ({ Statement: [{ Action: 'x'.repeat(length) }] });

test.each([
  [
    'AWS::Lambda::Function',
    (n: number) => ({ Environment: { Variables: { A: 'x'.repeat(n) } } }),
    3276,
    'environment',
  ],
  [
    'AWS::IAM::Role',
    (n: number) => ({ Policies: [{ PolicyDocument: statement(n) }] }),
    8192,
    'role-policies',
  ],
  ['AWS::IAM::Role', (n: number) => ({ AssumeRolePolicyDocument: statement(n) }), 1638, 'trust-policy'],
  ['AWS::SQS::QueuePolicy', (n: number) => ({ PolicyDocument: statement(n) }), 6553, 'queue-policy'],
  ['AWS::KMS::Key', (n: number) => ({ KeyPolicy: statement(n) }), 26_214, 'key-policy'],
  [
    'AWS::StepFunctions::StateMachine',
    (n: number) => ({ DefinitionString: 'x'.repeat(n) }),
    838_860,
    'definition-size',
  ],
])('%s: four fifths of a limit are the most', (type, properties, most, rule) => {
  expect(found(one(type, properties(most + 1)))).toEqual([`${rule} orders.It`]);
  expect(found(one(type, properties(most - 100)))).toEqual([]);
});

test('an intrinsic function in a policy counts as what it gives', () => {
  const Resource = Array.from({ length: 60 }, (_, n) => ({ 'Fn::Sub': `${'x'.repeat(125)}${n}` }));
  const properties = { Policies: [{ PolicyDocument: { Statement: [{ Resource }] } }] };
  expect(JSON.stringify(properties).length).toBeGreaterThan(8400);
  expect(found(one('AWS::IAM::Role', properties))).toEqual([]);
});

test('a name that is too long is found, inside of the properties too', () => {
  const long = 'x'.repeat(65);
  expect(found(one('AWS::Lambda::Function', { FunctionName: long }))).toEqual(['name-length orders.It']);
  expect(found(one('AWS::Lambda::Function', { FunctionName: long.slice(1) }))).toEqual([]);
  expect(
    found(one('AWS::CloudFront::OriginAccessControl', { OriginAccessControlConfig: { Name: long } })),
  ).toEqual(['name-length orders.It']);
});

test('templates and bundles have limits of their own', () => {
  const Resources = Object.fromEntries(
    Array.from({ length: 401 }, (_, n) => [`R${n}`, { Type: 'AWS::Logs::LogGroup', Properties: {} }]),
  );
  expect(found(stack(Resources, 'x'.repeat(800_001)))).toEqual(['template-size orders', 'resources orders']);
  const zip = Buffer.from(zipSync({ 'place.cjs': new Uint8Array(10) }));
  // What the archive's directory says of the file's length.
  zip.writeUInt32LE(210_000_000, zip.indexOf('PK\u0001\u0002') + 24);
  writeFileSync(join(buildFolder, 'place.zip'), zip);
  expect(found(stack({}))).toEqual(['unpacked-bundle-size orders.place']);
});
