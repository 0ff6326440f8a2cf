import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaContext } from './lambda-context.ts';

type Relay = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;

/**
 * Runs a context's `relayOutbox` on a stream event, such as its sample, before a bus that takes everything.
 *
 * @returns what came to the bus, as `<bus> <source> <event>`.
 * @throws Error where the function reports a failure.
 *
 * @example
 * expect(await relayed(handler, event)).toEqual(['emporium-platform-test-EventBus emporium.orders OrderPlaced']);
 */
export const relayed = async (relay: Relay, event: object): Promise<string[]> => {
  process.env.LINK_platform_EventBus = JSON.stringify({ name: 'emporium-platform-test-EventBus' });
  const bus = mockClient(EventBridgeClient);
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
  const { batchItemFailures } = await relay(event as DynamoDBStreamEvent, lambdaContext('relayOutbox'));
  if (batchItemFailures.length > 0) throw new Error(`Failed at ${batchItemFailures[0]?.itemIdentifier}`);
  return bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args }) => args[0].input.Entries ?? [])
    .map(({ EventBusName, Source, DetailType }) => `${EventBusName} ${Source} ${DetailType}`);
};
