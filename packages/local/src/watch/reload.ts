import { join } from 'node:path';
import { type BuildOptions, stop as stopBundler } from 'esbuild';
import type { Log } from '../cloud.ts';
import type { PackagedService } from '../cloudformation/templates.ts';
import type { Backlog } from './backlog.ts';
import { type Bundle, bundle, readBundles } from './bundles.ts';
import { createCodeFolders } from './code-folders.ts';
import { containing, mayContain } from './containing.ts';
import { explain } from './explain.ts';
import { createPriorities } from './priorities.ts';

export interface ReloadOptions {
  /** Where `serverless-compose.yml` stands. */
  readonly root: string;
  readonly dataFolder: string;
  readonly log: Log;
  /** Whether a debugger is to find the sources. */
  readonly inspect: boolean;
  /** Lets an invocation wait for the code that it is to run. */
  readonly backlog: Backlog;
  /** Makes a function run the code of a folder from its next invocation on. */
  renew(functionName: string, codeFolder: string): void;
}

export interface Reloader {
  /** Bundles the functions that contain one of the files, each at once when it is invoked. Gives whether there is any. */
  reload(services: readonly PackagedService[], files: ReadonlySet<string>): Promise<boolean>;
  /** Ends a reload soon, as more has changed: what is left of it goes with the next one. */
  interrupt(): void;
  /** Whatever was reloaded is in the packages by now. */
  forget(): void;
  stop(): void;
}

/** The functions of one service that contain, or may contain, what has changed. */
interface Job {
  readonly service: string;
  readonly how: BuildOptions;
  readonly bundles: readonly Bundle[];
  /** What has changed since the last success. */
  readonly changed: ReadonlySet<string>;
}

/** How many functions that nobody waits for are bundled at once: each more saves reading the same packages again, and takes 30 MB. */
const AT_ONCE = 4;

export const createReloader = (options: ReloadOptions): Reloader => {
  const { root, log, inspect, backlog } = options;
  const folders = createCodeFolders(join(options.dataFolder, 'reloaded'));
  // What is called off takes the bundler's process along, as a build that is past its parsing can't be stopped.
  const { urgently, whenIdle, callOff, idle } = createPriorities(() => void stopBundler());
  /** What has changed and could not be bundled, by service: it goes with the next change there. */
  const failed = new Map<string, ReadonlySet<string>>();
  /** And what there was no time for. */
  const unfinished = new Map<string, ReadonlySet<string>>();
  const shown = new Set<string>();
  let isInterrupted = false;
  let stopped = false;
  const isOver = () => isInterrupted || stopped;
  const unwanted = ({ bundles }: Job) => backlog.unwanted(namesOf(bundles));

  const fail = async ({ service, changed }: Job, names: readonly string[], error: unknown): Promise<void> => {
    failed.set(service, changed);
    backlog.settle(names);
    const text = await explain(error);
    // A mistake in a package is one of every service.
    if (!shown.has(text) && !stopped) log.error('watch', text);
    shown.add(text);
  };

  const build = async (job: Job, names: readonly string[], run: typeof whenIdle): Promise<void> => {
    const outdir = folders.next();
    const bundles = job.bundles.filter(({ name }) => names.includes(name));
    const found = await run(() => bundle(job.how, bundles, { outdir, files: job.changed }));
    if (found === undefined || stopped) return;
    for (const name of namesOf(found)) options.renew(name, outdir);
    folders.use(outdir, namesOf(found));
    backlog.settle(names);
  };

  /** From here on invocations of all that may contain the change wait, and what they wait for is bundled. */
  const begin = async (service: PackagedService, files: ReadonlySet<string>): Promise<Job> => {
    const { bundles, options: given } = await readBundles(service);
    const earlier = [failed, unfinished].flatMap((each) => [...(each.get(service.service) ?? [])]);
    const how: BuildOptions = inspect ? { ...given, sourcemap: 'linked' } : given;
    const job = { service: service.service, how, bundles, changed: new Set([...files, ...earlier]) };
    const hurry = (name: string) =>
      urgently(() => build(job, [name], (make) => make()).catch((error) => fail(job, [name], error)));
    backlog.add(namesOf(bundles), hurry);
    return job;
  };

  /** Lets go of the functions that don't contain the change. */
  const narrow = async (job: Job): Promise<Job> => {
    let bundles: readonly Bundle[] | undefined;
    while (bundles === undefined && !isOver()) {
      bundles = await whenIdle(() => containing(job.how, job.bundles, job.changed, root));
    }
    if (bundles === undefined) return job;
    const others = job.bundles.filter((each) => !bundles.includes(each));
    backlog.settle(unwanted({ ...job, bundles: others }));
    return { ...job, bundles };
  };

  /** Bundles what nobody has waited for. */
  const finish = async (job: Job, since: number): Promise<void> => {
    for (let next = unwanted(job); next.length > 0 && !isOver(); next = unwanted(job)) {
      await build(job, next.slice(0, AT_ONCE), whenIdle);
    }
    await idle();
    const isDone = unwanted(job).length === 0 && failed.get(job.service) !== job.changed && !stopped;
    if (!isDone || job.bundles.length === 0) return;
    failed.delete(job.service);
    log.info('watch', `${summary(job.bundles)} in ${Math.round(performance.now() - since)} ms`);
  };

  const inTurn = async <Result>(jobs: readonly Job[], step: (job: Job) => Promise<Result>) => {
    const results: Result[] = [];
    for (const job of jobs) {
      try {
        results.push(await step(job));
      } catch (error) {
        await fail(job, unwanted(job), error);
      }
    }
    return results;
  };

  return {
    reload: async (services, files) => {
      const since = performance.now();
      isInterrupted = false;
      shown.clear();
      folders.sweep();
      const concerned = services.filter(({ service }) => unfinished.has(service));
      const all = new Set([...concerned, ...mayContain(services, files)]);
      const begun = await Promise.all([...all].map((service) => begin(service, files)));
      unfinished.clear();
      const jobs = await inTurn(begun, narrow);
      await inTurn(jobs, (job) => finish(job, since));
      await idle();
      for (const job of jobs) if (unwanted(job).length > 0) unfinished.set(job.service, job.changed);
      return jobs.some(({ bundles }) => bundles.length > 0) || shown.size > 0;
    },
    interrupt: () => {
      isInterrupted = true;
      callOff();
    },
    forget: () => {
      for (const each of [failed, unfinished]) each.clear();
      backlog.settleAll();
      folders.forget();
    },
    stop: () => {
      stopped = true;
      callOff();
      backlog.settleAll();
    },
  };
};

const namesOf = (bundles: readonly Bundle[]): string[] => bundles.map(({ name }) => name);

const summary = ([first, ...others]: readonly Bundle[]): string =>
  `reloaded ${first?.label}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
