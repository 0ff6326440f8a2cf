/**
 * What a key of a cache holds: `=` and a value in JSON, `-` for there being none, or `?` and a token, by which one
 * reader holds the right to store what it loads.
 */
export type Found<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'lease' }
  | { readonly kind: 'garbage' };

export const encodeLease = (token: string): string => `?${token}`;

export const encodeValue = (value: unknown): string => {
  const json = JSON.stringify(value);
  return json === undefined ? '-' : `=${json}`;
};

export const decode = <Value>(text: string): Found<Value> => {
  if (text === '-') return { kind: 'value', value: undefined as Value };
  if (text.startsWith('?')) return { kind: 'lease' };
  if (!text.startsWith('=')) return { kind: 'garbage' };
  try {
    return { kind: 'value', value: JSON.parse(text.slice(1)) as Value };
  } catch {
    return { kind: 'garbage' };
  }
};
