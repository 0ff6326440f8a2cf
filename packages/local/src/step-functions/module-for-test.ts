import type { Cloud, Running } from '../cloud.ts';
import { type FakeCall, turn } from './fake-cloud.ts';
import { start } from './start.ts';

export const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:emporium-orders-local-OrderWorkflow';
export const RoleArn = 'arn:aws:iam::000000000000:role/OrderWorkflowRole';

/** A state that invokes a function with its input, and gives what that returns. */
export const task = (name: string, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  ...more,
});

/** A state machine as a template has it; it starts with the first state. */
export const machine = (
  States: Record<string, object>,
  {
    arn = ARN,
    definition = {},
    ...properties
  }: { arn?: string; definition?: object; [property: string]: unknown } = {},
) => ({
  type: 'AWS::StepFunctions::StateMachine',
  arn,
  properties: {
    RoleArn,
    DefinitionString: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: Object.keys(States)[0],
      States,
      ...definition,
    }),
    ...properties,
  },
});

/** A function that returns what it is given. */
export const echo = ({ input }: FakeCall) => ({
  StatusCode: 200,
  Payload: (input as { Payload: string }).Payload,
});

const running: Running[] = [];

/** For `afterEach`. */
export const stopAll = async (): Promise<void> => {
  for (const module of running.splice(0)) await module.stop();
};

/** Starts the module and gives its API as a plain function. */
export const open = async (cloud: Cloud) => {
  const module = await start(cloud);
  running.push(module);
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  const ask = async (action: string, input: object = {}): Promise<any> =>
    module.api.handle(action, input as never, { kind: 'root' });
  /** Looks at an execution until it no longer runs. */
  const ended = async (executionArn: string) => {
    for (;;) {
      const execution = await ask('DescribeExecution', { executionArn });
      if (execution.status !== 'RUNNING') return execution;
      await turn();
    }
  };
  const events = async (executionArn: string): Promise<{ id: number; type: string }[]> =>
    (await ask('GetExecutionHistory', { executionArn, maxResults: 1000 })).events;
  return { module, ask, ended, events };
};
