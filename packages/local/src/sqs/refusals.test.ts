import { afterEach, expect, test } from '@jest/globals';
import { closeQueues, openQueues as open } from './test-queues.ts';

afterEach(closeQueues);

test.each<[string, string, object, string, string?]>([
  ['an unknown queue', 'SendMessage', { QueueUrl: 'http://x/0/none', MessageBody: 'a' }, 'QueueDoesNotExist'],
  ['no queue', 'SendMessage', { QueueUrl: undefined }, 'MissingRequiredParameterException'],
  ['no body', 'SendMessage', {}, 'MissingRequiredParameterException'],
  ['a control character', 'SendMessage', { MessageBody: '\u0000' }, 'InvalidMessageContents'],
  [
    'more than 1 MiB',
    'SendMessage',
    { MessageBody: 'x'.repeat(1_048_577) },
    'InvalidParameterValueException',
    'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
  ],
  [
    'eleven messages',
    'ReceiveMessage',
    { MaxNumberOfMessages: 11 },
    'InvalidParameterValueException',
    'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
  ],
  ['a long wait', 'ReceiveMessage', { WaitTimeSeconds: 21 }, 'InvalidParameterValueException'],
  ['an empty batch', 'SendMessageBatch', { Entries: [] }, 'EmptyBatchRequest'],
  [
    'a batch of eleven',
    'SendMessageBatch',
    { Entries: Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, MessageBody: 'a' })) },
    'TooManyEntriesInBatchRequest',
    'Maximum number of entries per request are 10. You have sent 11.',
  ],
  [
    'an id twice',
    'DeleteMessageBatch',
    { Entries: [{ Id: 'a' }, { Id: 'a' }] },
    'BatchEntryIdsNotDistinct',
    'Id a repeated.',
  ],
  ['an odd id', 'SendMessageBatch', { Entries: [{ Id: 'a b', MessageBody: 'a' }] }, 'InvalidBatchEntryId'],
  [
    'a batch of 2 MiB',
    'SendMessageBatch',
    { Entries: ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(1_000_000) })) },
    'BatchRequestTooLong',
  ],
  [
    'a delay of an hour',
    'SendMessage',
    { MessageBody: 'a', DelaySeconds: 3600 },
    'InvalidParameterValueException',
  ],
  [
    'an attribute without a value',
    'SendMessage',
    { MessageBody: 'a', MessageAttributes: { x: { DataType: 'String' } } },
    'InvalidParameterValueException',
  ],
  [
    'an unknown attribute',
    'SetQueueAttributes',
    { Attributes: { Colour: 'blue' } },
    'InvalidAttributeName',
    'Unknown Attribute Colour.',
  ],
  [
    'an attribute out of range',
    'SetQueueAttributes',
    { Attributes: { VisibilityTimeout: '43201' } },
    'InvalidAttributeValue',
  ],
  ['a queue of no template', 'CreateQueue', {}, 'UnsupportedOperation'],
  ['an unknown action', 'toString', {}, 'UnknownOperationException'],
])('%s is refused as by SQS', async (_, action, input, code, message = '') => {
  const { call } = open({ work: {} });
  const refused = expect(call(action, 'work', input)).rejects;
  await refused.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a batch answers entry by entry', async () => {
  const { call, bodies } = open({ work: {} });
  const output = await call('SendMessageBatch', 'work', {
    Entries: [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: '\u0001' },
    ],
  });
  expect(output).toMatchObject({
    Successful: [{ Id: 'good', MD5OfMessageBody: '0cc175b9c0f1b6a831c399e269772661' }],
    Failed: [{ Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' }],
  });
  expect(await bodies('work')).toEqual(['a']);
});
