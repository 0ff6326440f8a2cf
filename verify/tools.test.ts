import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cfnLint } from './cfn-lint.ts';
import { checkov } from './checkov.ts';
import { lookAt } from './tools.ts';

const target = { name: 'prod', stage: 'prod', region: 'us-east-1' };

test('cfn-lint: a finding is placed at its resource, and says where in it', () => {
  const match = (Filename: string, Path: (string | number)[]) => ({
    Filename,
    Level: 'Warning',
    Message: `'getitems' is not one of ${'x'.repeat(1000)}`,
    Location: { Path },
    Rule: { Id: 'W3037' },
  });
  const output = [match('orders.json', ['Resources', 'Role', 'Policies', 0]), match('edge.json', [])];

  const [first, second] = cfnLint.parse(JSON.stringify(output), 'prod');
  expect(first).toMatchObject({ rule: 'W3037', where: 'orders.Role', targets: ['prod'] });
  expect(first?.message).toMatch(/^'getitems' is not one of x+ \(Policies\.0\)$/);
  expect(first?.message.length).toBeLessThan(200);
  expect(second?.where).toBe('edge');
  expect(cfnLint.parse('[]', 'prod')).toEqual([]);
});

test('checkov: every check that failed counts, and a template that it cannot read is no pass', () => {
  const failed = {
    check_id: 'CKV_AWS_28',
    check_name: 'Ensure recovery',
    file_path: '/orders.json',
    resource: 'AWS::DynamoDB::Table.OrdersTable',
  };
  const report = (parsing_errors: string[]) =>
    JSON.stringify({ results: { failed_checks: [failed], parsing_errors } });

  expect(checkov.parse(report([]), 'prod')).toEqual([
    { rule: 'CKV_AWS_28', where: 'orders.OrdersTable', message: 'Ensure recovery', targets: ['prod'] },
  ]);
  expect(() => checkov.parse(report(['/edge.json']), 'prod')).toThrow("checkov can't read /edge.json");
  expect(() => checkov.parse(JSON.stringify({ passed: 0, failed: 0 }), 'prod')).toThrow('looked at nothing');
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tools-'));
  mkdirSync(join(root, 'bin'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Has a program that prints `output` look at a template. */
const look = (output: string, text = '{}') => {
  const program = join(root, 'bin', 'cfn-lint');
  writeFileSync(join(root, 'output'), output);
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${root}/calls\ncat ${root}/output\nexit 4\n`);
  chmodSync(program, 0o755);
  const stack = { target, service: 'orders', region: 'eu-central-1', text } as never;
  const signal = new AbortController().signal;
  return lookAt(cfnLint, [stack], { root, bin: join(root, 'bin'), signal, progress: () => {} });
};

const found = (file: string, Id = 'W3037') => ({
  ...{ Filename: `${file}.json`, Message: 'm', Location: { Path: ['Resources', 'Role'] } },
  Rule: { Id },
});

test('what a tool said of a template is remembered, and what it says of the canary is left out', async () => {
  const output = JSON.stringify([found('canary'), found('orders', 'E1')]);

  const first = await look(output);
  expect(first.map(({ rule, where }) => `${rule} ${where}`)).toEqual(['E1 orders.Role']);
  expect(await look(output)).toEqual(first);
  const calls = () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');
  expect(calls()).toEqual(['--format json --regions eu-central-1 -- orders.json canary.json']);
  await look(output, '{"changed": true}');
  expect(calls()).toHaveLength(2);
});

test.each([
  ['[]', 'does not find W3037 in verify/canary.json'],
  [JSON.stringify([found('orders')]), 'does not find W3037 in verify/canary.json'],
  ['Traceback', 'cfn-lint failed:\nTraceback'],
])('a tool that answers %s fails the check, each time', async (output, why) => {
  await expect(look(output)).rejects.toThrow(why);
  await expect(look(output)).rejects.toThrow(why);
});
