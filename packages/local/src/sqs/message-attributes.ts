import { hash } from 'node:crypto';
import { AwsError } from '../cloud.ts';
import { invalidParameter } from './errors.ts';

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** Ten to a message, on AWS too. */
const MAX_ATTRIBUTES = 10;

/** Throws what AWS says of attributes that it does not take. */
export const checkAttributes = (attributes: MessageAttributes): void => {
  const names = Object.keys(attributes);
  if (names.length > MAX_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const name of names) checkAttribute(name, attributes[name] as MessageAttribute);
};

const checkAttribute = (name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void => {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || name.length > 256 || /^(aws|amazon)\./i.test(name)) {
    throw invalidParameter(
      "Message (user) attribute name is invalid. Can only include alphanumeric characters, hyphens, underscores, or dots, and can't start with AWS. or Amazon.",
    );
  }
  const type = DataType?.split('.')[0];
  if (type !== 'String' && type !== 'Number' && type !== 'Binary') {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value = type === 'Binary' ? BinaryValue : StringValue;
  if (!value) {
    throw invalidParameter(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`,
    );
  }
  if (type === 'Number' && Number.isNaN(Number(value))) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  if (type !== 'Binary') checkText(value);
};

/** XML's characters, which are all that a message may hold. */
const OTHER_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export const checkText = (text: string): void => {
  if (!OTHER_CHARACTER.test(text)) return;
  throw new AwsError(
    'InvalidMessageContents',
    `Invalid binary character was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`,
  );
};

/** What counts towards the size of a message: body, and each attribute's name, type and value. */
export const sizeOf = (body: string, attributes: MessageAttributes | undefined): number => {
  let size = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes ?? {})) {
    size +=
      Buffer.byteLength(name) + Buffer.byteLength(DataType ?? '') + Buffer.byteLength(StringValue ?? '');
    size += BinaryValue === undefined ? 0 : Buffer.byteLength(BinaryValue, 'base64');
  }
  return size;
};

/** The digest that a client compares with its own: names in order, each part after its length. */
export const md5OfAttributes = (attributes: MessageAttributes): string => {
  const parts: Buffer[] = [];
  const add = (value: Buffer) => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(value.length);
    parts.push(length, value);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes).sort(byName)) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    const isBinary = DataType.startsWith('Binary');
    parts.push(Buffer.of(isBinary ? 2 : 1));
    add(isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? ''));
  }
  return hash('md5', Buffer.concat(parts));
};

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
