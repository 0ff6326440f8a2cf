import { assertSize, assertVariables } from './json.ts';
import { evaluate, type Scope } from './jsonata.ts';
import { stateOf } from './line.ts';
import type { Line, Step } from './run.ts';

const contextOf = ({ run: { execution }, frame, mapItem }: Line, recoverable: boolean) => ({
  Execution: {
    Id: execution.id,
    Input: execution.input,
    StartTime: execution.startTime,
    Name: execution.name,
    RoleArn: execution.roleArn,
    RedriveCount: execution.redriveCount ?? 0,
    ...(execution.redriveTime === undefined ? {} : { RedriveTime: execution.redriveTime }),
  },
  StateMachine: { Id: execution.stateMachineId, Name: execution.stateMachineName },
  State: {
    Name: frame.state,
    EnteredTime: frame.enteredTime,
    ...(recoverable ? { RetryCount: frame.retryCount } : {}),
  },
  ...(frame.token === undefined ? {} : { Task: { Token: frame.token } }),
  ...(mapItem === undefined ? {} : { Map: { Item: mapItem } }),
});

/** What an expression sees: the variables, and `$states` with `result` or `errorOutput` where there is one. */
export const scopeOf = (line: Line, extra: Record<string, unknown> = {}): Scope => {
  let bindings: Record<string, unknown> | undefined;
  return () => {
    const { Type } = stateOf(line);
    const recoverable = Type === 'Task' || Type === 'Parallel' || Type === 'Map';
    bindings ??= {
      ...line.frame.variables,
      states: { input: line.frame.input, context: contextOf(line, recoverable), ...extra },
    };
    return bindings;
  };
};

const NOTHING: Step['assigned'] = {};

interface Source {
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output?: unknown;
}

/**
 * Evaluates Assign and Output of a state, a choice rule or a catcher, both with the variables as they were before.
 *
 * @param prefix where `source` stands in the state, such as `Choices[0]/`
 */
export const produce = async (
  line: Line,
  source: Source,
  {
    fallback,
    next,
    extra,
    prefix = '',
  }: {
    fallback: unknown;
    next: string | undefined;
    extra?: Record<string, unknown>;
    prefix?: string;
  },
): Promise<Step> => {
  const scope = scopeOf(line, extra);
  const assigned = (await evaluate(source.Assign ?? NOTHING, `${prefix}Assign`, scope)) as Step['assigned'];
  if (assigned !== NOTHING)
    assertVariables(line.frame.state, assigned, { ...line.frame.variables, ...assigned });
  const output =
    source.Output === undefined ? fallback : await evaluate(source.Output, `${prefix}Output`, scope);
  assertSize(line.frame.state, output);
  return { output, assigned, next };
};
