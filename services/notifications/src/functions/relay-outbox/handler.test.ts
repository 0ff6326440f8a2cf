import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

process.env.LINK_platform_EventBus = JSON.stringify({ name: 'emporium-platform-test-EventBus' });

test('publishes what the table tells', async () => {
  const bus = mockClient(EventBridgeClient);
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
  const answer = await handler(event as unknown as DynamoDBStreamEvent, lambdaContext('relayOutbox'));
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toMatchObject([
    {
      EventBusName: 'emporium-platform-test-EventBus',
      Source: 'emporium.notifications',
      DetailType: 'MessageRecorded',
    },
  ]);
});
