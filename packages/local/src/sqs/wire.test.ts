import { expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { invalidParameter, queueDoesNotExist } from './errors.ts';
import { answer } from './wire.ts';

test.each<[AwsError, number, string, string]>([
  [
    queueDoesNotExist(),
    400,
    'com.amazonaws.sqs#QueueDoesNotExist',
    'AWS.SimpleQueueService.NonExistentQueue;Sender',
  ],
  [
    invalidParameter('no'),
    400,
    'com.amazon.coral.service#InvalidParameterValueException',
    'InvalidParameterValue;Sender',
  ],
  [
    new AwsError('ServiceUnavailable', 'no', 503),
    503,
    'com.amazonaws.sqs#ServiceUnavailable',
    'ServiceUnavailable;Receiver',
  ],
])('%s names what both protocols call it', async (error, status, type, queryError) => {
  const wire = await answer(() => Promise.reject(error));
  expect([wire.status, wire.headers['x-amzn-query-error']]).toEqual([status, queryError]);
  expect(JSON.parse(wire.body.toString())).toEqual({ __type: type, message: error.message });
});

test('an output is JSON 1.0', async () => {
  const wire = await answer(async () => ({ MessageId: 'a' }));
  expect(wire).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: '{"MessageId":"a"}',
  });
});
