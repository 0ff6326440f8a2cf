import { join, relative, sep } from 'node:path';
import { type BuildFailure, formatMessages, stop as stopBundler } from 'esbuild';
import type { Log } from '../cloud.ts';
import type { PackagedService } from '../cloudformation/templates.ts';
import { packagedFolders } from '../package/fingerprint.ts';
import { type Bundle, bundle, containing, readBundles } from './bundles.ts';
import { createCodeFolders } from './code-folders.ts';
import { watchFiles } from './files.ts';
import { kindOf } from './sort.ts';

interface Options {
  /** Where `serverless-compose.yml` stands. */
  readonly root: string;
  readonly dataFolder: string;
  readonly log: Log;
  /** Whether a debugger is to find the sources. */
  readonly inspect: boolean;
  /** The packaged services that run at the moment. */
  services(): readonly PackagedService[];
  /** Makes a function run the code of a folder from its next invocation on. */
  renew(functionName: string, codeFolder: string): void;
  /** Packages again and applies what came out; gives whether everything that has changed is in it. */
  reconfigure(): Promise<boolean>;
}

/**
 * Watches the sources of the services: what a function contains is bundled again for it, anything that shapes the
 * templates goes through `reconfigure`. Gives what ends the watch.
 */
export const startWatching = (options: Options): (() => Promise<void>) => {
  const { root, dataFolder, log } = options;
  const folders = createCodeFolders(join(dataFolder, 'reloaded'));
  const waiting = new Set<string>();
  /** What the last attempt failed to bundle, by service: it is bundled together with the next change. */
  const failed = new Map<string, Set<string>>();
  let working: Promise<void> | undefined;
  let stopped = false;

  const reload = async (service: PackagedService, files: ReadonlySet<string>): Promise<Bundle[]> => {
    const since = performance.now();
    const changed = new Set([...files, ...(failed.get(service.service) ?? [])]);
    const { bundles, options: how } = await readBundles(service);
    try {
      const affected = await containing(how, bundles, changed, root);
      if (affected.length > 0) {
        const folder = folders.next();
        await bundle(options.inspect ? { ...how, sourcemap: 'linked' } : how, affected, folder);
        if (stopped) return affected;
        for (const { name } of affected) options.renew(name, folder);
        folders.use(
          folder,
          affected.map(({ name }) => name),
        );
        const [first, ...others] = affected.map(({ label }) => label);
        const more = others.length > 0 ? ` (and ${others.length} more)` : '';
        log.info('watch', `reloaded ${first}${more} in ${Math.round(performance.now() - since)} ms`);
      }
      failed.delete(service.service);
      return affected;
    } catch (error) {
      failed.set(service.service, changed);
      log.error('watch', await explain(error));
      return bundles;
    }
  };

  const handle = async (paths: readonly string[]): Promise<void> => {
    const name = (path: string) => relative(root, path).split(sep).join('/');
    const byKind = Map.groupBy(paths, (path) => kindOf(name(path)));
    for (const path of byKind.get('restart') ?? []) {
      log.warn('watch', `${name(path)} has changed: stop and start again to apply that`);
    }
    if (byKind.has('configuration') && (await options.reconfigure())) {
      failed.clear();
      folders.forget();
      return;
    }
    const sources = new Set(byKind.get('source'));
    if (sources.size === 0) return;
    let found = 0;
    for (const service of mayContain(options.services(), sources)) {
      if (!stopped) found += (await reload(service, sources)).length;
    }
    const packages = [...sources].map(name).filter((path) => path.startsWith('packages/'));
    if (found === 0 && packages.length > 0) {
      log.warn(
        'watch',
        `${packages[0]} has changed, which is in no function: stop and start again to apply that`,
      );
    }
  };

  const work = async (): Promise<void> => {
    do {
      while (waiting.size > 0 && !stopped) {
        const paths = [...waiting];
        waiting.clear();
        await handle(paths).catch((error: unknown) => {
          // What is interrupted because everything ends is no failure.
          if (!stopped) throw error;
        });
      }
      // Its process would keep hundreds of megabytes for a next time that may not come, and starts in a moment.
      await stopBundler();
    } while (waiting.size > 0 && !stopped);
    working = undefined;
  };

  const end = watchFiles({
    folders: packagedFolders(root),
    flat: [root],
    onChange: (paths) => {
      for (const path of paths) waiting.add(path);
      working ??= work();
    },
  });
  return async () => {
    stopped = true;
    end();
    await working;
  };
};

/** A service's own sources are in no other's functions; those of a package may be in any. */
const mayContain = (
  services: readonly PackagedService[],
  sources: ReadonlySet<string>,
): readonly PackagedService[] => {
  const owner = (path: string) => services.find(({ folder }) => path.startsWith(folder + sep));
  const owners = [...sources].map(owner);
  return owners.includes(undefined) ? services : services.filter((service) => owners.includes(service));
};

/** How many of a build's errors are shown: one mistake may be followed by many. */
const SHOWN = 3;

/** esbuild's own words, which show the line. */
const explain = async (error: unknown): Promise<string> => {
  const { errors } = error as BuildFailure;
  if (errors === undefined) return String(error);
  const messages = await formatMessages(errors.slice(0, SHOWN), { kind: 'error', color: false });
  return `${messages.join('').trim()}\nThe old code goes on.`;
};
