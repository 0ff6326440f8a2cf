import { type Call, camel, type Fields, mapKeys, pascal } from './shapes.ts';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOnSfn = (fields: object, date: (seconds: number) => unknown): Record<string, unknown> =>
  mapKeys(fields, pascal, (value, key) => {
    if (key.endsWith('Date') && typeof value === 'number') return date(value);
    if (Array.isArray(value)) return value.map((item) => (isObject(item) ? fieldsOnSfn(item, date) : item));
    return isObject(value) ? fieldsOnSfn(value, date) : value;
  });

/** An answer of Step Functions as its optimized integration gives it: in order, times in milliseconds. */
export const describedOnSfn = (answer: Fields): Record<string, unknown> => {
  const fields = fieldsOnSfn(answer, (seconds) => Math.round(seconds * 1000));
  return Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** `aws-sdk:sfn`: this API alone has names that begin with a small letter, tasks name all alike. */
export const callSfn = async (call: Call, action: string, input: Fields): Promise<unknown> =>
  fieldsOnSfn(await call('states', action, mapKeys(input, camel)), (seconds) =>
    new Date(seconds * 1000).toISOString(),
  );
