import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import * as eventBridge from '../event-bridge/start.ts';
import { outboxOf } from '../outbox/outbox.ts';
import * as sns from '../sns/start.ts';
import * as sqs from '../sqs/start.ts';
import { eventually } from '../test-cloud.ts';
import { fetchSigned } from '../test-signing.ts';
import { type Functions, startFunctions } from './test-functions.ts';

const functions = {
  /** Fails as often as its event says. */
  flaky: `const calls = {}; export const handler = async ({ id, failures }, { awsRequestId }) => {
    calls[id] = (calls[id] ?? 0) + 1;
    console.log(JSON.stringify({ id, call: calls[id], awsRequestId }));
    if (calls[id] <= failures) throw new RangeError('not yet');
    return { after: calls[id] };
  };`,
  receiver: `export const handler = async (event) => console.log('received ' + JSON.stringify(event));`,
};

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const allow = [
  ['sqs:SendMessage', '*'],
  ['sns:Publish', '*'],
  ['events:PutEvents', '*'],
  ['lambda:InvokeFunction', '*'],
] as const;

const resources = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'outcomes' } },
  DeadQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'outcomes' } },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'outcomes' } },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'outcomes',
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['lambda'] },
      Targets: [{ Id: 'queue', Arn: arnOf('Queue') }],
    },
  },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: '*',
          },
        ],
      },
    },
  },
};

let shop: Functions;
afterEach(() => shop.stop());

interface Setup {
  readonly config?: object;
  readonly properties?: object;
  readonly allowed?: typeof allow | [];
  readonly dataFolder?: string;
}

const startShop = async ({ config, properties, allowed = allow, dataFolder }: Setup = {}) => {
  const configured = config && {
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'flakyFunction' }, Qualifier: '$LATEST', ...config },
    },
  };
  shop = await startFunctions({
    functions,
    properties: { flaky: { allow: allowed, ...properties } },
    resources: { ...resources, ...configured },
    modules: { sqs: sqs.start, sns: sns.start, events: eventBridge.start },
    ...(dataFolder !== undefined && { dataFolder }),
  });
};

const calls = (id: string) =>
  shop.log.lines
    .filter((line) => line.startsWith(`info shop.flaky {"id":"${id}"`))
    .map((line) => JSON.parse(line.replace('info shop.flaky ', '')));

/** The next message of a queue. */
const receive = (queue: string) =>
  eventually(async () => {
    const { Messages } = await shop.cloud.call<{ Messages?: Message[] }>(
      { kind: 'root' },
      'sqs',
      'ReceiveMessage',
      {
        QueueUrl: `${shop.cloud.endpoint}/000000000000/${queue}`,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
      },
    );
    return Messages?.[0];
  });

interface Message {
  readonly Body: string;
  readonly MessageAttributes?: Record<string, { readonly StringValue: string }>;
}

const bodyOf = async (queue: string) => JSON.parse((await receive(queue)).Body);

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:emporium-shop-local-flaky:$LATEST';
const failed = (event: object, approximateInvokeCount: number, condition: string) => ({
  version: '1.0',
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  requestContext: {
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    functionArn: ARN,
    condition,
    approximateInvokeCount,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorType: 'RangeError', errorMessage: 'not yet', trace: expect.any(Array) },
});

test('is tried three times, under the request id that its caller was told', async () => {
  await startShop();
  const url = `${shop.cloud.endpoint}/2015-03-31/functions/emporium-shop-local-flaky/invocations`;
  const response = await fetchSigned(url, {
    service: 'lambda',
    headers: { 'x-amz-invocation-type': 'Event' },
    body: '{"id":"a","failures":2}',
  });
  expect(response.status).toBe(202);
  expect(await response.text()).toBe('');
  await eventually(() => calls('a').length === 3);
  const id = response.headers.get('x-amzn-requestid');
  expect(calls('a').map(({ awsRequestId }) => awsRequestId)).toEqual([id, id, id]);
  expect(shop.counted('AsyncEventsReceived', 'flaky')).toBe(1);
  expect(shop.counted('Errors', 'flaky')).toBe(2);
  expect(shop.counted('AsyncEventsDropped', 'flaky')).toBeUndefined();
}, 60_000);

test('after the last attempt, the record goes to the destination and the event to the dead-letter queue', async () => {
  await startShop({
    config: {
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: arnOf('Queue') } },
    },
    properties: { DeadLetterConfig: { TargetArn: arnOf('DeadQueue') } },
  });
  const event = { id: 'b', failures: 9 };
  await shop.send('flaky', event);
  const record = await bodyOf('outcomes');
  expect(record).toEqual(failed(event, 2, 'RetriesExhausted'));
  const dead = await receive('dead');
  expect(JSON.parse(dead.Body)).toEqual(event);
  expect(dead.MessageAttributes).toMatchObject({
    RequestID: { DataType: 'String', StringValue: record.requestContext.requestId },
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: { DataType: 'String', StringValue: 'not yet' },
  });
  expect(shop.counted('AsyncEventsDropped', 'flaky')).toBe(1);
  expect(calls('b')).toHaveLength(2);
  expect(shop.cloud.store('lambda').list()).toEqual([]);
}, 60_000);

test('without retries, the outcome of each goes where the template says: to a topic, or to a function', async () => {
  await startShop({
    config: {
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        OnSuccess: { Destination: arnOf('receiverFunction') },
        OnFailure: { Destination: { Ref: 'Topic' } },
      },
    },
  });
  await shop.send('flaky', { id: 'bad', failures: 1 });
  await shop.send('flaky', { id: 'good', failures: 0 });
  const [published] = await eventually(() => {
    const messages = outboxOf(shop.cloud).newest(9);
    return messages.length > 0 ? messages : undefined;
  });
  expect(JSON.parse(published?.text ?? '')).toEqual(
    failed({ id: 'bad', failures: 1 }, 1, 'RetriesExhausted'),
  );
  const received = await eventually(() => shop.log.lines.find((line) => line.includes('received ')));
  expect(JSON.parse(received.replace('info shop.receiver received ', ''))).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 1 },
    requestPayload: { id: 'good', failures: 0 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    responsePayload: { after: 1 },
  });
}, 60_000);

