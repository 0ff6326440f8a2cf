import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PackagedService } from '../cloudformation/templates.ts';
import { fingerprint } from './fingerprint.ts';
import { exclusively } from './lock.ts';
import { offline, runFramework } from './run.ts';
import { composeServices, type Service } from './services.ts';

export interface PackageOptions {
  /** Where `serverless-compose.yml` stands. */
  readonly root: string;
  readonly stage: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  readonly signal: AbortSignal;
  /** Called with a line for the person who waits. */
  progress(line: string): void;
}

/** How many services are packaged at once: each keeps one core busy. */
const AT_ONCE = 2;

/** How long an older package of a service is kept: a shop that still runs may be made of it. */
const KEPT_FOR_MS = 7 * 24 * 60 * 60_000;

/**
 * Packages every service of `serverless-compose.yml` with the framework itself, each into a folder named after
 * the hash of its inputs; so what has not changed is not packaged again.
 */
export const packageServices = async (options: PackageOptions): Promise<PackagedService[]> => {
  const { root, stage, region = offline.AWS_REGION } = options;
  const cache = join(root, '.emporium', 'build');
  const target = region === offline.AWS_REGION ? stage : `${stage}-${region}`;
  const jobs = composeServices(root).map((service) => ({
    service,
    buildFolder: join(cache, `${service.name}-${target}-${fingerprint(root, service.folder)}`),
  }));
  if (jobs.some(({ buildFolder }) => !existsSync(buildFolder))) {
    await exclusively(join(cache, 'lock'), options.signal, () => packageMissing(jobs, cache, options));
  }
  return jobs.map(({ service: { name, folder }, buildFolder }) => ({ service: name, folder, buildFolder }));
};

interface Job {
  readonly service: Service;
  readonly buildFolder: string;
}

const packageMissing = async (
  jobs: readonly Job[],
  cache: string,
  options: PackageOptions,
): Promise<void> => {
  const missing = jobs.filter(({ buildFolder }) => !existsSync(buildFolder));
  const total = missing.length;
  let done = 0;
  const stopOthers = new AbortController();
  const signal = AbortSignal.any([options.signal, stopOthers.signal]);
  const worker = async () => {
    for (let job = missing.shift(); job !== undefined; job = missing.shift()) {
      const since = performance.now();
      await packageOne(job, options, signal);
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      options.progress(`packaged ${job.service.name.padEnd(14)} ${seconds} s  (${++done} of ${total})`);
      prune(job, cache, options.stage);
    }
  };
  const workers = Array.from({ length: AT_ONCE }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    stopOthers.abort();
    await Promise.allSettled(workers);
    throw error;
  }
};

/** Moved into place in one step at the end: a folder that exists is complete. */
const packageOne = async (
  { service, buildFolder }: Job,
  { stage, region = offline.AWS_REGION }: PackageOptions,
  signal: AbortSignal,
): Promise<void> => {
  const unfinished = `${buildFolder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const args = ['package', '--stage', stage, '--package', unfinished];
  await runFramework(service, args, { region, signal });
  renameSync(unfinished, buildFolder);
};

const prune = ({ service, buildFolder }: Job, cache: string, stage: string): void => {
  const oldest = Date.now() - KEPT_FOR_MS;
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    const isOlder = name.startsWith(`${service.name}-${stage}-`) && folder !== buildFolder;
    if (isOlder && statSync(folder).mtimeMs < oldest) rmSync(folder, { recursive: true, force: true });
  }
};
