import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { captureLogs, httpEvent, lambdaContext } from '@emporium/testing';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { object } from 'valibot';
import { httpHandler } from './handler.ts';

const manager = mockClient(SecretsManagerClient);
let number = 0;

/** A secret of each test's own, as what is known of one stays known. */
const linkSecret = (versions: { AWSCURRENT?: string; AWSPREVIOUS?: string }) => {
  const arn = `arn:aws:secretsmanager:us-east-1:000000000000:secret:/emporium/test/edge/OriginSecret${number++}`;
  process.env.LINK_edge_OriginSecret = JSON.stringify({ arn });
  manager.on(GetSecretValueCommand).callsFake(async ({ VersionStage }: { VersionStage: 'AWSCURRENT' }) => {
    const SecretString = versions[VersionStage];
    if (SecretString !== undefined) return { SecretString };
    throw new ResourceNotFoundException({ message: 'no such version', $metadata: {} });
  });
  return versions;
};

const run = jest.fn(async () => ({ body: 'done' }));
const handler = httpHandler({ roles: ['admin'], body: object({}) }, run);
const admin = { id: 'someone', groups: ['admin'] };

const send = async (
  verify?: string,
  { body = {} as unknown, customer = admin as typeof admin | null } = {},
) => {
  const headers = { 'x-origin-verify': verify };
  const event = httpEvent({ method: 'POST', headers, body, ...(customer && { customer }) });
  const answer = await handler(event, lambdaContext());
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: JSON.parse(answer.body ?? 'null'),
    event,
  };
};

beforeEach(() => {
  jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  manager.reset();
  run.mockClear();
  process.env.ORIGIN_VERIFICATION = 'on';
});
afterEach(() => void jest.useRealTimers());
afterAll(() => {
  delete process.env.ORIGIN_VERIFICATION;
});

test('the current value passes and the one before it; both stay out of what the handler sees', async () => {
  linkSecret({ AWSCURRENT: 'new', AWSPREVIOUS: 'old' });
  const { status, event } = await send('new');
  expect(status).toBe(200);
  expect(event.headers).not.toHaveProperty('x-origin-verify');
  expect((await send('old')).status).toBe(200);
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['a blank', ' '],
  ['another', 'newer'],
  ['one that starts alike', 'ne'],
  ['the right one twice, as an API joins them', 'new,new'],
  ['the right one with a blank', 'new '],
  ['the right one in capitals', 'NEW'],
  ['a very long one', 'x'.repeat(10_000)],
])('%s is refused before anything else is looked at', async (_, verify) => {
  linkSecret({ AWSCURRENT: 'new' });
  const refused = await send(verify, { body: 'no JSON', customer: null });

  expect(refused.status).toBe(403);
  expect(refused.headers).toMatchObject({ 'content-type': 'application/problem+json' });
  expect(refused.body).toEqual({
    type: 'about:blank',
    title: 'Forbidden',
    status: 403,
    instance: '/',
    correlationId: 'request-1',
  });
  expect(run).not.toHaveBeenCalled();
});

test('a value that was not known yet is looked for: a rotation refuses nobody', async () => {
  const versions = linkSecret({ AWSCURRENT: 'first' });
  expect((await send('first')).status).toBe(200);
  Object.assign(versions, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  jest.setSystemTime(10_000);
  expect((await send('second')).status).toBe(200);
  expect((await send('first')).status).toBe(200);
  Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
  jest.setSystemTime(20_000);
  expect((await send('third')).status).toBe(200);
  expect((await send('first')).status).toBe(403);
});

test('the value before the last is refused within five minutes, though nobody sent a new one', async () => {
  const versions = linkSecret({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  expect((await send('first')).status).toBe(200);
  Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
  jest.setSystemTime(300_000);
  expect((await send('first')).status).toBe(403);
});

test('a flood of forged requests is no flood of calls', async () => {
  linkSecret({ AWSCURRENT: 'value', AWSPREVIOUS: 'old' });
  for (let second = 0; second < 60; second++) {
    jest.setSystemTime(second * 1000);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(`forged ${i}`)));
    expect(answers.every(({ status }) => status === 403)).toBe(true);
  }
  // Two versions, once every ten seconds.
  expect(manager.commandCalls(GetSecretValueCommand)).toHaveLength(12);
});

test('while Secrets Manager is down, the last known values stay valid', async () => {
  linkSecret({ AWSCURRENT: 'value', AWSPREVIOUS: 'old' });
  await send('value');
  manager.on(GetSecretValueCommand).rejects(new Error('down'));
  for (const now of [10_000, 300_000, 86_400_000]) {
    jest.setSystemTime(now);
    expect((await send('value')).status).toBe(200);
    expect((await send('old')).status).toBe(200);
    expect((await send('forged')).status).toBe(403);
  }
});

test.each([
  ['a secret that is not there', () => linkSecret({})],
  ['a missing link', () => void delete process.env.LINK_edge_OriginSecret],
])('%s lets nobody in, and says so in the log only', async (_, arrange) => {
  arrange();
  const logs = captureLogs();
  const { status, body } = await send('value');
  logs.stop();

  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toMatch(/secret/i);
  expect(run).not.toHaveBeenCalled();
});

test('only where it is turned off, no edge is needed', async () => {
  process.env.ORIGIN_VERIFICATION = 'off';
  expect((await send()).status).toBe(200);
});
