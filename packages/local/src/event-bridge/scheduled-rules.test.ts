import { afterEach, expect, jest, test } from '@jest/globals';
import type { Store } from '../cloud.ts';
import { memoryStore } from '../step-functions/fake-cloud.ts';
import { openEvents } from './fake-shop.ts';
import { readRuleSchedule } from './rule-schedule.ts';

type Events = Awaited<ReturnType<typeof openEvents>>;

const running: Events[] = [];
afterEach(async () => {
  jest.useRealTimers();
  for (const events of running.splice(0)) await events.stop();
});

const ARN = 'arn:aws:events:us-east-1:000000000000:rule/tick';
const tick = (ScheduleExpression: string, more: object = {}) => ({
  type: 'AWS::Events::Rule',
  arn: ARN,
  properties: {
    Name: 'tick',
    ScheduleExpression,
    Targets: [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:tick' }],
    ...more,
  },
});

const open = async (
  expression: string,
  { store = memoryStore(), ...more }: { store?: Store; State?: string } = {},
) => {
  const events = await openEvents({ resources: [tick(expression, more)], store });
  running.push(events);
  return events;
};

/** Sets the clock, and stops the timers: `until` and `looksAgain` move them on. */
const clock = (iso: string) => {
  jest.useFakeTimers({
    now: Date.parse(iso),
    doNotFake: ['nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
  });
  return (later: string) => void jest.setSystemTime(Date.parse(later));
};
const until = async (probe: () => unknown): Promise<void> => {
  while (!probe()) await jest.advanceTimersByTimeAsync(20);
};
/** Longer than it takes to notice that the clock has jumped. */
const looksAgain = () => jest.advanceTimersByTimeAsync(1_000);
const times = (events: Events) => events.sentTo('tick').map(({ time }) => time);
test('sends a scheduled event when it is due', async () => {
  const set = clock('2026-03-01T10:00:30Z');
  const events = await open('rate(5 minutes)');
  set('2026-03-01T10:05:30Z');
  await until(() => times(events).length > 0);
  expect(events.sentTo('tick')).toEqual([
    {
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-03-01T10:05:30Z',
      region: 'us-east-1',
      resources: [ARN],
      detail: {},
    },
  ]);
  expect(events.sum('TriggeredRules', { RuleName: 'tick' })).toBe(1);
});

test('a clock that leaps forward makes up for one time, one that is set back repeats none', async () => {
  const set = clock('2026-03-01T10:00:00Z');
  const events = await open('cron(0 * * * ? *)');
  set('2026-03-03T12:30:00Z');
  await until(() => times(events).length > 0);
  set('2026-03-01T11:30:00Z');
  await looksAgain();
  expect(times(events)).toEqual(['2026-03-01T11:00:00Z']);
  set('2026-03-03T13:00:00Z');
  await until(() => times(events).length > 1);
  expect(times(events)).toEqual(['2026-03-01T11:00:00Z', '2026-03-03T13:00:00Z']);
});

test('what was due while it was stopped is sent once at the next start', async () => {
  const store = memoryStore();
  const set = clock('2026-03-01T10:00:00Z');
  const first = await open('rate(1 hour)', { store });
  await first.stop();
  set('2026-03-02T10:30:00Z');
  const second = await open('rate(1 hour)', { store });
  await until(() => times(second).length > 0 && store.list('pending/').length === 0);
  await second.stop();
  const third = await open('rate(1 hour)', { store });
  set('2026-03-02T11:00:00Z');
  await until(() => times(third).length > 0);
  expect([times(second), times(third)]).toEqual([['2026-03-01T11:00:00Z'], ['2026-03-02T11:00:00Z']]);
});

test('a disabled rule is silent', async () => {
  const set = clock('2026-03-01T10:00:00Z');
  const events = await open('rate(1 minute)', { State: 'DISABLED' });
  set('2026-03-01T10:01:00Z');
  await looksAgain();
  expect(times(events)).toEqual([]);
});

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(10 hour)',
  'at(2030-01-01T00:00:00)',
  'cron(0 1 * * * *)',
])('refuses %s', (expression) => {
  expect(() => readRuleSchedule(expression)).toThrow('Parameter ScheduleExpression is not valid.');
});

test.each(['rate(1 minute)', 'rate(11 minutes)', 'rate(1 day)', 'rate(10 days)', 'cron(0 1 * * ? *)'])(
  'takes %s',
  (expression) => {
    expect(readRuleSchedule(expression).kind).toMatch(/rate|cron/);
  },
);
