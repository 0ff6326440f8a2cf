import { afterEach, expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { type FakeCall, fakeCloud } from './fake-cloud.ts';
import { ARN, echo, machine, open, stopAll, task } from './module-for-test.ts';

afterEach(stopAll);

test('names failures as Step Functions does', async () => {
  const answers: Record<string, () => unknown> = {
    failing: () => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: '{"errorType":"CardDeclined","errorMessage":"no"}',
    }),
    missing: () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found');
    },
    denied: () => {
      throw new AwsError(
        'AccessDeniedException',
        'User: x is not authorized to perform: lambda:InvokeFunction',
      );
    },
  };
  const cloud = fakeCloud(
    [machine({ A: { ...task('', { End: true }), Arguments: '{% $states.input %}' } })],
    ({ input }) => answers[(input as { FunctionName: string }).FunctionName]?.(),
  );
  const { ask, ended } = await open(cloud);
  const fail = async (FunctionName: string) => {
    const { executionArn } = await ask('StartExecution', {
      stateMachineArn: ARN,
      input: JSON.stringify({ FunctionName }),
    });
    return ended(executionArn);
  };
  expect(await fail('failing')).toMatchObject({
    error: 'CardDeclined',
    cause: '{"errorType":"CardDeclined","errorMessage":"no"}',
  });
  expect(await fail('missing')).toMatchObject({
    error: 'Lambda.ResourceNotFoundException',
    cause: expect.stringMatching(
      /^Function not found \(Service: AWSLambda; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: [-0-9a-f]{36}; Proxy: null\)$/,
    ),
  });
  expect(await fail('denied')).toMatchObject({ error: 'Lambda.AWSLambdaException' });
});

/** Runs one task, and gives how its execution ended and what was called. */
const perform = async (state: object, answer: (call: FakeCall) => unknown, input: unknown = {}) => {
  const calls: FakeCall[] = [];
  const cloud = fakeCloud([machine({ A: { Type: 'Task', End: true, ...state } })], (call) => {
    calls.push(call);
    return answer(call);
  });
  const { ask, ended } = await open(cloud);
  const start = { stateMachineArn: ARN, name: 'one', input: JSON.stringify(input) };
  const { output, ...end } = await ended((await ask('StartExecution', start)).executionArn);
  return { ...end, output: output && JSON.parse(output), calls };
};

const OPTIMIZED = 'arn:aws:states:::';
const SDK = 'arn:aws:states:::aws-sdk:';
const metadata = {
  SdkHttpMetadata: expect.objectContaining({ HttpStatusCode: 200 }),
  SdkResponseMetadata: { RequestId: expect.any(String) },
};

test('a function gives its answer with what is known of the call', async () => {
  const { output } = await perform(
    { Resource: `${OPTIMIZED}lambda:invoke`, Arguments: { FunctionName: 'f', Payload: [1] } },
    echo,
  );
  expect(output).toEqual({ ExecutedVersion: '$LATEST', Payload: [1], StatusCode: 200, ...metadata });
});

test('a function that says nothing of its error', async () => {
  const payload = '{"errorMessage":"gone"}';
  const failing = () => ({ StatusCode: 200, FunctionError: 'Unhandled', Payload: payload });
  const Arguments = { FunctionName: 'f' };
  expect(await perform({ Resource: `${OPTIMIZED}lambda:invoke`, Arguments }, failing)).toMatchObject({
    error: 'Lambda.Unknown',
    cause: `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  });
});

test('events carry where they come from', async () => {
  const put = () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
  const Entries = [{ Source: 's', DetailType: 'd', Detail: { a: 1 }, Resources: ['mine'] }];
  const { output, calls, executionArn } = await perform(
    { Resource: `${OPTIMIZED}events:putEvents`, Arguments: { Entries } },
    put,
  );
  expect(calls[0]?.input).toEqual({
    Entries: [{ ...Entries[0], Detail: '{"a":1}', Resources: ['mine', executionArn, ARN] }],
  });
  expect(output).toEqual({ ...put(), ...metadata });
});

test('an event that is refused fails the task', async () => {
  const refused = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] };
  const Resource = `${OPTIMIZED}events:putEvents`;
  expect(await perform({ Resource, Arguments: { Entries: [{}] } }, () => refused)).toMatchObject({
    error: 'EventBridge.FailedEntry',
    cause: JSON.stringify(refused),
  });
});

test.each([
  ['sqs:sendMessage', { QueueUrl: 'q', MessageBody: { a: 1 } }, { QueueUrl: 'q', MessageBody: '{"a":1}' }],
  ['sns:publish', { TopicArn: 't', Message: [1] }, { TopicArn: 't', Message: '[1]' }],
  ['sns:publish', { TopicArn: 't', Message: 'text' }, { TopicArn: 't', Message: 'text' }],
])('%s %j sends text', async (action, Arguments, sent) => {
  const { output, calls } = await perform({ Resource: OPTIMIZED + action, Arguments }, () => ({
    MessageId: 'm',
  }));
  expect(calls[0]?.input).toEqual(sent);
  expect(output).toEqual({ MessageId: 'm', ...metadata });
});

test.each<[string, AwsError | Error, string]>([
  [
    `${OPTIMIZED}dynamodb:putItem`,
    new AwsError('ConditionalCheckFailedException', 'no'),
    'DynamoDB.ConditionalCheckFailedException',
  ],
  [
    `${OPTIMIZED}dynamodb:putItem`,
    new AwsError('ValidationException', 'no'),
    'DynamoDB.AmazonDynamoDBException',
  ],
  [
    `${SDK}dynamodb:putItem`,
    new AwsError('ConditionalCheckFailedException', 'no'),
    'DynamoDb.ConditionalCheckFailedException',
  ],
  [`${SDK}dynamodb:putItem`, new AwsError('AccessDeniedException', 'no'), 'DynamoDb.DynamoDbException'],
  [
    `${OPTIMIZED}lambda:invoke`,
    new AwsError('TooManyRequestsException', 'no', 429),
    'Lambda.TooManyRequestsException',
  ],
  [`${OPTIMIZED}lambda:invoke`, new Error('no'), 'Lambda.SdkClientException'],
  [`${SDK}lambda:invoke`, new AwsError('AccessDeniedException', 'no'), 'Lambda.LambdaException'],
  [
    `${OPTIMIZED}sqs:sendMessage`,
    new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'no'),
    'SQS.QueueDoesNotExistException',
  ],
  [
    `${SDK}sfn:startExecution`,
    new AwsError('ExecutionAlreadyExists', 'no'),
    'Sfn.ExecutionAlreadyExistsException',
  ],
])('%s refused with %j', async (Resource, thrown, error) => {
  const end = await perform({ Resource, Arguments: {} }, () => {
    throw thrown;
  });
  expect(end).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(/^no/) });
});

test('the SDK integration of Step Functions names its fields as the others do', async () => {
  const { output, calls } = await perform(
    { Resource: `${SDK}sfn:startSyncExecution`, Arguments: { StateMachineArn: ARN, Input: '{}' } },
    () => ({ executionArn: 'e', startDate: 1.5, billingDetails: { billedMemoryUsedInMB: 64 } }),
  );
  expect(calls[0]).toMatchObject({
    prefix: 'states',
    action: 'StartSyncExecution',
    input: { stateMachineArn: ARN, input: '{}' },
  });
  expect(output).toEqual({
    ExecutionArn: 'e',
    StartDate: '1970-01-01T00:00:01.500Z',
    BillingDetails: { BilledMemoryUsedInMB: 64 },
  });
});
