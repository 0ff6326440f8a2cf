import { checkType, isObject, type Json, type Report, schema } from './checks.ts';

/** A Unicode identifier, as UAX #31 has it, of at most 80 characters. */
const VARIABLE = /^\p{ID_Start}\p{ID_Continue}{0,79}$/u;

export const checkAssign = (assign: unknown, place: string, report: Report): void => {
  if (!checkType(assign, 'OBJECT', place, report) || !isObject(assign)) return;
  for (const name of Object.keys(assign)) {
    if (name === 'states') schema(report, "The variable name 'states' is reserved", `${place}/${name}`);
    else if (!VARIABLE.test(name))
      schema(report, `'${name}' is not a valid variable name`, `${place}/${name}`);
  }
};

interface Assigned {
  readonly name: string;
  readonly place: string;
}

/** Every variable that a state assigns, itself, in its rules or in its catchers. */
const assignedBy = (state: Json, place: string): Assigned[] => {
  const parts = (field: 'Choices' | 'Catch') =>
    Array.isArray(state[field])
      ? state[field].map((part, index) => [part, `${place}/${field}[${index}]`] as const)
      : [];
  return [[state, place] as const, ...parts('Choices'), ...parts('Catch')].flatMap(([part, here]) =>
    isObject(part) && isObject(part.Assign)
      ? Object.keys(part.Assign).map((name) => ({ name, place: `${here}/Assign/${name}` }))
      : [],
  );
};

/**
 * Checks that no state inside a Parallel or Map assigns a name that the states around it use, and gives the names
 * that are taken for those inside these states.
 */
export const checkScope = (
  states: Json,
  place: string,
  outer: ReadonlySet<string>,
  report: Report,
): ReadonlySet<string> => {
  const assigned = Object.entries(states).flatMap(([name, state]) =>
    isObject(state) ? assignedBy(state, `${place}/States/${name}`) : [],
  );
  for (const { name, place: here } of assigned)
    if (outer.has(name))
      report(
        'DUPLICATE_VARIABLE_NAME',
        `The variable name '${name}' was already defined in a parent scope.`,
        here,
      );
  return new Set([...outer, ...assigned.map(({ name }) => name)]);
};
