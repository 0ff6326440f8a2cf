import { afterEach, expect, jest, test } from '@jest/globals';
import { memoryStore, until } from '../step-functions/fake-cloud.ts';
import { ARCHIVE_ARN, archive, BUS, BUS_ARN, bus, entry, openEvents, rule, ruleArn } from './fake-shop.ts';

type Events = Awaited<ReturnType<typeof openEvents>>;

const running: Events[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const events of running.splice(0)) await events.stop();
});

const open = async (options: Partial<Parameters<typeof openEvents>[0]> = {}) => {
  const events = await openEvents({
    resources: [bus, archive(), rule('one'), rule('two')],
    ...options,
  });
  running.push(events);
  return events;
};

/** Seconds since 1970. */
const T = Date.parse('2026-03-01T10:00:00Z') / 1000;

const replay = (more: object = {}) => ({
  ReplayName: 'again',
  EventSourceArn: ARCHIVE_ARN,
  EventStartTime: T,
  EventEndTime: T + 3600,
  Destination: { Arn: BUS_ARN },
  ...more,
});

const stateOf = async (events: Events, ReplayName = 'again') =>
  (await events.ask<{ State: string }>('DescribeReplay', { ReplayName })).State;

const ends = async (events: Events, ReplayName = 'again') => {
  for (;;) {
    const state = await stateOf(events, ReplayName);
    if (state === 'COMPLETED' || state === 'CANCELLED') return state;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** Puts one event into each minute, the later ones first. */
const fill = async (events: Events, minutes = 3) => {
  for (let minute = minutes - 1; minute >= 0; minute--) {
    const one = entry({ Time: T + minute * 60 + 5, Detail: JSON.stringify({ minute }) });
    await events.ask('PutEvents', { Entries: [one] });
  }
  await until(() => events.store.list('pending/').length === 0);
  events.calls.splice(0);
};

test('keeps what its pattern matches, and says how much', async () => {
  const events = await open({
    resources: [bus, archive({ EventPattern: { source: ['emporium.orders'] }, Description: 'all of it' })],
  });
  const Entries = [entry(), entry({ Source: 'emporium.users' }), entry()];
  await events.ask('PutEvents', { Entries });
  expect(await events.ask('DescribeArchive', { ArchiveName: 'all' })).toEqual({
    ArchiveArn: ARCHIVE_ARN,
    ArchiveName: 'all',
    Description: 'all of it',
    EventPattern: '{"source":["emporium.orders"]}',
    EventSourceArn: BUS_ARN,
    State: 'ENABLED',
    RetentionDays: 90,
    EventCount: 2,
    SizeBytes: 2 * (15 + 11 + 14),
    CreationTime: expect.any(Date),
  });
  const { Archives } = await events.ask<{ Archives: object[] }>('ListArchives', { EventSourceArn: BUS_ARN });
  expect(Archives).toMatchObject([{ ArchiveName: 'all', EventCount: 2 }]);
  await expect(events.ask('DescribeArchive', { ArchiveName: 'none' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: 'Archive none does not exist.',
  });
});

test('an event and all that follows from it are one write', async () => {
  const store = memoryStore();
  const batch = jest.spyOn(store, 'batch');
  const events = await open({ store });
  await events.ask('PutEvents', { Entries: [entry(), entry()] });
  expect(batch).toHaveBeenCalledTimes(1);
  expect(store.list('archive/')).toHaveLength(2);
});

test('a replay sends the events of its span, minute by minute, marked, and archives none again', async () => {
  const events = await open();
  await fill(events, 5);
  const started = await events.ask('StartReplay', replay({ EventStartTime: T + 60, EventEndTime: T + 185 }));
  expect(started).toEqual({
    ReplayArn: 'arn:aws:events:us-east-1:000000000000:replay/again',
    State: 'STARTING',
    ReplayStartTime: expect.any(Date),
  });
  expect(await ends(events)).toBe('COMPLETED');
  const sent = events.sentTo('one');
  expect(sent.map(({ detail }) => detail.minute)).toEqual([1, 2, 3]);
  expect(sent[0]).toMatchObject({ 'replay-name': 'again', time: '2026-03-01T10:01:05Z' });
  expect(events.sentTo('two')).toHaveLength(3);
  expect(await events.ask('DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 5 });
  expect(await events.ask('DescribeReplay', { ReplayName: 'again' })).toMatchObject({
    EventSourceArn: ARCHIVE_ARN,
    Destination: { Arn: BUS_ARN },
    EventLastReplayedTime: new Date('2026-03-01T10:03:05Z'),
    ReplayEndTime: expect.any(Date),
  });
  const { Replays } = await events.ask<{ Replays: object[] }>('ListReplays', { State: 'COMPLETED' });
  expect(Replays).toMatchObject([{ ReplayName: 'again' }]);
});

test('a replay goes to the rules that it names, and a pattern may leave replays out', async () => {
  const quiet = rule('two', {
    EventPattern: { source: ['emporium.orders'], 'replay-name': [{ exists: false }] },
  });
  const events = await open({ resources: [bus, archive(), rule('one'), quiet, rule('three')] });
  await fill(events, 1);
  const FilterArns = [ruleArn('one'), ruleArn('two')];
  await events.ask('StartReplay', replay({ Destination: { Arn: BUS_ARN, FilterArns } }));
  await ends(events);
  expect(['one', 'two', 'three'].map((name) => events.sentTo(name).length)).toEqual([1, 0, 0]);
});

test.each<[object, string, string]>([
  [{ ReplayName: 'again' }, 'ResourceAlreadyExistsException', 'Replay again already exists.'],
  [
    { EventSourceArn: `${ARCHIVE_ARN}x` },
    'ValidationException',
    'Parameter EventSourceArn is not valid. Reason: Archive allx does not exist.',
  ],
  [
    { Destination: { Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/default' } },
    'ValidationException',
    'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
  ],
  [{ Destination: { Arn: `${BUS_ARN}x` } }, 'ResourceNotFoundException', `Event bus ${BUS}x does not exist.`],
  [
    { EventEndTime: T },
    'ValidationException',
    'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
  ],
])('refuses a replay with %j', async (more, code, message) => {
  const events = await open();
  await events.ask('StartReplay', replay());
  await expect(events.ask('StartReplay', replay({ ReplayName: 'other', ...more }))).rejects.toMatchObject({
    code,
    message,
  });
});

test('a replay can be cancelled', async () => {
  const events = await open();
  await fill(events, 50);
  await events.ask('StartReplay', replay());
  expect(await events.ask('CancelReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLING' });
  expect(await ends(events)).toBe('CANCELLED');
  expect(events.sentTo('one').length).toBeLessThan(50);
  await expect(events.ask('CancelReplay', { ReplayName: 'again' })).rejects.toMatchObject({
    code: 'IllegalStatusException',
  });
});

test('a replay goes on after a stop, and sends each minute once', async () => {
  const store = memoryStore();
  const resources = [bus, archive({ RetentionDays: 0 }), rule('one')];
  const first = await open({ resources, store });
  await fill(first, 20);
  await first.ask('StartReplay', replay());
  await until(() => first.sentTo('one').length > 2);
  await first.stop();
  const second = await open({ resources, store });
  expect(await ends(second)).toBe('COMPLETED');
  await until(() => store.list('pending/').length === 0);
  const minutes = [first, second]
    .flatMap((events) => events.sentTo('one'))
    .map(({ detail }) => detail.minute);
  expect(new Set(minutes).size).toBe(20);
  expect(minutes.length).toBeLessThanOrEqual(21);
});

test('forgets what is older than it keeps', async () => {
  const store = memoryStore();
  const now = jest.spyOn(Date, 'now').mockReturnValue((T + 86_400) * 1000);
  const first = await open({ store, resources: [bus, archive({ RetentionDays: 1 })] });
  await first.ask('PutEvents', { Entries: [entry({ Time: T }), entry({ Time: T + 120 })] });
  await first.stop();
  now.mockReturnValue((T + 86_400 + 60) * 1000);
  const second = await open({ store, resources: [bus, archive({ RetentionDays: 1 })] });
  expect(await second.ask('DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 1 });
  expect(store.list('archive/')).toHaveLength(1);
});
