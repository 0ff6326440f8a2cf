import { join } from 'node:path';
import { type BuildFailure, type BuildOptions, formatMessages } from 'esbuild';
import type { Log } from '../cloud.ts';
import type { PackagedService } from '../cloudformation/templates.ts';
import type { Backlog } from './backlog.ts';
import { type Bundle, bundle, containing, readBundles } from './bundles.ts';
import { createCodeFolders } from './code-folders.ts';

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
  /** Bundles the functions that contain one of the files. Gives whether there is any. */
  reload(services: readonly PackagedService[], files: ReadonlySet<string>): Promise<boolean>;
  /** Whatever was reloaded is in the packages by now. */
  forget(): void;
  stop(): void;
}

/** The functions of one service that have to be bundled again, and how. */
interface Job {
  readonly service: string;
  readonly how: BuildOptions;
  readonly bundles: readonly Bundle[];
  /** What has changed since the last success. */
  readonly changed: ReadonlySet<string>;
}

/** How many functions are bundled at once. Each more saves reading the same packages again, and makes whoever invokes another one wait for a tenth of a second more. */
const AT_ONCE = 4;

export const createReloader = (options: ReloadOptions): Reloader => {
  const { root, log, inspect, backlog } = options;
  const folders = createCodeFolders(join(options.dataFolder, 'reloaded'));
  /** What the last attempt failed to bundle, by service: it is bundled together with the next change. */
  const failed = new Map<string, ReadonlySet<string>>();
  let stopped = false;

  const fail = async ({ service, bundles, changed }: Job, error: unknown): Promise<void> => {
    failed.set(service, changed);
    backlog.settle(namesOf(bundles));
    log.error('watch', await explain(error));
  };

  const find = async (service: PackagedService, files: ReadonlySet<string>): Promise<Job | undefined> => {
    const changed = new Set([...files, ...(failed.get(service.service) ?? [])]);
    const { bundles, options: given } = await readBundles(service);
    const how: BuildOptions = inspect ? { ...given, sourcemap: 'linked' } : given;
    const job = { service: service.service, how, bundles, changed };
    try {
      return { ...job, bundles: await containing(how, bundles, changed, root) };
    } catch (error) {
      await fail(job, error);
      return undefined;
    }
  };

  const build = async (how: BuildOptions, bundles: readonly Bundle[]): Promise<void> => {
    const folder = folders.next();
    await bundle(how, bundles, folder);
    if (stopped) return;
    for (const name of namesOf(bundles)) options.renew(name, folder);
    folders.use(folder, namesOf(bundles));
    backlog.settle(namesOf(bundles));
  };

  /** Works through the backlog, a few functions of one service at a time, as those that are awaited come first. */
  const run = async (jobs: readonly Job[], since: number): Promise<void> => {
    const open = new Map(jobs.map((job) => [job, new Set(job.bundles)]));
    for (let names = backlog.next(AT_ONCE); names.length > 0 && !stopped; names = backlog.next(AT_ONCE)) {
      const isNext = ({ name }: Bundle) => names.includes(name);
      const [job, left] = [...open].find(([, bundles]) => [...bundles].some(isNext)) ?? [];
      if (job === undefined || left === undefined) return backlog.settle(names);
      const bundles = [...left].filter(isNext);
      try {
        await build(job.how, bundles);
        for (const each of bundles) left.delete(each);
        if (left.size > 0 || stopped) continue;
        failed.delete(job.service);
        log.info('watch', `${summary(job.bundles)} in ${Math.round(performance.now() - since)} ms`);
      } catch (error) {
        open.delete(job);
        await fail(job, error);
      }
    }
  };

  return {
    reload: async (services, files) => {
      const since = performance.now();
      const failures = failed.size;
      const found = await Promise.all(services.map((service) => find(service, files)));
      const jobs = found.filter((job) => job !== undefined && job.bundles.length > 0) as Job[];
      for (const { bundles } of jobs) backlog.add(namesOf(bundles));
      await run(jobs, since);
      // Stopped in the middle: nobody is to wait for what won't come.
      for (const { bundles } of jobs) backlog.settle(namesOf(bundles));
      return jobs.length > 0 || failed.size > failures;
    },
    forget: () => {
      failed.clear();
      folders.forget();
    },
    stop: () => {
      stopped = true;
    },
  };
};

const namesOf = (bundles: readonly Bundle[]): string[] => bundles.map(({ name }) => name);

const summary = ([first, ...others]: readonly Bundle[]): string =>
  `reloaded ${first?.label}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;

/** How many of a build's errors are shown: one mistake may be followed by many. */
const SHOWN = 3;

/** esbuild's own words, which show the line. */
const explain = async (error: unknown): Promise<string> => {
  const { errors } = error as BuildFailure;
  if (errors === undefined) return String(error);
  const messages = await formatMessages(errors.slice(0, SHOWN), { kind: 'error', color: false });
  return `${messages.join('').trim()}\nThe old code goes on.`;
};
