import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Api, AwsError, type Cloud, type Invocation, type Running } from '../cloud.ts';
import type { PackagedService } from '../cloudformation/templates.ts';
import type { MetricStore } from '../cloudwatch/metrics.ts';
import type { Faults } from '../faults/faults.ts';
import { tracingOf } from '../xray/tracing.ts';
import {
  clientContextOf,
  encode,
  eventOf,
  type InvokeInput,
  nameOf,
  type Output,
  REQUEST_ID,
  route,
  typeOf,
} from './api.ts';
import { createAsyncInvocations } from './async-invocations.ts';
import { createCode } from './code.ts';
import { defineFunctions } from './definition.ts';
import { refusal } from './failures.ts';
import { createFleet } from './fleet.ts';
import { createMemoryGuard } from './memory-guard.ts';
import { createPool, type InvocationRequest, type Pool } from './pool.ts';
import { programSource, writeProgram } from './program.ts';

interface Options {
  readonly templates: readonly PackagedService[];
  /** Whether a debugger is to stop in functions: then none is ever too slow. */
  readonly inspect?: boolean | undefined;
  /** What fails on purpose. */
  readonly faults?: Faults;
  /** What an invocation has to wait for, if anything: its new code. */
  beforeInvocation?(functionName: string): Promise<void> | undefined;
}

interface Lambda extends Running {
  readonly api: Api;
  /** From its next invocation on, the function runs the code in the folder. What is under way ends with the code that it has. */
  renew(functionName: string, codeFolder: string): void;
}

/** Lambda: the packaged functions in worker threads, each started when it is first needed. */
export const start = async (
  cloud: Cloud,
  { templates, inspect = false, faults, beforeInvocation }: Options,
): Promise<Lambda> => {
  // A thread has no time zone of its own, and Lambda's clocks show UTC.
  process.env.TZ = 'UTC';
  const compiledFolder = join(cloud.dataFolder, 'compiled');
  const tracing = tracingOf(cloud);
  const code = createCode({ templates, codeFolder: join(cloud.dataFolder, 'code'), inspect });
  const program = inspect ? programSource : writeProgram(join(cloud.dataFolder, 'program'));
  const shared = {
    compiledFolder,
    program,
    answer: cloud.answer,
    inspect,
    fleet: createFleet(),
    memoryGuard: createMemoryGuard(),
  };
  const functions = new Map(
    defineFunctions(cloud, tracing?.daemonAddress).map((definition) => [definition.name, definition]),
  );
  const pools = new Map<string, Pool>();
  for (const [name, definition] of functions) {
    const { log } = cloud;
    const metrics = cloud.metrics as MetricStore;
    const traced = definition.isTraced ? tracing : undefined;
    const own = { code: code.of(definition), log, metrics, tracing: traced };
    pools.set(name, createPool(definition, { ...shared, ...own }));
  }
  const find = (name: string, qualifier?: string): Pool => {
    const pool = pools.get(name);
    // Versions and aliases are in no template.
    if (pool !== undefined && (qualifier === undefined || qualifier === '$LATEST')) return pool;
    const arn = `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`;
    const asked = qualifier === undefined ? arn : `${arn}:${qualifier}`;
    throw refusal('ResourceNotFoundException', `Function not found: ${asked}`, 404);
  };
  const invoke = (pool: Pool, name: string, request: InvocationRequest): Promise<Invocation> => {
    const run = () =>
      faults === undefined ? pool.invoke(request) : faults.onInvocation(name, () => pool.invoke(request));
    return beforeInvocation?.(name)?.then(run) ?? run();
  };
  const later = createAsyncInvocations(cloud, {
    functions,
    invoke: (name, request) => invoke(find(name), name, request),
  });

  const handle = async (action: string, input: InvokeInput): Promise<Output> => {
    if (action !== 'Invoke') throw new AwsError('UnknownOperationException', `lambda:${action}`, 404);
    const { name, qualifier } = nameOf(input);
    const pool = find(name, qualifier);
    const type = typeOf(input);
    const event = eventOf(input);
    const requestId = randomUUID();
    if (type === 'DryRun') return { StatusCode: 204, [REQUEST_ID]: requestId };
    const request: InvocationRequest = { event, requestId, qualifier, traceHeader: input.TraceHeader };
    if (type === 'Event') {
      later.add(name, request);
      return { StatusCode: 202, [REQUEST_ID]: requestId };
    }
    const answer = await invoke(pool, name, { ...request, clientContext: clientContextOf(input) });
    const { payload: Payload, functionError } = answer;
    const failed = functionError !== undefined && { FunctionError: functionError };
    return { StatusCode: 200, ...failed, Payload, [REQUEST_ID]: requestId };
  };
  return {
    api: {
      route,
      encode: (_action: string, output: Output) => encode(output),
      permissions: (_action: string, input: InvokeInput) => [
        {
          action: 'lambda:InvokeFunction',
          resource: functions.get(nameOf(input).name)?.arn ?? input.FunctionName,
        },
      ],
      handle,
    },
    renew: (functionName, codeFolder) => find(functionName).renew(codeFolder),
    stop: async () => {
      shared.memoryGuard.stop();
      await later.stop();
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
};
