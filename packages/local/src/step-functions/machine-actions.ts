import { parseDefinition } from './asl/validate.ts';
import { checkExpress } from './express-checks.ts';
import { findExecution, findMachine, type Modules } from './find.ts';
import type { Machine } from './machines.ts';
import { type Paging, page } from './page.ts';
import { camel, mapKeys } from './shapes.ts';

const seconds = (time: number) => time / 1000;

const loggingOf = ({
  Level = 'OFF',
  IncludeExecutionData = false,
  Destinations = [],
}: Machine['logging']) => ({
  level: Level,
  includeExecutionData: IncludeExecutionData,
  ...(Destinations.length > 0 && {
    destinations: Destinations.map(({ CloudWatchLogsLogGroup = {} }) => ({
      cloudWatchLogsLogGroup: mapKeys(CloudWatchLogsLogGroup, camel),
    })),
  }),
});

const settingsOf = ({ logging, tracing, encryption }: Machine) => ({
  loggingConfiguration: loggingOf(logging),
  tracingConfiguration: { enabled: tracing },
  encryptionConfiguration: { type: 'AWS_OWNED_KEY', ...mapKeys(encryption, camel) },
});

/** Look at state machines. They come and go with the templates alone. */
export const machineActions = ({ machines, executions }: Modules) => ({
  DescribeStateMachine(input: { readonly stateMachineArn?: string }) {
    const machine = findMachine(machines, input);
    const { arn, name, roleArn, text, type, creationDate } = machine;
    return {
      stateMachineArn: arn,
      name,
      status: 'ACTIVE',
      definition: text,
      roleArn,
      type,
      creationDate: seconds(creationDate),
      ...settingsOf(machine),
    };
  },
  DescribeStateMachineForExecution(input: { readonly executionArn?: string }) {
    const record = findExecution(executions, input);
    const machine = findMachine(machines, record);
    return {
      stateMachineArn: machine.arn,
      name: machine.name,
      definition: executions.definition(record),
      roleArn: record.roleArn,
      updateDate: seconds(machine.creationDate),
      ...settingsOf(machine),
    };
  },
  ListStateMachines(input: Paging) {
    const all = [...machines.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    const { items, nextToken } = page(all, input, {
      place: ({ name }) => name,
      isAfter: (one, other) => one > other,
    });
    const stateMachines = items.map(({ arn, name, type, creationDate }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: seconds(creationDate),
    }));
    return { stateMachines, nextToken };
  },
  ValidateStateMachineDefinition({
    definition = '',
    type = 'STANDARD',
  }: {
    readonly definition?: string;
    readonly type?: string;
  }) {
    const problems = problemsOf(definition, type);
    return { result: problems.length > 0 ? 'FAIL' : 'OK', diagnostics: problems.map(diagnosticOf) };
  },
});

const problemsOf = (definition: string, type: string): readonly string[] => {
  try {
    const machine = parseDefinition(definition);
    if (type === 'EXPRESS') checkExpress(machine);
    return [];
  } catch (error) {
    return (error as { problems?: readonly string[] }).problems ?? [(error as Error).message];
  }
};

/** `CODE: message at /place`, in the fields of its own that this one answer has. */
const diagnosticOf = (problem: string) => {
  const [, code = 'SCHEMA_VALIDATION_FAILED', message = problem, location] =
    /^([A-Z_]+): (.*?)(?: at (\/\S.*|null|\/))?$/s.exec(problem) ?? [];
  const place = location === undefined || location === 'null' ? {} : { location };
  return { severity: 'ERROR', code, message, ...place };
};
