import { AwsError, type Caller, type Cloud, type Invocation } from '../cloud.ts';
import type { FunctionDefinition } from './definition.ts';

/** How an asynchronous invocation ended, in the words of its record. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

export interface Outcome {
  readonly condition: Condition;
  /** The last answer of the function; none where it was never run, or throttled last. */
  readonly invocation?: Invocation | undefined;
}

/** An event whose processing has come to an end. */
export interface Processed {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly attempts: number;
  readonly outcome: Outcome;
}

/** Where the outcome has to be told: the destination for it, and the dead-letter queue. */
export const receiversOf = (
  { asynchronous: { onSuccess, onFailure, deadLetters } }: FunctionDefinition,
  { condition }: Outcome,
): { readonly arn: string; readonly kind: 'record' | 'deadLetter' }[] => {
  const [record, deadLetter] = condition === 'Success' ? [onSuccess] : [onFailure, deadLetters];
  return [
    ...(record === undefined ? [] : [{ arn: record, kind: 'record' as const }]),
    ...(deadLetter === undefined ? [] : [{ arn: deadLetter, kind: 'deadLetter' as const }]),
  ];
};

/** Tells every receiver of the outcome, as the function's own role. What can't be told is counted and logged. */
export const tell = async (
  cloud: Cloud,
  definition: FunctionDefinition,
  processed: Processed,
): Promise<void> => {
  const { name, roleArn, label } = definition;
  const caller: Caller = { kind: 'role', roleArn, name };
  const send = async ({ arn, kind }: ReturnType<typeof receiversOf>[number]): Promise<void> => {
    try {
      if (kind === 'record') await sendRecord(cloud, caller, arn, definition, processed);
      else await sendDeadLetter(cloud, caller, arn, processed);
    } catch (error) {
      cloud.metrics.put({
        namespace: 'AWS/Lambda',
        name: kind === 'record' ? 'DestinationDeliveryFailures' : 'DeadLetterErrors',
        dimensions: { FunctionName: name },
        value: 1,
      });
      cloud.log.error(label, `${processed.requestId} could not be sent to ${arn}: ${error}`);
    }
  };
  await Promise.all(receiversOf(definition, processed.outcome).map(send));
};

const queueUrl = (cloud: Cloud, arn: string): string =>
  `${cloud.endpoint}/${cloud.accountId}/${arn.split(':').at(-1)}`;

const sendRecord = async (
  cloud: Cloud,
  caller: Caller,
  arn: string,
  definition: FunctionDefinition,
  processed: Processed,
): Promise<void> => {
  const functionArn = `${definition.arn}:$LATEST`;
  const record = toRecord(functionArn, processed);
  const service = arn.split(':')[2];
  if (service === 'sqs') {
    await cloud.call(caller, 'sqs', 'SendMessage', { QueueUrl: queueUrl(cloud, arn), MessageBody: record });
  } else if (service === 'sns') {
    await cloud.call(caller, 'sns', 'Publish', { TopicArn: arn, Message: record });
  } else if (service === 'lambda') {
    await cloud.call(caller, 'lambda', 'Invoke', {
      FunctionName: arn,
      InvocationType: 'Event',
      Payload: record,
    });
  } else if (service === 'events') {
    const result = processed.outcome.condition === 'Success' ? 'Success' : 'Failure';
    const { Entries } = await cloud.call<PutEventsOutput>(caller, 'events', 'PutEvents', {
      Entries: [
        {
          EventBusName: arn,
          Source: 'lambda',
          DetailType: `Lambda Function Invocation Result - ${result}`,
          Detail: record,
          Resources: [arn, functionArn],
        },
      ],
    });
    const [{ ErrorCode, ErrorMessage = '' } = {}] = Entries;
    if (ErrorCode !== undefined) throw new AwsError(ErrorCode, ErrorMessage);
  } else {
    throw new Error('it is no queue, topic, function or event bus');
  }
};

interface PutEventsOutput {
  readonly Entries: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
}

/** The payloads go in as the JSON that they are. */
const toRecord = (functionArn: string, { requestId, event, attempts, outcome }: Processed): string => {
  const { condition, invocation } = outcome;
  const record = JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: attempts },
  });
  const responseContext = JSON.stringify({
    statusCode: 200,
    executedVersion: '$LATEST',
    functionError: invocation?.functionError,
  });
  const response =
    invocation === undefined
      ? ''
      : `,"responseContext":${responseContext},"responsePayload":${invocation.payload}`;
  return `${record.slice(0, -1)},"requestPayload":${event}${response}}`;
};

/** The event as it came; what went wrong stands in the message's attributes. */
const sendDeadLetter = async (
  cloud: Cloud,
  caller: Caller,
  arn: string,
  { requestId, event, outcome }: Processed,
): Promise<void> => {
  const MessageAttributes = {
    RequestID: { DataType: 'String', StringValue: requestId },
    ErrorCode: {
      DataType: 'Number',
      StringValue: outcome.invocation === undefined ? '429' : '200',
    },
    ErrorMessage: { DataType: 'String', StringValue: errorMessageOf(outcome) },
  };
  if (arn.split(':')[2] === 'sns') {
    await cloud.call(caller, 'sns', 'Publish', { TopicArn: arn, Message: event, MessageAttributes });
  } else {
    const QueueUrl = queueUrl(cloud, arn);
    await cloud.call(caller, 'sqs', 'SendMessage', { QueueUrl, MessageBody: event, MessageAttributes });
  }
};

/** Its first kilobyte. */
const errorMessageOf = ({ invocation }: Outcome): string => {
  if (invocation === undefined) return 'Rate Exceeded.';
  const { errorMessage } = JSON.parse(invocation.payload) as { readonly errorMessage?: string };
  // SQS takes no empty attribute.
  return Buffer.from(errorMessage || 'unknown')
    .subarray(0, 1024)
    .toString();
};