test('on a bus, a record is the detail of an event from "lambda"', async () => {
  await startShop({ config: { DestinationConfig: { OnSuccess: { Destination: arnOf('Bus') } } } });
  await shop.send('flaky', { id: 'c', failures: 0 });
  expect(await bodyOf('outcomes')).toMatchObject({
    source: 'lambda',
    'detail-type': 'Lambda Function Invocation Result - Success',
    resources: ['arn:aws:events:us-east-1:000000000000:event-bus/outcomes', ARN],
    detail: { version: '1.0', requestPayload: { id: 'c' }, responsePayload: { after: 1 } },
  });
}, 60_000);

test('a function that may not write to its destinations loses the record, which is counted and logged', async () => {
  await startShop({
    allowed: [],
    config: {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: arnOf('Queue') } },
    },
    properties: { DeadLetterConfig: { TargetArn: arnOf('DeadQueue') } },
  });
  await shop.send('flaky', { id: 'd', failures: 1 });
  await eventually(() => shop.cloud.store('lambda').list().length === 0);
  expect(shop.counted('DestinationDeliveryFailures', 'flaky')).toBe(1);
  expect(shop.counted('DeadLetterErrors', 'flaky')).toBe(1);
  expect(shop.log.lines.join('\n')).toContain('could not be sent to arn:aws:sqs:us-east-1:000000000000:dead');
}, 60_000);

test('a throttled event waits its turn, and uses up no attempt', async () => {
  await startShop({
    config: { MaximumRetryAttempts: 0 },
    properties: { ReservedConcurrentExecutions: 1 },
  });
  await Promise.all(['e', 'f', 'g'].map((id) => shop.send('flaky', { id, failures: 0 })));
  await eventually(() => ['e', 'f', 'g'].every((id) => calls(id).length === 1));
  expect(shop.counted('Throttles', 'flaky')).toBeGreaterThan(0);
  expect(shop.counted('AsyncEventsDropped', 'flaky')).toBeUndefined();
}, 60_000);

test('with no concurrency reserved, an event is given up at once', async () => {
  await startShop({
    config: { DestinationConfig: { OnFailure: { Destination: arnOf('Queue') } } },
    properties: { ReservedConcurrentExecutions: 0, DeadLetterConfig: { TargetArn: arnOf('DeadQueue') } },
  });
  const event = { id: 'h', failures: 0 };
  await shop.send('flaky', event);
  const record = await bodyOf('outcomes');
  const { responseContext, responsePayload, ...asked } = failed(event, 0, 'ZeroReservedConcurrency');
  expect(record).toEqual(asked);
  expect((await receive('dead')).MessageAttributes).toMatchObject({
    ErrorCode: { StringValue: '429' },
    ErrorMessage: { StringValue: 'Rate Exceeded.' },
  });
  expect(calls('h')).toEqual([]);
}, 60_000);

test('an event that would be too old at its next attempt has none', async () => {
  await startShop({
    config: {
      MaximumEventAgeInSeconds: 1,
      DestinationConfig: { OnFailure: { Destination: arnOf('Queue') } },
    },
  });
  const event = { id: 'i', failures: 9 };
  await shop.send('flaky', event);
  expect(await bodyOf('outcomes')).toEqual(failed(event, 1, 'EventAgeExceeded'));
}, 60_000);

test('a clock that jumps while an event waits changes nothing', async () => {
  await startShop();
  const { now } = Date;
  try {
    Date.now = () => now() - 86_400_000;
    await shop.send('flaky', { id: 'j', failures: 1 });
    Date.now = () => now() + 86_400_000;
    await eventually(() => calls('j').length === 2);
  } finally {
    Date.now = now;
  }
}, 60_000);

test('after a restart an event goes on with the attempts that are left, and an outcome that was not told is told', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'lambda-'));
  const config = { DestinationConfig: { OnFailure: { Destination: arnOf('Queue') } } };
  await startShop({ dataFolder, config });
  const event = { id: 'k', failures: 9 };
  await shop.send('flaky', event);
  await eventually(() => calls('k').length === 1);
  await eventually(() => shop.cloud.store('lambda').list<{ attempts: number }>()[0]?.value.attempts === 1);
  await shop.stop();

  await startShop({ dataFolder, config });
  const record = await bodyOf('outcomes');
  expect(record.requestContext).toMatchObject({ condition: 'RetriesExhausted', approximateInvokeCount: 3 });
  expect(calls('k')).toHaveLength(2);
  const store = shop.cloud.store('lambda');
  await eventually(() => store.list().length === 0);
  store.put('event/1-left', {
    functionName: 'emporium-shop-local-flaky',
    requestId: 'told-late',
    event: '{"id":"l"}',
    acceptedAt: Date.now(),
    attempts: 3,
    outcome: { condition: 'RetriesExhausted', invocation: { payload: '{}', functionError: 'Unhandled' } },
  });
  await shop.stop();

  await startShop({ dataFolder, config });
  const told = await eventually(async () => {
    const body = await bodyOf('outcomes');
    return body.requestContext.requestId === 'told-late' ? body : undefined;
  });
  expect(told).toMatchObject({ requestPayload: { id: 'l' }, requestContext: { approximateInvokeCount: 3 } });
  expect(calls('l')).toEqual([]);
}, 60_000);
