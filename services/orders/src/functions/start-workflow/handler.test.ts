import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { OrderPlaced } from '@emporium/contracts';
import { lambdaContext, sqsEvent } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { factOf } from '../../domain/events.ts';
import { placedOrder } from '../../test-helpers.ts';
import { orderWorkflow } from '../../workflow.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const sfn = mockClient(SFNClient);
const handler = createHandler({
  workflow: orderWorkflow(new SFNClient({ region: 'us-east-1' }), { arn: 'arn:of:the:workflow' }),
});

const fact = factOf(placedOrder);
if (fact?.contract !== OrderPlaced) throw new Error('a placed order has another fact');
const event = sqsEvent([{ contract: OrderPlaced, data: fact.data }]);

beforeEach(() => {
  sfn.reset();
  sfn.on(StartExecutionCommand).resolves({});
});

test('starts an execution named after the order, with what was placed', async () => {
  expect(await handler(event, lambdaContext('startWorkflow'))).toEqual({ batchItemFailures: [] });

  const [call] = sfn.commandCalls(StartExecutionCommand);
  const { input, ...rest } = call?.args[0].input ?? {};
  expect(rest).toEqual({ stateMachineArn: 'arn:of:the:workflow', name: placedOrder.orderId });
  expect(JSON.parse(input ?? '')).toEqual(fact.data);
});

test('a second start is as good as the first', async () => {
  sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'again', $metadata: {} }));

  expect(await handler(event, lambdaContext('startWorkflow'))).toEqual({ batchItemFailures: [] });
});

test('a start that fails is delivered again', async () => {
  sfn.on(StartExecutionCommand).rejects(new Error('throttled'));

  expect(await handler(event, lambdaContext('startWorkflow'))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-0' }],
  });
});

test('takes the sample event', async () => {
  await handler(sample as never, lambdaContext('startWorkflow'));

  expect(sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
});
