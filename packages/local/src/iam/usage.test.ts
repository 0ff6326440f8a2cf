import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAuthorize } from './authorize.ts';
import { placer, roleArn, roleWith, templatesOf } from './test-policies.ts';
import { noteUsageIn, readUsage } from './usage.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const send = { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:x:0:work' };
const read = { action: 'dynamodb:GetItem', resource: 'arn:aws:dynamodb:x:0:table/work' };
const allowed = { by: roleArn, ...send, allowed: true };

const start = () => {
  const role = roleWith([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }]);
  return createAuthorize(templatesOf([role]).cloud, noteUsageIn(join(folder, 'notes')));
};

test('every permission that was asked for is noted once, what was denied too, and root is not', () => {
  const authorize = start();
  authorize({ kind: 'root' }, [read]);
  for (let i = 0; i < 3; i++) authorize(placer, [send]);
  expect(() => authorize(placer, [read])).toThrow();
  const decrypt = { action: 'kms:Decrypt', resource: 'arn:aws:kms:x:0:key/a' };
  const via = 'sqs.x.amazonaws.com';
  expect(() => authorize(placer, [{ ...decrypt, context: { 'kms:ViaService': via } }])).toThrow();
  const rule = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: 'arn:rule/a' } as const;
  expect(() => authorize(rule, [send])).toThrow();

  expect(readUsage(join(folder, 'notes'))).toEqual([
    allowed,
    { by: roleArn, ...read, allowed: false },
    { by: roleArn, via, ...decrypt, allowed: false },
    { by: 'events.amazonaws.com', source: 'arn:rule/a', ...send, allowed: false },
  ]);
});

test('shops that note in one folder are read together, one that was killed while it wrote too', () => {
  start()(placer, [send]);
  start()(placer, [send]);
  const [first = ''] = readdirSync(join(folder, 'notes'));
  appendFileSync(join(folder, 'notes', first), '{"by":"arn');

  expect(readdirSync(join(folder, 'notes'))).toHaveLength(2);
  expect(readUsage(join(folder, 'notes'))).toEqual([allowed]);
});
