import { afterEach, describe, expect, test } from '@jest/globals';
import type { Received } from './received.ts';
import { arn, closeQueues, first, openQueues as open } from './test-queues.ts';

const MINUTE = 60_000;
afterEach(closeQueues);

describe('a message', () => {
  test('that was received is hidden for the visibility time-out, then comes back, counted', async () => {
    const { pass, send, receive } = open({ work: { VisibilityTimeout: '60' } });
    await send('work', 'a');
    expect(first(await receive('work')).Attributes?.ApproximateReceiveCount).toBe('1');
    pass(MINUTE - 1);
    expect(await receive('work')).toEqual([]);
    pass(1);
    expect(first(await receive('work')).Attributes?.ApproximateReceiveCount).toBe('2');
  });

  test('can be given back at once, or kept for longer', async () => {
    const { pass, call, send, receive, bodies } = open({ work: {} });
    await send('work', 'a');
    const { ReceiptHandle } = first(await receive('work'));
    await call('ChangeMessageVisibility', 'work', { ReceiptHandle, VisibilityTimeout: 0 });
    const again = first(await receive('work'));
    await call('ChangeMessageVisibility', 'work', {
      ReceiptHandle: again.ReceiptHandle,
      VisibilityTimeout: 100,
    });
    pass(99_000);
    expect(await bodies('work')).toEqual([]);
    pass(1_000);
    expect(await bodies('work')).toEqual(['a']);
    await expect(
      call('ChangeMessageVisibility', 'work', { ReceiptHandle, VisibilityTimeout: 0 }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
  });

  test('is deleted by its last receipt handle only', async () => {
    const { pass, send, receive, remove, bodies } = open({ work: { VisibilityTimeout: '1' } });
    await send('work', 'a');
    const old = first(await receive('work'));
    pass(1_000);
    const last = first(await receive('work'));
    await remove('work', old);
    pass(1_000);
    expect(await bodies('work')).toEqual(['a']);
    await remove('work', last);
    pass(1_000);
    // The third receipt is the last one now.
    const third = first(await receive('work'));
    await remove('work', third);
    pass(1_000);
    expect(await bodies('work')).toEqual([]);
    await expect(remove('work', { ReceiptHandle: 'nonsense' })).rejects.toMatchObject({
      code: 'ReceiptHandleIsInvalid',
    });
  });

  test('may be delayed by itself or by its queue, and is forgotten after the retention period', async () => {
    const { engine, pass, send, bodies, call } = open({
      work: { DelaySeconds: '10', MessageRetentionPeriod: '120' },
    });
    await send('work', 'by the queue');
    await send('work', 'at once', { DelaySeconds: 0 });
    expect(await bodies('work')).toEqual(['at once']);
    pass(10_000);
    expect(await bodies('work')).toEqual(['by the queue']);
    pass(110_000);
    expect(await bodies('work')).toEqual([]);
    engine.upkeep.expire();
    const { Attributes } = await call<{ Attributes: object }>('GetQueueAttributes', 'work', {
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    expect(Attributes).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  test('carries attributes and the digests that clients check', async () => {
    const { send, receive } = open({ work: {} });
    const MessageAttributes = { timestamp: { DataType: 'Number', StringValue: '1493147359900' } };
    const sent = await send('work', 'Hello', { MessageAttributes });
    // What SQS itself answers for this body and these attributes.
    expect(sent).toMatchObject({
      MD5OfMessageBody: '8b1a9953c4611296a827abf8c47804d7',
      MD5OfMessageAttributes: '235c5c510d26fb653d073faed50ae77c',
    });
    expect(first(await receive('work'))).toMatchObject({
      MessageAttributes,
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
    });
  });
});

describe('a FIFO queue', () => {
  const fifo = { 'work.fifo': { ContentBasedDeduplication: 'true', VisibilityTimeout: '60' } };

  test('gives a group in order, as many at once as are asked for, and nothing more while somebody works on it', async () => {
    const { send, bodies, receive, remove, pass } = open(fifo);
    for (const body of ['a1', 'a2', 'a3']) await send('work.fifo', body, { MessageGroupId: 'a' });
    await send('work.fifo', 'b1', { MessageGroupId: 'b' });
    const two = await receive('work.fifo', { MaxNumberOfMessages: 2 });
    expect(two.map(({ Body }) => Body)).toEqual(['a1', 'a2']);
    expect(await bodies('work.fifo')).toEqual(['b1']);
    await remove('work.fifo', two[1] as Received);
    expect(await bodies('work.fifo')).toEqual([]);
    pass(MINUTE);
    expect(await bodies('work.fifo')).toEqual(['a1', 'a3', 'b1']);
  });

  test('takes a repeated message for the first one for five minutes, after a restart too', async () => {
    const before = open(fifo);
    const sent = await before.send('work.fifo', 'a', { MessageGroupId: 'a' });
    before.pass(4 * MINUTE);
    const { folder, clock } = before;
    before.close();
    const after = open(fifo, { folder, at: clock.now });
    expect(await after.send('work.fifo', 'a', { MessageGroupId: 'b' })).toEqual(sent);
    after.pass(MINUTE);
    const anew = await after.send('work.fifo', 'a', { MessageGroupId: 'a' });
    expect(anew.MessageId).not.toBe(sent.MessageId);
    expect((anew.SequenceNumber ?? '') > (sent.SequenceNumber ?? '')).toBe(true);
    expect(await after.bodies('work.fifo')).toEqual(['a', 'a']);
  });

  test('refuses to delete by a handle whose time is over', async () => {
    const { send, receive, remove, pass } = open(fifo);
    await send('work.fifo', 'a', { MessageGroupId: 'a' });
    const message = first(await receive('work.fifo'));
    pass(MINUTE);
    await expect(remove('work.fifo', message)).rejects.toThrow('The receipt handle has expired.');
  });
});

describe('dead letters', () => {
  const queues = {
    dead: {},
    work: {
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 }),
    },
  };

  test('are what was received often enough; they keep id, age and count, and say where they came from', async () => {
    const { send, receive, pass } = open(queues);
    const { MessageId } = await send('work', 'a');
    for (const _ of [1, 2]) expect(first(await receive('work')).MessageId).toBe(MessageId);
    pass(1_000);
    expect(await receive('work')).toEqual([]);
    expect(first(await receive('dead'))).toMatchObject({
      MessageId,
      Attributes: {
        ApproximateReceiveCount: '3',
        SentTimestamp: '1700000000000',
        DeadLetterQueueSourceArn: arn('work'),
      },
    });
  });

  test('make room for others in the same call', async () => {
    const { send, receive, bodies } = open(queues);
    await send('work', 'bad');
    for (const _ of [1, 2]) await receive('work');
    await send('work', 'good');
    expect(await bodies('work', { MaxNumberOfMessages: 1 })).toEqual(['good']);
  });

  test('move back to where they came from, each as a new message', async () => {
    const { engine, send, receive, bodies } = open(queues);
    const { MessageId } = await send('work', 'a');
    for (const _ of [1, 2, 3]) await receive('work');
    const started = (await engine.call('StartMessageMoveTask', { SourceArn: arn('dead') })) as object;
    expect(started).toMatchObject({ TaskHandle: expect.any(String) });
    const list = () => engine.call('ListMessageMoveTasks', { SourceArn: arn('dead') });
    for (;;) {
      const [task] = ((await list()) as { Results: { Status: string }[] }).Results;
      if (task?.Status !== 'RUNNING') break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await list()).toMatchObject({
      Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }],
    });
    expect(await bodies('dead')).toEqual([]);
    const back = first(await receive('work'));
    expect(back).toMatchObject({ Body: 'a', Attributes: { ApproximateReceiveCount: '1' } });
    expect(back.MessageId).not.toBe(MessageId);
    await expect(engine.call('StartMessageMoveTask', { SourceArn: arn('work') })).rejects.toThrow(
      'Source queue must be configured as a Dead Letter Queue.',
    );
  });

  test('need a queue of the same type that permits it', () => {
    const policy = (name: string) => ({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(name), maxReceiveCount: 3 }),
    });
    const { engine } = open({
      'dead.fifo': {},
      shy: { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' },
      a: policy('nowhere'),
      b: policy('dead.fifo'),
      c: policy('shy'),
    });
    const check = (name: string) => () => engine.queues.checkRedrive(engine.queues.named(name));
    expect(check('a')).toThrow('Dead letter target does not exist.');
    expect(check('b')).toThrow('Dead-letter queue must be same type of queue as the source.');
    expect(check('c')).toThrow('does not permit');
  });
});

test('a receiver that waits is woken by a message, and by one that comes back', async () => {
  const { send, receive, call, close } = open({ work: {} });
  const waiting = receive('work', { WaitTimeSeconds: 20 });
  await send('work', 'a');
  const { ReceiptHandle } = first(await waiting);
  const again = receive('work', { WaitTimeSeconds: 20 });
  await call('ChangeMessageVisibility', 'work', { ReceiptHandle, VisibilityTimeout: 0 });
  expect(first(await again).Body).toBe('a');
  const never = receive('work', { WaitTimeSeconds: 20 });
  close();
  expect(await never).toEqual([]);
});

test('after a restart, also with the clock set back, what was received is there at once, and what was delayed is not', async () => {
  const before = open({ work: { VisibilityTimeout: '43200' } });
  await before.send('work', 'worked on');
  expect(await before.bodies('work')).toEqual(['worked on']);
  await before.send('work', 'waiting');
  await before.send('work', 'delayed', { DelaySeconds: 600 });
  before.close();
  const anHourBack = before.clock.now - 60 * MINUTE;
  const after = open({ work: {} }, { folder: before.folder, at: anHourBack });
  expect((await after.bodies('work')).sort()).toEqual(['delayed', 'waiting', 'worked on']);

  const same = open({ work: {} });
  await same.send('work', 'delayed', { DelaySeconds: 600 });
  same.close();
  const later = open({ work: {} }, { folder: same.folder, at: same.clock.now + MINUTE });
  expect(await later.bodies('work')).toEqual([]);
  later.pass(9 * MINUTE);
  expect(await later.bodies('work')).toEqual(['delayed']);
});

test('a jump of the wall clock neither hides nor shows a message', async () => {
  const { clock, send, bodies, pass } = open({ work: { VisibilityTimeout: '60' } });
  await send('work', 'a');
  expect(await bodies('work')).toEqual(['a']);
  clock.wall -= 5 * 60 * MINUTE;
  pass(MINUTE);
  expect(await bodies('work')).toEqual(['a']);
  clock.wall += 10 * 60 * MINUTE;
  expect(await bodies('work')).toEqual([]);
  pass(MINUTE);
  expect(await bodies('work')).toEqual(['a']);
});

test('counts what is sent, received and deleted, and measures each queue', async () => {
  const { engine, data, send, receive, remove, pass } = open({ work: {} });
  await send('work', 'a');
  await send('work', 'b');
  await remove('work', first(await receive('work')));
  pass(5_000);
  engine.upkeep.measure({ put: (datum) => void data.push(datum) });
  const values = Object.fromEntries(data.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({
    NumberOfMessagesSent: 1,
    NumberOfMessagesReceived: 2,
    NumberOfMessagesDeleted: 1,
    ApproximateNumberOfMessagesVisible: 0,
    ApproximateNumberOfMessagesNotVisible: 1,
    ApproximateAgeOfOldestMessage: 5,
  });
});
