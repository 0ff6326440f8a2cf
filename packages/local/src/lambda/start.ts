import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Api, AwsError, type Cloud, type Running, type WireAnswer } from '../cloud.ts';
import type { PackagedService } from '../cloudformation/templates.ts';
import type { Faults } from '../faults/faults.ts';
import { createAsyncInvocations } from './async-invocations.ts';
import { unpack } from './code.ts';
import { defineFunctions } from './definition.ts';
import { createFleet } from './fleet.ts';
import { createPool, type Pool } from './pool.ts';

interface InvokeInput {
  /** Name or ARN, with or without a version. */
  readonly FunctionName: string;
  readonly InvocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  /** JSON text, or a value that becomes it. */
  readonly Payload?: unknown;
}

interface Output {
  readonly StatusCode: number;
  readonly FunctionError?: 'Unhandled';
  /** JSON text. */
  readonly Payload?: string;
}

/** 6 MB: Lambda's limit of a request and of an answer. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Lambda: the packaged functions in worker threads, each started when it is first needed. */
export const start = async (
  cloud: Cloud,
  {
    templates,
    faults,
    beforeInvocation,
  }: {
    readonly templates: readonly PackagedService[];
    readonly faults?: Faults;
    beforeInvocation?(functionName: string): Promise<void> | undefined;
  },
): Promise<Running & { api: Api; renew(functionName: string, codeFolder: string): void }> => {
  const codeFolder = join(cloud.dataFolder, 'code');
  const compiledFolder = join(cloud.dataFolder, 'compiled');
  const folders = new Map(templates.map(({ service, buildFolder }) => [service, buildFolder]));
  const fleet = createFleet();
  const pools = new Map<string, Pool>();
  const arns = new Map<string, string>();
  for (const definition of defineFunctions(cloud)) {
    const folder = () => unpack(definition.s3Key, folders.get(definition.service) ?? '', codeFolder);
    pools.set(definition.name, createPool(definition, { folder, compiledFolder, log: cloud.log, fleet }));
    arns.set(definition.name, definition.arn);
  }
  const invoke = (name: string, event: string) => {
    const pool = pools.get(name);
    if (pool !== undefined) {
      const run = () =>
        faults === undefined ? pool.invoke(event) : faults.onInvocation(name, () => pool.invoke(event));
      return beforeInvocation?.(name)?.then(run) ?? run();
    }
    const message = `Function not found: arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`;
    throw new AwsError('ResourceNotFoundException', message, 404);
  };
  const later = createAsyncInvocations(cloud, invoke);

  const handle = async (action: string, input: InvokeInput): Promise<Output> => {
    if (action !== 'Invoke') throw new AwsError('UnknownOperationException', `lambda:${action}`, 404);
    const name = nameOf(input.FunctionName);
    const event = typeof input.Payload === 'string' ? input.Payload : JSON.stringify(input.Payload ?? null);
    check(event);
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    if (input.InvocationType === 'Event') {
      later.add(name, event);
      return { StatusCode: 202 };
    }
    const { payload, functionError } = await invoke(name, event);
    return {
      StatusCode: 200,
      Payload: payload,
      ...(functionError !== undefined && { FunctionError: functionError }),
    };
  };
  return {
    api: {
      route,
      encode: (_action: string, output: Output) => encode(output),
      permissions: (_action: string, { FunctionName }: InvokeInput) => [
        { action: 'lambda:InvokeFunction', resource: arns.get(nameOf(FunctionName)) ?? FunctionName },
      ],
      handle,
    },
    renew: (functionName, codeFolder) => pools.get(functionName)?.renew(codeFolder),
    stop: async () => {
      await later.stop();
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
};

const route: NonNullable<Api['route']> = ({ method, path, query, headers, body }) => {
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  if (method !== 'POST' || name === undefined) return undefined;
  const input = {
    FunctionName: decodeURIComponent(name),
    InvocationType: headers['x-amz-invocation-type'] ?? 'RequestResponse',
    Qualifier: query.get('Qualifier') ?? undefined,
    Payload: body.length === 0 ? 'null' : body.toString(),
  };
  return { action: 'Invoke', input };
};

const encode = ({ StatusCode, FunctionError, Payload = '' }: Output): WireAnswer => ({
  status: StatusCode,
  headers: {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    'x-amz-executed-version': '$LATEST',
    ...(FunctionError !== undefined && { 'x-amz-function-error': FunctionError }),
  },
  body: Payload,
});

const nameOf = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? '') : (nameOrArn.split(':')[0] ?? '');

const check = (event: string): void => {
  if (Buffer.byteLength(event) > MAX_PAYLOAD_BYTES) {
    const message = `Request must be smaller than ${MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  try {
    JSON.parse(event);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
};
