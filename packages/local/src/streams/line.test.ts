import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError, type Cloud, type Datum, type Invocation } from '../cloud.ts';
import { eventually } from '../test-cloud.ts';
import { createLine } from './line.ts';
import type { StreamMapping } from './mapping.ts';
import type { StreamRecord } from './reader.ts';

const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/2025-01-01T00:00:00.000';
const done: Invocation = { payload: 'null' };
const thrown: Invocation = { payload: '{"errorMessage":"no"}', functionError: 'Unhandled' };

const record = (number: number, { pk = 'a', age = 0, size = 50, more = {} } = {}): StreamRecord => ({
  eventID: String(number),
  eventName: 'INSERT',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'engine',
  dynamodb: {
    Keys: { pk: { S: pk } },
    NewImage: { pk: { S: pk }, text: { S: 'x'.repeat(size) } },
    SequenceNumber: String(number),
    SizeBytes: size + 10,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
    ApproximateCreationDateTime: Math.floor(Date.now() / 1000) - age,
  },
  ...more,
});

type Answer = Invocation | AwsError;
let stopping = new AbortController();
afterEach(() => stopping.abort());

/** A line into a function that answers as the test says: `answer` gets the sequence numbers of an event. */
const open = (
  mapping: Partial<StreamMapping>,
  answer: (numbers: string[], call: number) => Answer | Promise<Answer> = () => done,
) => {
  stopping = new AbortController();
  const events: string[][] = [];
  const records: object[] = [];
  const sent: { service: string; action: string; input: Record<string, string> }[] = [];
  const saved: string[] = [];
  const data: Datum[] = [];
  const clock = { now: Date.now() };
  const cloud = {
    region: 'us-east-1',
    accountId: '000000000000',
    endpoint: 'http://127.0.0.1',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { put: (datum: Datum) => void data.push(datum) },
    invoke: async (_name: string, { Records }: { Records: StreamRecord[] }) => {
      const numbers = Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      events.push(numbers);
      records.push(...Records);
      const outcome = await answer(numbers, events.length);
      if (outcome instanceof AwsError) throw outcome;
      return outcome;
    },
    call: async (_caller: unknown, service: string, action: string, input: Record<string, string>) => {
      sent.push({ service, action, input });
      return {};
    },
  } as unknown as Cloud;
  const line = createLine(
    cloud,
    {
      id: 'mapping',
      functionName: 'relay',
      caller: { kind: 'root' },
      mapping: {
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:relay',
        EventSourceArn: streamArn,
        StartingPosition: 'TRIM_HORIZON',
        ...mapping,
      },
      signal: stopping.signal,
      now: () => clock.now,
    },
    (sequenceNumber) => void saved.push(sequenceNumber),
  );
  const add = (...added: StreamRecord[]) => line.add(added, 'shard-1');
  const at = (sequenceNumber: number) =>
    eventually(() => saved.at(-1) === String(sequenceNumber) || undefined);
  return { line, add, at, events, records, sent, saved, data, clock };
};

const failing = (...itemIdentifiers: unknown[]): Invocation => ({
  payload: JSON.stringify({
    batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
  }),
});

test('a record looks as Lambda shows it', async () => {
  const identity = { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } };
  const { add, at, records } = open({});
  const original = record(1, { more: identity });
  add(original);
  await at(1);
  expect(records).toEqual([
    {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: streamArn,
      dynamodb: original.dynamodb,
      ...identity,
    },
  ]);
});

