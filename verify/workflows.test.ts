import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import type { Stack } from './stacks.ts';
import { workflowFindings } from './workflows.ts';

let buildFolder: string;
beforeEach(() => {
  buildFolder = mkdtempSync(join(tmpdir(), 'workflows-'));
  const bundle = (code: string) => zipSync({ 'handler.cjs': Buffer.from(code) });
  writeFileSync(join(buildFolder, 'reserve.zip'), bundle('class a extends Error{name="OutOfStock"}'));
  writeFileSync(join(buildFolder, 'charge.zip'), bundle("throw{name:'CardDeclined'}"));
});
afterEach(() => rmSync(buildFolder, { recursive: true, force: true }));

const found = (change: object, { region = 'eu-central-1', top = {} } = {}) => {
  const task = (FunctionName: string) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName },
    End: true,
  });
  const States = { Reserve: { ...task('shop-prod-reserve'), ...change }, Charge: task('shop-prod-charge') };
  const DefinitionString = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Reserve',
    States: { ...States, Reserve: { ...States.Reserve, Next: 'Charge', End: undefined } },
    ...top,
  });
  const functions = ['reserve', 'charge'].map((name) => [
    name,
    { Type: 'AWS::Lambda::Function', Properties: { FunctionName: `shop-prod-${name}` } },
  ]);
  const stack = (service: string, Resources: object, at: string) =>
    ({
      target: { name: 'prod', stage: 'prod', region: 'eu-central-1' },
      ...{ service, region: at, folder: '', buildFolder, text: '', template: { Resources } },
    }) as Stack;
  const alias = {
    Type: 'AWS::Lambda::Alias',
    Properties: { FunctionName: { Ref: 'reserve' }, Name: 'live' },
  };
  const machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString } };
  return workflowFindings([
    stack('shop', { ...Object.fromEntries(functions), alias }, region),
    stack('orders', { Workflow: machine }, 'eu-central-1'),
  ]).map(({ rule, message }) => `${rule}: ${message}`);
};

const caught = (...ErrorEquals: string[]) => ({ Catch: [{ ErrorEquals, Next: 'Charge' }] });

test('a workflow that fits its functions has nothing to be said about', () => {
  expect(found({})).toEqual([]);
  expect(found(caught('OutOfStock', 'States.Timeout', 'Lambda.Unknown'))).toEqual([]);
});

test('a function that is not there, or in another region, is found', () => {
  expect(found({ Arguments: { FunctionName: 'shop-dev-reserve' } })).toEqual([
    'function: Reserve invokes shop-dev-reserve, which is not in eu-central-1',
  ]);
  expect(found({ Arguments: { FunctionName: 'shop-prod-reserve:live' } })).toEqual([]);
  expect(found({ Arguments: { FunctionName: 'shop-prod-reserve:old' } })).toHaveLength(1);
  expect(found({}, { region: 'us-east-1' })).toHaveLength(2);
});

test('an error that nothing throws is found; a retry may be shared', () => {
  expect(found(caught('OutOfStok'))).toEqual(['error: Reserve waits for OutOfStok, which nothing throws']);
  // Another function throws it.
  expect(found(caught('CardDeclined'))).toHaveLength(1);
  expect(found({ Retry: [{ ErrorEquals: ['CardDeclined'] }] })).toEqual([]);
  expect(found({ Retry: [{ ErrorEquals: ['States.Timout'] }] })).toHaveLength(1);
});

test.each([
  { StartAt: 'Nowhere' },
  { States: { Reserve: { Type: 'Pass', Output: '{% $sum( %}', End: true } } },
])('both validators find what is no Amazon States Language: %j', (top) => {
  const problems = found({}, { top: { StartAt: 'Reserve', ...top } });
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(['asl-validator', 'definition']);
});
