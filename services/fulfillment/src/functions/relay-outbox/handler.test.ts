import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

test('publishes what fulfillment has to tell', async () => {
  process.env.LINK_platform_EventBus = JSON.stringify({ name: 'emporium-platform-test-EventBus' });
  const eventBridge = mockClient(EventBridgeClient);
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });

  expect(await handler(event as never, lambdaContext('relayOutbox'))).toEqual({ batchItemFailures: [] });

  expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
    expect.objectContaining({ Source: 'emporium.fulfillment', DetailType: 'StockReserved' }),
  ]);
});
