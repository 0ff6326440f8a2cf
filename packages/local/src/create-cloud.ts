import {
  type Api,
  AwsError,
  type Caller,
  type Cloud,
  type Invocation,
  type Log,
  type Resource,
} from './cloud.ts';
import { loadResources } from './cloudformation/start.ts';
import type { PackagedService } from './cloudformation/templates.ts';
import { createMetrics } from './cloudwatch/metrics.ts';
import { lockDataFolder } from './data-folder.ts';
import { checkMembers } from './endpoint/members.ts';
import { startEndpoint } from './endpoint/start.ts';
import { createFaults, type Faults } from './faults/faults.ts';
import { createAuthorize } from './iam/authorize.ts';
import { accessKeyOf, rootAccessKey } from './iam/credentials.ts';
import { checkTrust } from './iam/trust.ts';
import { noteUsageIn } from './iam/usage.ts';
import { openStores } from './store.ts';

interface Options {
  readonly templates: readonly PackagedService[];
  readonly dataFolder: string;
  readonly endpointPort: number;
  readonly stage: string;
  readonly region: string;
  readonly log: Log;
  readonly usageFolder?: string | undefined;
}

interface Ground {
  readonly cloud: Cloud;
  readonly faults: Faults;
  /** Puts a module's API behind the endpoint and `cloud.call`. */
  provide(prefix: string, api: Api): void;
  close(): Promise<void>;
}

/** The account number that stands in every local ARN. */
const ACCOUNT_ID = '000000000000';

/** The ground that the modules stand on: data folder, endpoint, resources, permissions. */
export const createCloud = async (options: Options): Promise<Ground> => {
  const { stage, region, log, dataFolder } = options;
  const unlock = await lockDataFolder(dataFolder);
  const undo: (() => unknown)[] = [unlock];
  const close = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const stores = openStores(dataFolder, log);
    undo.push(() => stores.close());
    const apis = new Map<string, Api>();
    const endpoint = await startEndpoint(options.endpointPort);
    undo.push(() => endpoint.stop());
    const resources = loadResources(options.templates, {
      stage,
      region,
      accountId: ACCOUNT_ID,
      endpoint: endpoint.url,
      log,
    });
    const byType = Map.groupBy(resources, ({ type }) => type);
    const find = (prefix: string): Api => {
      const api = apis.get(prefix);
      if (api === undefined)
        throw new AwsError('UnknownOperationException', `${prefix} does not run locally`, 404);
      return api;
    };
    const cloud: Cloud = {
      region,
      accountId: ACCOUNT_ID,
      stage,
      dataFolder,
      endpoint: endpoint.url,
      log,
      resources,
      ofType: <P>(type: string) => (byType.get(type) ?? []) as unknown as readonly Resource<P>[],
      call: async <Output>(caller: Caller, prefix: string, action: string, input: unknown) => {
        const api = find(prefix);
        checkMembers(prefix, input as object);
        authorize(caller, api.permissions(action, input as never));
        return (await api.handle(action, input as never, caller)) as Output;
      },
      answer: endpoint.answer,
      invoke: async (FunctionName, Payload, { traceHeader } = {}) => {
        const input = { FunctionName, Payload, TraceHeader: traceHeader };
        const answer = (await find('lambda').handle('Invoke', input as never, {
          kind: 'root',
        })) as { Payload: string; FunctionError?: 'Unhandled' };
        return {
          payload: answer.Payload,
          ...(answer.FunctionError !== undefined && { functionError: answer.FunctionError }),
        } satisfies Invocation;
      },
      metrics: createMetrics(),
      store: (name) => stores.open(name),
    };
    const { usageFolder } = options;
    const authorize = createAuthorize(cloud, usageFolder ? noteUsageIn(usageFolder) : undefined);
    checkTrust(cloud);
    const callers = callersByAccessKey(cloud);
    endpoint.serve({
      region,
      find,
      authorize,
      caller: (accessKey) => callers.get(accessKey),
      failed: (call, error) => log.error('endpoint', `${call} failed: ${(error as Error)?.stack ?? error}`),
    });
    const faults = createFaults({ cloud });
    return {
      cloud,
      faults,
      provide: (prefix, api) => void apis.set(prefix, faults.onApi(prefix, api)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Each function has credentials of its own; so every call tells which function makes it. */
const callersByAccessKey = (cloud: Cloud): Map<string, Caller> => {
  const callers = new Map<string, Caller>([[rootAccessKey, { kind: 'root' }]]);
  for (const { ref, properties } of cloud.ofType<{ Role: string }>('AWS::Lambda::Function')) {
    callers.set(accessKeyOf(ref), { kind: 'role', roleArn: properties.Role, name: ref });
  }
  return callers;
};
