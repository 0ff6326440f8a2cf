import { compilePattern, matches } from '../event-bridge/pattern.ts';
import type { Attributes, Message } from './message.ts';

/** Whether a subscription wants a message. */
export type Filter = (message: Message) => boolean;

/** An attribute as a policy sees it; a binary one only exists. */
const seenAs = ({ DataType, StringValue = '' }: Attributes[string]): unknown => {
  if (DataType.startsWith('Number')) return Number(StringValue);
  if (DataType === 'String.Array') return parse(StringValue) ?? StringValue;
  return DataType.startsWith('Binary') ? '' : StringValue;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * SNS's filter policies are EventBridge's patterns, on a message's attributes or on its body; one that asks for
 * nothing lets everything through.
 *
 * @throws InvalidEventPattern for what is no policy
 */
export const compileFilter = (policy: unknown, scope: 'MessageAttributes' | 'MessageBody'): Filter => {
  const value = typeof policy === 'string' ? parse(policy) : policy;
  if (
    policy === undefined ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  )
    return () => true;
  const pattern = compilePattern(value);
  if (scope === 'MessageBody')
    return ({ text }) => {
      const body = parse(text);
      return typeof body === 'object' && body !== null && !Array.isArray(body) && matches(pattern, body);
    };
  return ({ attributes }) =>
    matches(
      pattern,
      Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, seenAs(value)])),
    );
};
