import { expect, test } from '@jest/globals';
import { mountSmallDisk } from '../test-small-disk.ts';
import { closeQueues, openQueues } from './test-queues.ts';

const queues = {
  dead: {},
  work: {
    VisibilityTimeout: '1',
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead',
      maxReceiveCount: 1000,
    }),
  },
};

test('a full disk refuses messages, so that their senders try again, and loses none that it took', async () => {
  const disk = mountSmallDisk(16);
  try {
    const { log, send, receive, call, close } = openQueues(queues, { folder: disk.folder });
    const accepted: string[] = [];
    const fill = async (): Promise<{ code?: string; status?: number }> => {
      for (;;) {
        try {
          accepted.push((await send('work', `${accepted.length}`.padEnd(20_000, 'x'))).MessageId ?? '');
        } catch (error) {
          return error as object;
        }
      }
    };
    expect(await fill()).toMatchObject({ code: 'ServiceUnavailable', status: 503 });
    expect(accepted.length).toBeGreaterThan(10);
    // A batch is taken as a whole or not at all.
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id.padEnd(20_000, 'x') }));
    await expect(call('SendMessageBatch', 'work', { Entries })).rejects.toMatchObject({ status: 503 });

    disk.makeRoom();
    await send('work', 'after').then(({ MessageId }) => accepted.push(MessageId ?? ''));
    expect(log.lines).toEqual([
      expect.stringMatching(
        /^error sqs the queues can't be written: .*full.* Until they can, calls fail with a 503$/,
      ),
      'info sqs the queues can be written again',
    ]);
    const seen = new Set<string>();
    for (let messages = await receive('work'); messages.length > 0; messages = await receive('work')) {
      for (const { MessageId } of messages) seen.add(MessageId);
    }
    expect([...seen].sort()).toEqual(accepted.toSorted());

    close();
    const again = openQueues(queues, { folder: disk.folder });
    const { Attributes } = await again.call<{ Attributes: object }>('GetQueueAttributes', 'work', {
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: String(accepted.length) });
  } finally {
    closeQueues();
    disk.remove();
  }
});
