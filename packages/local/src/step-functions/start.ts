import type { Api, Cloud, Running } from '../cloud.ts';
import { createApi } from './api.ts';
import { createExecutions } from './executions.ts';
import { readMachines } from './machines.ts';

/** Step Functions: the state machines of the templates. Executions that were under way go on. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const machines = readMachines(cloud);
  const executions = createExecutions(cloud, cloud.store('step-functions'));
  // Not before every module is up: a task's first call may go to any of them.
  const resume = setImmediate(executions.interrupted());
  return {
    api: createApi(machines, executions),
    stop: async () => {
      clearImmediate(resume);
      executions.suspend();
    },
  };
};
