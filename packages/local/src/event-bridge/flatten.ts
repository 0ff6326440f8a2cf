/** One leaf of an event: its path, and in which object of which array it stands. */
export interface Field {
  readonly path: string;
  readonly value: string | number | boolean | null;
  readonly places: ReadonlyMap<number, number>;
}

/**
 * The leaves of an event by path, the elements of an array under the path of the array itself. An empty object or
 * array has none, and so does not exist.
 */
export const flatten = (event: unknown): Map<string, Field[]> => {
  const fields: Field[] = [];
  let arrays = 0;
  const visit = (value: unknown, path: string, places: Field['places']): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, item] of value.entries())
        visit(item, path, isContainer(item) ? new Map([...places, [array, index]]) : places);
    } else if (isContainer(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, path ? `${path}.${key}` : key, places);
    } else if (value !== undefined) {
      fields.push({ path, value: value as Field['value'], places });
    }
  };
  visit(event, '', new Map());
  return Map.groupBy(fields, ({ path }) => path);
};

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
