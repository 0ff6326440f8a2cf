import { randomUUID } from 'node:crypto';
import { AwsError } from '../cloud.ts';

export type Attributes = Readonly<
  Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
>;

/** What Publish takes, alone or as one of a batch. */
export interface PublishInput {
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly PhoneNumber?: string;
  readonly Subject?: string;
  readonly Message?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: Attributes;
}

/** A message that was accepted. */
export interface Message {
  readonly id: string;
  readonly text: string;
  /** The text for one protocol, where it has its own. */
  readonly byProtocol: Readonly<Record<string, string>>;
  readonly subject: string | undefined;
  readonly attributes: Attributes;
  /** ISO 8601, UTC. */
  readonly sentAt: string;
}

/** AWS's limits. */
const MAX_BYTES = 262_144;
const MAX_SUBJECT = 100;

const invalid = (reason: string) => new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);

/** Throws InvalidParameter for what SNS wouldn't publish. */
export const readMessage = (input: PublishInput): Message => {
  const { Message: text = '', Subject: subject, MessageStructure, MessageAttributes = {} } = input;
  if (text === '') throw invalid('Empty message');
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalid('Message too long');
  if (subject !== undefined && (subject.length > MAX_SUBJECT || !/^[!-~][ -~]*$/.test(subject)))
    throw invalid('Subject');
  for (const [name, attribute] of Object.entries(MessageAttributes)) checkAttribute(name, attribute);
  const byProtocol = MessageStructure === 'json' ? readStructure(text) : {};
  return {
    id: randomUUID(),
    text: byProtocol.default ?? text,
    byProtocol,
    subject,
    attributes: MessageAttributes,
    sentAt: new Date().toISOString(),
  };
};

const checkAttribute = (
  name: string,
  { DataType = '', StringValue, BinaryValue }: Attributes[string],
): void => {
  if (!/^(String|Number|Binary)(\..+)?$/.test(DataType))
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
  if (!value)
    throw new AwsError(
      'ParameterValueInvalid',
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  if (DataType.startsWith('Number') && !Number.isFinite(Number(value)))
    throw new AwsError(
      'ParameterValueInvalid',
      `Could not cast message attribute '${name}' value to number.`,
    );
};

const readStructure = (text: string): Record<string, string> => {
  let structure: unknown;
  try {
    structure = JSON.parse(text);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const entries = Object.entries(structure as Record<string, unknown>).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  if (!entries.some(([name]) => name === 'default'))
    throw invalid('Message Structure - No default entry in JSON message body');
  return Object.fromEntries(entries);
};