describe('a batch', () => {
  test('is as large as the mapping says, and no larger than 6 MB', async () => {
    const { add, at, events } = open({ BatchSize: 3 });
    add(...[1, 2, 3, 4].map((number) => record(number)));
    await at(4);
    expect(events).toEqual([['1', '2', '3'], ['4']]);

    const large = open({ BatchSize: 100 });
    large.add(...[1, 2, 3].map((number) => record(number, { size: 2_500_000 })));
    await large.at(3);
    expect(large.events).toEqual([['1', '2'], ['3']]);
  });

  test('waits for its window, or until it is full', async () => {
    const { add, at, events } = open({ BatchSize: 3, MaximumBatchingWindowInSeconds: 300 });
    add(record(1));
    add(record(2));
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual([]);
    add(record(3));
    await at(3);
    expect(events).toEqual([['1', '2', '3']]);

    const short = open({ MaximumBatchingWindowInSeconds: 1 });
    short.add(record(1));
    await new Promise((resolve) => setImmediate(resolve));
    short.add(record(2));
    await short.at(2);
    expect(short.events).toEqual([['1', '2']]);
  });

  test('has only what a filter lets through; the rest moves the checkpoint and invokes nobody', async () => {
    const Pattern = JSON.stringify({ dynamodb: { Keys: { pk: { S: [{ prefix: 'yes' }] } } } });
    const { add, at, events } = open({ FilterCriteria: { Filters: [{ Pattern }] } });
    add(record(1, { pk: 'no' }), record(2, { pk: 'yes-1' }), record(3, { pk: 'no' }));
    await at(3);
    add(record(4, { pk: 'no' }));
    await at(4);
    expect(events).toEqual([['2']]);
  });
});

