import type { StateError } from './errors.ts';
import { emit, failureDetails, inputDetails, outputDetails, text } from './line.ts';
import type { Line } from './run.ts';

interface Limits {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

interface TaskEvents {
  scheduled(payload: unknown, limits: Limits): void;
  submitted(result: unknown): void;
  /** Returns the result, for the caller to pass on. */
  succeeded(result: unknown): unknown;
  /** Returns the failure, for the caller to throw. */
  failed(failure: StateError): StateError;
}

const isTimeout = ({ error }: StateError) => error === 'States.Timeout';

const seconds = ({ timeoutSeconds, heartbeatSeconds }: Limits) => ({
  ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
  ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
});

/** A resource that is a function's own ARN has events of its own. */
const functionEvents = (line: Line, resource: string): TaskEvents => ({
  scheduled(payload, limits) {
    emit(line, 'LambdaFunctionScheduled', {
      lambdaFunctionScheduledEventDetails: { resource, ...inputDetails(payload), ...seconds(limits) },
    });
    emit(line, 'LambdaFunctionStarted');
  },
  submitted() {},
  succeeded(result) {
    emit(line, 'LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: outputDetails(result) });
    return result;
  },
  failed(failure) {
    if (isTimeout(failure))
      emit(line, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: failureDetails(failure) });
    else emit(line, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: failureDetails(failure) });
    return failure;
  },
});

/** `arn:aws:states:::lambda:invoke.waitForTaskToken` is resource `invoke.waitForTaskToken` of type `lambda`. */
const integration = (resource: string) => {
  const [, resourceType = '', name = ''] =
    /^arn:[^:]*:states:[^:]*:[^:]*:((?:aws-sdk:)?[^:]*):(.*)$/.exec(resource) ?? [];
  return { resource: name, resourceType };
};

const integrationEvents = (line: Line, arn: string): TaskEvents => {
  const named = integration(arn);
  return {
    scheduled(payload, limits) {
      const { region } = line.run.execution;
      emit(line, 'TaskScheduled', {
        taskScheduledEventDetails: { ...named, region, parameters: text(payload), ...seconds(limits) },
      });
      emit(line, 'TaskStarted', { taskStartedEventDetails: named });
    },
    submitted(result) {
      emit(line, 'TaskSubmitted', { taskSubmittedEventDetails: { ...named, ...outputDetails(result) } });
    },
    succeeded(result) {
      emit(line, 'TaskSucceeded', { taskSucceededEventDetails: { ...named, ...outputDetails(result) } });
      return result;
    },
    failed(failure) {
      const details = { ...named, ...failureDetails(failure) };
      if (isTimeout(failure)) emit(line, 'TaskTimedOut', { taskTimedOutEventDetails: details });
      else emit(line, 'TaskFailed', { taskFailedEventDetails: details });
      return failure;
    },
  };
};

/** The events of one attempt at a task, by the kind of its resource. */
export const taskEvents = (line: Line, resource: string): TaskEvents =>
  /^arn:[^:]+:lambda:/.test(resource) ? functionEvents(line, resource) : integrationEvents(line, resource);
