import type { StateError } from './errors.ts';
import { text } from './json.ts';
import { emit, failureDetails, inputDetails, outputDetails } from './line.ts';
import type { Line } from './run.ts';

interface Settings {
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  /** The role that the task is done as, where it is not the state machine's. */
  readonly roleArn?: string;
}

export interface TaskEvents {
  /** What AWS calls the task in the cause of a result that is too large. */
  readonly name: string;
  scheduled(payload: unknown, settings: Settings): void;
  /** `answer` is unknown where nobody but the integration itself could see it. */
  submitted(answer?: unknown): void;
  succeeded(result: unknown): void;
  failed(failure: StateError): void;
}

const settingsDetails = ({ timeoutSeconds, heartbeatSeconds, roleArn }: Settings) => ({
  ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
  ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  ...(roleArn === undefined ? {} : { taskCredentials: { roleArn } }),
});

const failedOrTimedOut = ({ error }: StateError) => (error === 'States.Timeout' ? 'TimedOut' : 'Failed');

/** A function or an activity that the resource names by its own ARN has events of its own kind. */
const ownEvents = (line: Line, resource: string, kind: 'LambdaFunction' | 'Activity'): TaskEvents => {
  const details = kind === 'Activity' ? 'activity' : 'lambdaFunction';
  return {
    name: resource,
    scheduled(payload, settings) {
      emit(line, `${kind}Scheduled`, {
        [`${details}ScheduledEventDetails`]: {
          resource,
          ...inputDetails(payload),
          ...settingsDetails(settings),
        },
      });
      emit(line, `${kind}Started`);
    },
    submitted() {},
    succeeded(result) {
      emit(line, `${kind}Succeeded`, { [`${details}SucceededEventDetails`]: outputDetails(result) });
    },
    failed(failure) {
      const how = failedOrTimedOut(failure);
      emit(line, `${kind}${how}`, { [`${details}${how}EventDetails`]: failureDetails(failure) });
    },
  };
};

/** `arn:aws:states:::lambda:invoke.waitForTaskToken` is resource `invoke.waitForTaskToken` of type `lambda`. */
const integrationOf = (resource: string) => {
  const [, resourceType = '', name = ''] =
    /^arn:[^:]*:states:[^:]*:[^:]*:((?:aws-sdk:)?[^:]*):(.*)$/.exec(resource) ?? [];
  return { resource: name, resourceType };
};

const integrationEvents = (line: Line, arn: string): TaskEvents => {
  const named = integrationOf(arn);
  return {
    name: named.resourceType,
    scheduled(payload, settings) {
      const { region } = line.run.execution;
      emit(line, 'TaskScheduled', {
        taskScheduledEventDetails: {
          ...named,
          region,
          parameters: text(payload),
          ...settingsDetails(settings),
        },
      });
      emit(line, 'TaskStarted', { taskStartedEventDetails: named });
    },
    submitted(answer) {
      const output = answer === undefined ? {} : outputDetails(answer);
      emit(line, 'TaskSubmitted', { taskSubmittedEventDetails: { ...named, ...output } });
    },
    succeeded(result) {
      emit(line, 'TaskSucceeded', { taskSucceededEventDetails: { ...named, ...outputDetails(result) } });
    },
    failed(failure) {
      const how = failedOrTimedOut(failure);
      emit(line, `Task${how}`, { [`task${how}EventDetails`]: { ...named, ...failureDetails(failure) } });
    },
  };
};

/** The events of one attempt at a task, by the kind of its resource. */
export const taskEvents = (line: Line, resource: string): TaskEvents => {
  if (/^arn:[^:]+:lambda:/.test(resource)) return ownEvents(line, resource, 'LambdaFunction');
  if (/^arn:[^:]+:states:[^:]+:[^:]*:activity:/.test(resource)) return ownEvents(line, resource, 'Activity');
  return integrationEvents(line, resource);
};
