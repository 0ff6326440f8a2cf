import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployed } from './checks.ts';
import { type Inventory, newIn } from './inventory.ts';
import { complain, type Stage } from './stage.ts';

/** What the framework says of a service in which nothing has changed. */
const NO_CHANGE = /No changes to deploy\. Deployment skipped\.|Change set did not include any changes/g;

/** A second deployment of the same changes nothing, and says so. */
export const tryAgain = async (stage: Stage): Promise<void> => {
  const before = await stage.deployed();
  const output = await stage.sls('deploy');
  const unchanged = output.match(NO_CHANGE)?.length ?? 0;
  complain([
    ...touched(before, await stage.deployed()).map(
      (name) => `${name} was updated, though nothing had changed`,
    ),
    ...(unchanged < before.length ? [`only ${unchanged} of ${before.length} services say "no changes"`] : []),
  ]);
};

/** The services whose stacks were updated between the two looks. */
const touched = (before: readonly Deployed[], after: readonly Deployed[]): string[] =>
  after
    .filter(({ deployed }, index) => deployed.updatedAt !== before[index]?.deployed.updatedAt)
    .map(({ name }) => name);

/**
 * Changes a service's files and deploys it alone, in its folder.
 *
 * @param edit Takes a file's text and returns what it becomes.
 * @param letGo The resource whose loss is refused until the command names it.
 * @returns The resources that are in the service's stack no more, and those that are new, as `<type> <physical id>`.
 */
export const tryAlone = async (
  { stage, copy, service }: { stage: Stage; copy: string; service: string },
  edit: (text: string, file: string) => string,
  letGo?: string,
): Promise<{ gone: string[]; added: string[] }> => {
  const before = await stage.deployed();
  const folder = join(copy, 'services', service);
  let edited = 0;
  for (const file of globSync(['*.{ts,yml}', 'src/**/*.ts'], { cwd: folder })) {
    const text = readFileSync(join(folder, file), 'utf8');
    const changed = edit(text, file);
    if (changed === text) continue;
    writeFileSync(join(folder, file), changed);
    edited++;
  }
  if (edited === 0) throw new Error(`The trial no longer fits services/${service}: it changed no file`);
  if (letGo !== undefined) await expectRefusal(stage, service, letGo);
  await stage.sls('deploy', service, letGo);
  const after = await stage.deployed();
  complain(
    touched(before, after)
      .filter((name) => name !== service)
      .concat(touched(before, after).includes(service) ? [] : [`not ${service}`])
      .map((name) => `${service} was to be updated alone, and ${name} was`),
  );
  const [was, is] = [before, after].map((services) => resourcesOf(services, service)) as [
    Set<string>,
    Set<string>,
  ];
  return { gone: newIn(is, was), added: newIn(was, is) };
};

const expectRefusal = async (stage: Stage, service: string, letGo: string): Promise<void> => {
  const before = await stage.deployed();
  const refusal = await stage.sls('deploy', service).then(
    () => `${service} was deployed without ${letGo}`,
    (error: Error) => error.message,
  );
  complain([
    ...(refusal.includes(`deploy once with LET_GO=${letGo}.`) ? [] : [refusal]),
    ...touched(before, await stage.deployed()).map((name) => `${name} was updated, though that was refused`),
  ]);
};

const resourcesOf = (services: readonly Deployed[], name: string): Inventory =>
  new Set(
    services
      .find((service) => service.name === name)!
      .deployed.resources.map(
        ({ ResourceType, PhysicalResourceId }) => `${ResourceType} ${PhysicalResourceId}`,
      ),
  );
