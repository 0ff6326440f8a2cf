import { randomUUID } from 'node:crypto';
import { AwsError } from '../cloud.ts';
import { executionArnOf } from './arn.ts';
import { checkLength, checkName, checkOneOf, readJson } from './checks.ts';
import type { Start } from './executions.ts';
import { assertType, findMachine, type Modules } from './find.ts';
import { STARTED_BY } from './nested.ts';
import { dataOf, type ExecutionRecord } from './record.ts';

interface StartInput {
  readonly stateMachineArn?: string;
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
  readonly [STARTED_BY]?: string;
}

const seconds = (time: number) => time / 1000;

const readStart = ({ name, input = '{}', traceHeader, ...given }: StartInput): Start => {
  if (name !== undefined) checkName(name);
  readJson(input, {
    field: 'input',
    code: 'InvalidExecutionInput',
    what: 'Invalid State Machine Execution Input',
  });
  checkLength('traceHeader', traceHeader, 256);
  const startedBy = given[STARTED_BY];
  return {
    name: name ?? randomUUID(),
    input,
    ...(traceHeader !== undefined && { traceHeader }),
    ...(startedBy !== undefined && { startedBy }),
  };
};

/** A start that is a repeat of the one before. */
const isRepeat = ({ status, ...known }: ExecutionRecord, { input, startedBy }: Start): boolean =>
  (status === 'RUNNING' && known.input === input) ||
  (startedBy !== undefined && startedBy === known.startedBy);

/** Start executions: once under a name, or each time and with an answer that waits. */
export const startActions = ({ machines, executions, express, dataKeys }: Modules) => ({
  async StartExecution(input: StartInput) {
    const machine = findMachine(machines, input);
    const start = readStart(input);
    await dataKeys(machine);
    if (machine.type === 'EXPRESS') {
      const { executionArn, startDate } = express.start(machine, start);
      return { executionArn, startDate: seconds(startDate) };
    }
    const known = executions.find(executionArnOf(machine.arn, start.name));
    if (known && !isRepeat(known, start))
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.executionArn}'`);
    const { executionArn, startDate } = known ?? executions.start(machine, start);
    return { executionArn, startDate: seconds(startDate) };
  },
  async StartSyncExecution({ includedData, ...input }: StartInput & { readonly includedData?: string }) {
    const machine = findMachine(machines, input);
    assertType(machine, 'EXPRESS');
    checkOneOf('includedData', includedData, ['ALL_DATA', 'METADATA_ONLY']);
    const start = readStart(input);
    await dataKeys(machine);
    const record = await express.runToEnd(machine, start);
    const { executionArn, stateMachineArn, name, status, startDate, stopDate = 0, traceHeader } = record;
    return {
      executionArn,
      stateMachineArn,
      name,
      startDate: seconds(startDate),
      stopDate: seconds(stopDate),
      status,
      ...(includedData === 'METADATA_ONLY' ? {} : dataOf(record)),
      ...(traceHeader !== undefined && { traceHeader }),
      // AWS bills by 100 ms, and memory by 64 MB.
      billingDetails: {
        billedDurationInMilliseconds: Math.max(1, Math.ceil((stopDate - startDate) / 100)) * 100,
        billedMemoryUsedInMB: 64,
      },
    };
  },
});
