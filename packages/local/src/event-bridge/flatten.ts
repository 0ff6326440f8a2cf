/** One leaf of an event: its value, and in which object of which array it stands. */
export interface Field {
  readonly value: string | number | boolean | null;
  readonly places: Places;
}

/** An element's index by array; a value that stands in no array has none. */
export type Places = ReadonlyMap<number, number>;

const NOWHERE: Places = new Map();

/**
 * The leaves of an event by path, the elements of an array under the path of the array itself. An empty object or
 * array has none, and so does not exist. Steps that `isUsed` denies are left out.
 */
export const flatten = (event: unknown, isUsed: (step: string) => boolean): Map<string, Field[]> => {
  const fields = new Map<string, Field[]>();
  let arrays = 0;
  const visit = (value: unknown, path: string | undefined, places: Places): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, item] of value.entries())
        visit(item, path, isContainer(item) ? new Map([...places, [array, index]]) : places);
    } else if (isContainer(value)) {
      for (const [key, item] of Object.entries(value))
        if (isUsed(key)) visit(item, path === undefined ? key : `${path}.${key}`, places);
    } else if (value !== undefined && path !== undefined) {
      const field = { value: value as Field['value'], places };
      const known = fields.get(path);
      if (known === undefined) fields.set(path, [field]);
      else known.push(field);
    }
  };
  visit(event, undefined, NOWHERE);
  return fields;
};

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Both together, or nothing where they mean different elements of the same array. */
export const joinPlaces = (one: Places, other: Places): Places | undefined => {
  if (other.size === 0) return one;
  if (one.size === 0) return other;
  for (const [array, index] of other) if ((one.get(array) ?? index) !== index) return undefined;
  return new Map([...one, ...other]);
};

/** Where a match starts: in no array yet. */
export const nowhere = NOWHERE;
