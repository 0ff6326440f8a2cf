import type { Api, Cloud, Running } from '../cloud.ts';
import { encryptedAtRest } from '../kms/at-rest.ts';
import { createSteadyClock } from '../steady-clock.ts';
import { createApi } from './api.ts';
import { createCallbacks } from './callbacks.ts';
import { createDataKeys } from './data-keys.ts';
import { createExecutionStore } from './execution-store.ts';
import { createExecutions } from './executions.ts';
import { createExpress } from './express.ts';
import { readMachines } from './machines.ts';
import { createPruning } from './pruning.ts';

/** Step Functions: the state machines of the templates. Executions that were under way go on. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const store = cloud.store('step-functions');
  const machines = readMachines(cloud, store);
  const callbacks = createCallbacks(store);
  const pruning = createPruning(store);
  const executions = createExecutions(cloud, {
    store: createExecutionStore(store),
    callbacks,
    onEnd: pruning.closed,
  });
  const express = createExpress(cloud, { store, machines, nested: executions.nested });
  const interrupted = [executions.interrupted(), express.interrupted()];
  // Not before every module is up: a task's first call may go to any of them.
  const resume = setImmediate(() => {
    for (const goOn of interrupted) goOn();
  });
  const dataKeys = createDataKeys(cloud, createSteadyClock());
  const api = createApi({ machines, executions, express, callbacks, dataKeys });
  return {
    api: encryptedAtRest(cloud, 'AWS::StepFunctions::StateMachine', api),
    stop: async () => {
      clearImmediate(resume);
      pruning.stop();
      executions.suspend();
      express.suspend();
    },
  };
};
