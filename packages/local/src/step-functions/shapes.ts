import { randomUUID } from 'node:crypto';

export type Fields = Readonly<Record<string, unknown>>;
export type Call = <Output = Fields>(prefix: string, action: string, input: unknown) => Promise<Output>;

/** What an integration sends as text, be it given as a value or as text. */
export const asText = (value: unknown): unknown =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value);

export const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
export const camel = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

export const mapKeys = (
  fields: object,
  rename: (key: string) => string,
  convert: (value: unknown, key: string) => unknown = (value) => value,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [rename(key), convert(value, key)]));

/** The result of an optimized integration: AWS's answer, and what is known of the HTTP exchange. */
export const withMetadata = (answer: Fields, headers: Fields = {}, status = 200): Fields => {
  const RequestId = randomUUID();
  return {
    ...answer,
    SdkHttpMetadata: {
      AllHttpHeaders: { ...mapKeys(headers, String, (value) => [value]), 'x-amzn-RequestId': [RequestId] },
      HttpHeaders: { ...headers, 'x-amzn-RequestId': RequestId },
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId },
  };
};
