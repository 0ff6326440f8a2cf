import type { State, StateMachine, States } from './asl/definition.ts';
import { InvalidDefinition } from './asl/validate.ts';

const innerOf = (state: State): readonly States[] => {
  if (state.Type === 'Parallel') return state.Branches;
  if (state.Type === 'Map') return [state.ItemProcessor ?? state.Iterator ?? { StartAt: '', States: {} }];
  return [];
};

const problemsOf = ({ States }: States, place: string): string[] =>
  Object.entries(States).flatMap(([name, state]) => {
    const here = `${place}/States/${name}`;
    if (state.Type === 'Task') return refusal(state.Resource, `${here}/Resource`);
    return innerOf(state).flatMap((inner, index) => {
      const at = state.Type === 'Parallel' ? `Branches[${index}]` : 'ItemProcessor';
      return problemsOf(inner, `${here}/${at}`);
    });
  });

const refusal = (resource: string, place: string): string[] => {
  const [, pattern] = /(\.sync|\.waitForTaskToken)(?::2)?$/.exec(resource) ?? [];
  const what = resource.includes(':activity:')
    ? 'Activity ARN'
    : pattern && `'${pattern}' service integration`;
  return what ? [`SCHEMA_VALIDATION_FAILED: Express state machine does not support ${what} at ${place}`] : [];
};

/** @throws InvalidDefinition for what an EXPRESS state machine may not have: tasks that wait for longer than it runs */
export const checkExpress = (definition: StateMachine): void => {
  const problems = problemsOf(definition, '');
  if (problems.length > 0) throw new InvalidDefinition(problems);
};
