import { join } from 'node:path';
import * as checks from './checks.ts';
import { runBounded } from './command.ts';
import { type Inventory, newIn, takeInventory } from './inventory.ts';
import { listings } from './listings.ts';
import { notTaken } from './not-taken.ts';
import { packagedServices } from './services.ts';
import { createStacks } from './stacks.ts';

/** Every command ends by then, however busy the machine. */
const LIMIT_MS = 900_000;

export interface StageOptions {
  /** The copy of the shop. */
  readonly copy: string;
  /** Where the framework is told that AWS is. */
  readonly endpoint: string;
  readonly stage: string;
  /** Of everything but the edge. */
  readonly region: string;
  readonly signal: AbortSignal;
  report(line: string): void;
}

/** A stage on the server: what one may do with it, and what is so afterwards. */
export const createStage = async (options: StageOptions) => {
  const { copy, endpoint, stage, region, signal, report } = options;
  const stacks = createStacks(endpoint);
  const regions = [...new Set([region, 'us-east-1'])];
  const before = await takeInventory(endpoint, regions);

  /** Runs the framework as a person does, for all services or within one's folder; `letGo` is a resource that may go. */
  const sls = async (command: string, service?: string, letGo?: string): Promise<string> => {
    const since = performance.now();
    const output = await runBounded(
      {
        file: 'npx',
        args: ['sls', command, '--stage', stage],
        folder: service ? join(copy, 'services', service) : copy,
        env: { ...environment(options), ...(letGo && { LET_GO: letGo }) },
        limitMs: LIMIT_MS,
        signal,
      },
      report,
    );
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    report(`${command} ${service ?? 'all'}: ${seconds} s`);
    return output;
  };

  const deployed = (): Promise<checks.Deployed[]> =>
    Promise.all(
      packagedServices(copy).map(async (service) => ({
        ...service,
        deployed: await stacks.describe(service.region, service.stack),
      })),
    );

  /** Looks at everything that is there. `kept` are resources that were taken out of a template, and stay. */
  const check = async (kept: Inventory = new Set()): Promise<checks.Deployed[]> => {
    const services = await deployed();
    const found = await takeInventory(endpoint, regions);
    complain([
      ...checks.checkStacks(services, notTaken),
      ...checks.checkInventory(services, new Set([...before, ...kept]), found),
      ...(await checks.checkFunctions(endpoint, services)),
      ...(await checks.checkParameters(endpoint, services)),
      ...(await checks.checkAuthorizers(endpoint, services)),
      ...(await checks.checkEdge(endpoint, services)),
      ...(await checks.checkSites(endpoint, services)),
    ]);
    return services;
  };

  /** Removes everything; only what a template retains, or `kept`, may be left. */
  const remove = async (kept: Inventory = new Set()): Promise<void> => {
    const services = await deployed();
    // Parts of what is removed, such as the versions of functions, go with it.
    const retained = services.flatMap(({ template, deployed: { resources } }) =>
      resources
        .filter(({ ResourceType }) => listings[ResourceType as string])
        .filter(
          ({ LogicalResourceId }) =>
            template.Resources[LogicalResourceId as string]?.DeletionPolicy === 'Retain',
        )
        .map(({ ResourceType, PhysicalResourceId }) => `${ResourceType} ${PhysicalResourceId}`),
    );
    await sls('remove');
    const left = newIn(before, await takeInventory(endpoint, regions));
    const expected = new Set([...retained, ...kept]);
    const names = await Promise.all(regions.map((each) => stacks.names(each)));
    complain([
      ...names.flat().map((name) => `${name} is still there`),
      ...left.filter((each) => !expected.has(each)).map((each) => `${each} is left over`),
      ...[...expected].filter((each) => !left.includes(each)).map((each) => `${each} is gone, with its data`),
    ]);
    const types = Object.groupBy(left, (each) => each.split(' ')[0] as string);
    const counts = Object.entries(types).map(([type, those = []]) => `${those.length} ${type}`);
    report(`left, with their data: ${counts.join(', ')}`);
  };

  return { sls, deployed, check, remove };
};

export type Stage = Awaited<ReturnType<typeof createStage>>;

/** Of the person's own nothing is left: a slip must not reach an account. */
const environment = ({ endpoint, region, copy }: StageOptions): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: join(copy, 'home'),
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  // Asks for a stack's state twice a second instead of every five.
  SLS_AWS_MONITORING_FREQUENCY: '500',
});

export const complain = (problems: readonly string[]): void => {
  if (problems.length > 0) throw new Error(problems.join('\n'));
};