describe('lanes', () => {
  test('run at once, each item in order, and the checkpoint waits for the slowest', async () => {
    const free = Promise.withResolvers<Answer>();
    const { add, at, events, saved } = open({ ParallelizationFactor: 10, BatchSize: 1 }, (numbers) =>
      numbers[0] === '1' ? free.promise : done,
    );
    add(record(1, { pk: 'slow' }), record(2, { pk: 'slow' }));
    for (let number = 3; number <= 20; number += 1) add(record(number, { pk: `item-${number % 6}` }));
    const lanesOfOthers = () => events.flat().filter((number) => !['1', '2'].includes(number));
    // At most one in ten items shares the lane of the slow one.
    await eventually(() => lanesOfOthers().length >= 12 || undefined);
    expect(saved).toEqual([]);
    expect(events.flat()).not.toContain('2');
    free.resolve(done);
    await at(20);
    expect(events.flat().sort((a, b) => Number(a) - Number(b))).toHaveLength(20);
    for (let item = 0; item < 6; item += 1) {
      const order = events
        .flat()
        .map(Number)
        .filter((number) => number >= 3 && number % 6 === item);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
  });

  test('take no more than they can soon deliver', async () => {
    const free = Promise.withResolvers<Answer>();
    const { line, add } = open({ BatchSize: 1 }, () => free.promise);
    await line.ready();
    add(...Array.from({ length: 1000 }, (_, index) => record(index + 1)));
    let ready = false;
    const waiting = line.ready().then(() => {
      ready = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ready).toBe(false);
    free.resolve(done);
    await waiting;
  });
});

describe('partial failures', () => {
  const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'], BatchSize: 4 };
  const four = [1, 2, 3, 4].map((number) => record(number));

  test('the batch goes on from the first record that failed', async () => {
    const { add, at, events, saved } = open(reporting, (_, call) => (call === 1 ? failing('4', '2') : done));
    add(...four);
    await at(4);
    expect(events).toEqual([
      ['1', '2', '3', '4'],
      ['2', '3', '4'],
    ]);
    expect(saved[0]).toBe('1');
  });

  test.each<[string, string]>([
    ['an empty list', '{"batchItemFailures":[]}'],
    ['a null list', '{"batchItemFailures":null}'],
    ['an empty answer', '{}'],
    ['no answer', 'null'],
  ])('%s means that all went well', async (_, payload) => {
    const { add, at, events } = open(reporting, () => ({ payload }));
    add(...four);
    await at(4);
    expect(events).toHaveLength(1);
  });

  test.each<[string, string]>([
    ['an empty identifier', '{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ['a null identifier', '{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ['a wrong key', '{"batchItemFailures":[{"itemIdentifer":"2"}]}'],
    ['an identifier of another batch', '{"batchItemFailures":[{"itemIdentifier":"9"}]}'],
    ['what is no list', '{"batchItemFailures":"2"}'],
    ['a bare text', '"done"'],
  ])('%s fails the whole batch', async (_, payload) => {
    const { add, at, events } = open(reporting, (_numbers, call) => (call === 1 ? { payload } : done));
    add(...four);
    await at(4);
    expect(events).toEqual([
      ['1', '2', '3', '4'],
      ['1', '2', '3', '4'],
    ]);
  });
});

describe('what fails', () => {
  const OnFailure = { Destination: 'arn:aws:sqs:us-east-1:000000000000:dead' };

  test('is tried as often as the mapping says, and then told to the queue', async () => {
    const { add, at, events, sent } = open(
      { MaximumRetryAttempts: 2, DestinationConfig: { OnFailure } },
      (numbers) => (numbers.includes('1') ? thrown : done),
    );
    const two = [record(1), record(2)];
    add(...two);
    await at(2);
    expect(events).toHaveLength(3);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      service: 'sqs',
      action: 'SendMessage',
      input: { QueueUrl: 'http://127.0.0.1/000000000000/dead' },
    });
    const arrival = `${new Date((two[0]?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString().slice(0, 19)}Z`;
    expect(JSON.parse(sent[0]?.input.MessageBody ?? '')).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:relay',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      DDBStreamBatchInfo: {
        shardId: 'shard-1',
        startSequenceNumber: '1',
        endSequenceNumber: '2',
        approximateArrivalOfFirstRecord: arrival,
        approximateArrivalOfLastRecord: arrival,
        batchSize: 2,
        streamArn,
      },
    });
  });

  test('may be told to a topic', async () => {
    const Destination = 'arn:aws:sns:us-east-1:000000000000:alarms';
    const { add, at, sent } = open(
      { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination } } },
      () => thrown,
    );
    add(record(1));
    await at(1);
    expect(sent).toMatchObject([{ service: 'sns', action: 'Publish', input: { TopicArn: Destination } }]);
  });

  test('is found by halves, which do not count as attempts; its neighbours are delivered in order', async () => {
    const { add, at, events, sent } = open(
      { MaximumRetryAttempts: 0, BisectBatchOnFunctionError: true, DestinationConfig: { OnFailure } },
      (numbers) => (numbers.includes('3') ? thrown : done),
    );
    add(...[1, 2, 3, 4].map((number) => record(number)));
    await at(4);
    expect(events).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['4']]);
    expect(JSON.parse(sent[0]?.input.MessageBody ?? '').DDBStreamBatchInfo).toMatchObject({
      startSequenceNumber: '3',
      batchSize: 1,
    });
  });

  test('is left behind when it is too old, without the younger ones', async () => {
    const { add, at, events, sent } = open({
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure },
    });
    add(record(1, { age: 3600 }), record(2, { age: 3600 }), record(3));
    await at(3);
    expect(events).toEqual([['3']]);
    const message = JSON.parse(sent[0]?.input.MessageBody ?? '');
    expect(message.requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 0,
    });
    expect(message).not.toHaveProperty('responseContext');
    expect(message.DDBStreamBatchInfo).toMatchObject({ endSequenceNumber: '2', batchSize: 2 });
  });

  test('gets too old while it is tried, whatever the wall clock says', async () => {
    const attempt = open({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure } }, (_, call) => {
      if (call === 2) attempt.clock.now += 61_000;
      return thrown;
    });
    attempt.add(record(1));
    await attempt.at(1);
    expect(attempt.events).toHaveLength(2);
    expect(JSON.parse(attempt.sent[0]?.input.MessageBody ?? '').requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 2,
    });
  });

  test('because the function is throttled is tried again without counting', async () => {
    const throttled = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    const { add, at, events, sent } = open(
      { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure } },
      (_, call) => (call <= 3 ? throttled : done),
    );
    add(record(1));
    await at(1);
    expect(events).toHaveLength(4);
    expect(sent).toEqual([]);
  });
});

test('tells how far the function is behind', async () => {
  const { add, at, data } = open({});
  add(record(1, { age: 10 }));
  await at(1);
  expect(data).toEqual([
    expect.objectContaining({
      namespace: 'AWS/Lambda',
      name: 'IteratorAge',
      dimensions: { FunctionName: 'relay' },
      unit: 'Milliseconds',
    }),
  ]);
  expect(data[0]?.value).toBeGreaterThanOrEqual(9_000);
});
