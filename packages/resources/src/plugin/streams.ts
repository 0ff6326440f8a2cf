import { deadLetterQueue } from '../cloudformation/queue.ts';
import { allowKey, opening, ownKey, sealing } from '../key.ts';
import { type Address, logicalId, physicalName } from '../naming.ts';
import { allow, getAtt, type TemplateResources, type Value } from '../template.ts';
import type { EventSource } from './subscriptions.ts';

export interface StreamReader {
  readonly reader: Address;
  /** A table of the reader's own context. */
  readonly table: string;
  /** The ARN by which the function is invoked. */
  readonly invoked: Value;
  /** Which items the function hears of, by their `kind`. */
  readonly kinds: readonly string[];
  readonly events: readonly string[];
  readonly stage: string;
}

/** Table → stream → function. What fails for good leaves a pointer to its place in the stream in the dead-letter queue. */
export const streamReader = ({ reader, table, invoked, kinds, events, stage }: StreamReader): EventSource => {
  const id = logicalId(reader.name);
  const deadLetters = `${id}DeadLetterQueue`;
  const stream = getAtt(table, 'StreamArn');
  const resources: TemplateResources = {
    [deadLetters]: deadLetterQueue(physicalName(reader, stage)),
    [`${id}StreamSource`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: stream,
        FunctionName: invoked,
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 100,
        FilterCriteria: {
          Filters: [
            {
              Pattern: JSON.stringify({ eventName: events, dynamodb: { NewImage: { kind: { S: kinds } } } }),
            },
          ],
        },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        // With Lambda's back-off, about a quarter of an hour: a shard waits behind what fails.
        MaximumRetryAttempts: 20,
        DestinationConfig: { OnFailure: { Destination: getAtt(deadLetters, 'Arn') } },
      },
    },
  };
  const read = [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ];
  return {
    resources,
    statements: [
      allow(read, stream),
      allowKey(opening, ownKey, 'dynamodb'),
      allow(['sqs:SendMessage'], getAtt(deadLetters, 'Arn')),
      allowKey(sealing, ownKey, 'sqs'),
    ],
  };
};
