/** Where a value stands in a body: `['lines', 0, 'quantity']`. */
export type Place = readonly (string | number)[];

/** Every object, list and value of a JSON value, from the outside in. */
export const placesOf = (value: unknown, here: Place = []): Place[] =>
  typeof value === 'object' && value !== null
    ? [
        here,
        ...Object.entries(value).flatMap(([key, child]) =>
          placesOf(child, [...here, Array.isArray(value) ? Number(key) : key]),
        ),
      ]
    : [here];

/** The value at a place. */
export const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>((current, key) => (current as Record<string | number, unknown>)[key], value);

/** JSON text in which another text stands at a place: also one that no `JSON.stringify` would write. */
export const withText = (value: unknown, place: Place, text: string): string => {
  const hole = '\uf8ff';
  return JSON.stringify(withValue(value, place, hole)).replace(`"${hole}"`, () => text);
};

/** The value with another one at a place. */
export const withValue = (value: unknown, [key, ...rest]: Place, next: unknown): unknown => {
  if (key === undefined) return next;
  const changed = withValue((value as Record<string | number, unknown>)[key], rest, next);
  return Array.isArray(value) ? value.with(key as number, changed) : { ...(value as object), [key]: changed };
};
