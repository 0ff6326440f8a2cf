import type { Cloud } from '../cloud.ts';
import type { ExecutionRecord } from './record.ts';

const ENDS = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
} as const;

type Ended = Pick<ExecutionRecord, 'stateMachineArn' | 'startDate' | 'stopDate' | 'status'>;

const count = (cloud: Cloud, stateMachineArn: string, name: string): void =>
  cloud.metrics.put({
    namespace: 'AWS/States',
    name,
    dimensions: { StateMachineArn: stateMachineArn },
    value: 1,
  });

export const countStart = (cloud: Cloud, stateMachineArn: string): void =>
  count(cloud, stateMachineArn, 'ExecutionsStarted');

export const countRedrive = (cloud: Cloud, stateMachineArn: string): void =>
  count(cloud, stateMachineArn, 'ExecutionsRedriven');

/** How an execution ended, and how long it took. */
export const countEnd = (cloud: Cloud, { stateMachineArn, startDate, stopDate = 0, status }: Ended): void => {
  if (status === 'RUNNING') return;
  count(cloud, stateMachineArn, ENDS[status]);
  cloud.metrics.put({
    namespace: 'AWS/States',
    name: 'ExecutionTime',
    dimensions: { StateMachineArn: stateMachineArn },
    value: stopDate - startDate,
    unit: 'Milliseconds',
  });
};
