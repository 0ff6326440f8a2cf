import { isObject, type Json, type Report } from './checks.ts';

interface Transition {
  readonly target: unknown;
  readonly place: string;
}

/** Where a state may go, and where in the definition that stands. */
const transitionsOf = (state: Json, place: string): Transition[] => {
  const parts = (field: 'Choices' | 'Catch') =>
    Array.isArray(state[field])
      ? state[field].map((part, index) => ({
          target: isObject(part) ? part.Next : undefined,
          place: `${place}/${field}[${index}]/Next`,
        }))
      : [];
  return [
    { target: state.Next, place: `${place}/Next` },
    { target: state.Default, place: `${place}/Default` },
    ...parts('Choices'),
    ...parts('Catch'),
  ].filter(({ target }) => target !== undefined);
};

const isTerminal = (state: unknown) =>
  isObject(state) && (state.End === true || state.Type === 'Succeed' || state.Type === 'Fail');

const reach = (graph: ReadonlyMap<string, readonly Transition[]>, start: unknown): Set<string> => {
  const reached = new Set<string>();
  const pending = [String(start)];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name) || !graph.has(name)) continue;
    reached.add(name);
    pending.push(...(graph.get(name) ?? []).map(({ target }) => String(target)));
  }
  return reached;
};

/** Checks that each transition leads somewhere, that each state is reached, and that the whole workflow can end. */
export const checkTransitions = (
  { StartAt, States }: { StartAt: unknown; States: Json },
  place: string,
  report: Report,
): void => {
  const graph = new Map(
    Object.entries(States).map(([name, state]) => [
      name,
      isObject(state) ? transitionsOf(state, `${place}/States/${name}`) : [],
    ]),
  );
  const start = StartAt === undefined ? [] : [{ target: StartAt, place: `${place}/StartAt` }];
  for (const { target, place: here } of [...start, ...[...graph.values()].flat()])
    if (typeof target !== 'string' || !graph.has(target))
      report('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${target}`, here);
  if (place === '' && !Object.values(States).some(isTerminal)) {
    report('MISSING_END_STATE', 'Workflow has no terminal state', undefined);
    return;
  }
  const reached = reach(graph, StartAt);
  for (const name of graph.keys())
    if (!reached.has(name))
      report('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${place}/States/${name}`);
};
