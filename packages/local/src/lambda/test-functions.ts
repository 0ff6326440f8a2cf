import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud, Datum, Invocation, Running } from '../cloud.ts';
import { createCloud } from '../create-cloud.ts';
import { functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { start } from './start.ts';

interface Options {
  /** `name → source of index.js`. */
  readonly functions: Record<string, string>;
  /** `name → properties of the function in its template`; `allow` is what its role may do. */
  readonly properties?: Record<string, Parameters<typeof functionForTest>[1]>;
  readonly resources?: Record<string, unknown>;
  /** What runs besides Lambda, by IAM prefix. */
  readonly modules?: Record<string, (cloud: Cloud) => Promise<Running>>;
  readonly inspect?: boolean;
  readonly dataFolder?: string;
}

/** Runs functions and nothing else but the modules that a test asks for. Functions are called `emporium-shop-local-<name>`. */
export const startFunctions = async (options: Options) => {
  const { functions, properties = {}, resources = {}, modules = {}, inspect } = options;
  const { dataFolder = mkdtempSync(join(tmpdir(), 'lambda-')) } = options;
  const log = recordingLog();
  const definitions = Object.keys(functions).map((name) =>
    functionForTest(name, { MemorySize: 128, Timeout: 10, ...properties[name] }),
  );
  const templates = [packageForTest({ functions, resources: Object.assign({}, ...definitions, resources) })];
  const ground = await createCloud({
    templates,
    dataFolder,
    endpointPort: 0,
    stage: 'local',
    region: 'us-east-1',
    log,
  });
  const counted: Datum[] = [];
  const cloud: Cloud = { ...ground.cloud, metrics: { put: (datum) => void counted.push(datum) } };
  const running: Running[] = [];
  for (const [prefix, startModule] of Object.entries(modules)) {
    const module = await startModule(cloud);
    running.push(module);
    if (module.api !== undefined) ground.provide(prefix, module.api);
  }
  const lambda = await start(cloud, { templates, inspect });
  ground.provide('lambda', lambda.api);

  const call = (name: string, input: object = {}) =>
    cloud.call<{ StatusCode: number; Payload?: string; FunctionError?: string }>(
      { kind: 'root' },
      'lambda',
      'Invoke',
      { FunctionName: `emporium-shop-local-${name}`, ...input },
    );
  return {
    cloud,
    log,
    lambda,
    dataFolder,
    codeOf: (name: string) => join(templates[0]?.buildFolder ?? '', name),
    call,
    /** What the function answers, its JSON parsed. */
    invoke: async (name: string, event: unknown = {}) => {
      const { payload, functionError }: Invocation = await cloud.invoke(`emporium-shop-local-${name}`, event);
      return { functionError, answer: JSON.parse(payload) };
    },
    send: (name: string, event: unknown = {}) =>
      call(name, { InvocationType: 'Event', Payload: JSON.stringify(event) }),
    /** The sum of a metric of a function so far; undefined where it was never put. */
    counted: (metric: string, name: string) => {
      const values = counted
        .filter(({ namespace }) => namespace === 'AWS/Lambda')
        .filter(({ name: of, dimensions }) => of === metric && dimensions.FunctionName?.endsWith(`-${name}`));
      return values.length === 0 ? undefined : values.reduce((sum, { value }) => sum + value, 0);
    },
    stop: async () => {
      await lambda.stop();
      for (const module of running.toReversed()) await module.stop();
      await ground.close();
    },
  };
};

export type Functions = Awaited<ReturnType<typeof startFunctions>>;
