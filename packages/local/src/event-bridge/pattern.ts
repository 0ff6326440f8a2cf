import { type Conditions, compilePattern, type Pattern } from './compile.ts';
import { type Field, flatten, joinPlaces, nowhere, type Places } from './flatten.ts';

export { compilePattern, type Pattern };

/** Fields that stand in an array's elements have to match within one and the same element. */
const matchFrom = (
  conditions: Conditions,
  index: number,
  fields: ReadonlyMap<string, readonly Field[]>,
  places: Places,
): boolean => {
  const condition = conditions[index];
  if (condition === undefined) return true;
  const [path, matchers] = condition;
  let isAbsent = true;
  for (const field of fields.get(path) ?? []) {
    const joined = joinPlaces(places, field.places);
    if (joined === undefined) continue;
    isAbsent = false;
    const accepts = matchers.some(({ test }) => test !== 'absent' && test(field.value));
    if (accepts && matchFrom(conditions, index + 1, fields, joined)) return true;
  }
  // Absent is what the elements chosen so far do not have; other elements may.
  return (
    isAbsent &&
    matchers.some(({ test }) => test === 'absent') &&
    matchFrom(conditions, index + 1, fields, places)
  );
};

const holds = ({ alternatives }: Pattern, fields: ReadonlyMap<string, readonly Field[]>): boolean =>
  alternatives.some((conditions) => matchFrom(conditions, 0, fields, nowhere));

// A key with a dot in it may be several steps of a path.
const usedIn = (steps: ReadonlySet<string>) => (step: string) => steps.has(step) || step.includes('.');

/** Whether an event matches a compiled pattern. */
export const matches = (pattern: Pattern, event: unknown): boolean =>
  holds(pattern, flatten(event, usedIn(pattern.steps)));

/** Selects, of things with a pattern, those whose pattern matches an event. It looks at the event once. */
export const createSelector = <T extends { readonly pattern: Pattern }>(
  things: readonly T[],
): ((event: unknown) => readonly T[]) => {
  const isUsed = usedIn(new Set(things.flatMap(({ pattern }) => [...pattern.steps])));
  return (event) => {
    const fields = flatten(event, isUsed);
    return things.filter(({ pattern }) => holds(pattern, fields));
  };
};

/**
 * Tells whether an event matches an EventBridge event pattern.
 *
 * @param pattern as JSON text or its value
 * @param event as JSON text or its value
 * @throws InvalidEventPattern for a pattern that EventBridge would refuse
 * @example
 * matchesEventPattern({ source: [{ prefix: 'emporium.' }] }, { source: 'emporium.orders' }); // true
 */
export const matchesEventPattern = (pattern: unknown, event: unknown): boolean =>
  matches(compilePattern(pattern), typeof event === 'string' ? JSON.parse(event) : event);
