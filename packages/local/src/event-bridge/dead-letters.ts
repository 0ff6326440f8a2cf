import { AwsError, type Caller, type Cloud } from '../cloud.ts';
import { queueUrlOf } from './targets.ts';

/** EventBridge's names for what goes wrong with a target, by the code of the target's service. */
const ERROR_CODES: readonly (readonly [RegExp, string])[] = [
  [/AccessDenied|NotAuthorized/, 'NO_PERMISSIONS'],
  [/NonExistentQueue|NotFound|DoesNotExist/, 'NO_RESOURCE'],
  [/AlreadyExists/, 'RESOURCE_ALREADY_EXISTS'],
  [/Throttl|TooManyRequests|RequestLimit/, 'THROTTLING'],
  [/LimitExceeded/, 'RESOURCE_LIMIT_EXCEEDED'],
  [/Validation|Invalid/, 'INVALID_PARAMETER'],
];

/** An error's name in the attribute `ERROR_CODE` of a rule's dead letter. */
export const deadLetterCode = (error: unknown): string => {
  if (!(error instanceof AwsError)) return 'SDK_CLIENT_ERROR';
  const known = ERROR_CODES.find(([pattern]) => pattern.test(error.code))?.[1];
  return known ?? (error.status >= 500 ? 'INTERNAL_ERROR' : 'ERROR_FROM_TARGET');
};

export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)) || String(error);

/** Sends what could not be delivered to a dead-letter queue, the reasons in attributes. */
export const sendDeadLetter = async (
  cloud: Cloud,
  caller: Caller,
  queueArn: string,
  body: string,
  attributes: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const MessageAttributes: Record<string, object> = {};
  for (const [name, StringValue] of Object.entries(attributes))
    if (StringValue !== undefined) MessageAttributes[name] = { DataType: 'String', StringValue };
  const QueueUrl = queueUrlOf(cloud, queueArn);
  await cloud.call(caller, 'sqs', 'SendMessage', { QueueUrl, MessageBody: body, MessageAttributes });
};
