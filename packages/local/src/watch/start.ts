import { relative, sep } from 'node:path';
import { stop as stopBundler } from 'esbuild';
import type { PackagedService } from '../cloudformation/templates.ts';
import { packagedFolders } from '../package/fingerprint.ts';
import { watchFiles } from './files.ts';
import { createReloader, type ReloadOptions } from './reload.ts';
import { kindOf } from './sort.ts';

interface Options extends ReloadOptions {
  /** The packaged services that run at the moment. */
  services(): readonly PackagedService[];
  /** Packages again and applies what came out; gives whether everything that has changed is in it. */
  reconfigure(): Promise<boolean>;
}

/**
 * Watches the sources of the services: what a function contains is bundled again for it, anything that shapes the
 * templates goes through `reconfigure`. Gives what ends the watch.
 */
export const startWatching = (options: Options): (() => Promise<void>) => {
  const { root, log } = options;
  const reloader = createReloader(options);
  const waiting = new Set<string>();
  let working: Promise<void> | undefined;
  let stopped = false;

  const handle = async (paths: readonly string[]): Promise<void> => {
    const name = (path: string) => relative(root, path).split(sep).join('/');
    const byKind = Map.groupBy(paths, (path) => kindOf(name(path)));
    for (const path of byKind.get('restart') ?? []) {
      log.warn('watch', `${name(path)} has changed: stop and start again to apply that`);
    }
    if (byKind.has('configuration') && (await options.reconfigure())) {
      reloader.forget();
      return;
    }
    const sources = new Set(byKind.get('source'));
    const isInFunctions = await reloader.reload(options.services(), sources);
    const [shared] = [...sources].map(name).filter((path) => path.startsWith('packages/'));
    if (!isInFunctions && shared !== undefined) {
      const advice = 'stop and start again to apply that';
      log.warn('watch', `${shared} has changed, which is in no function: ${advice}`);
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
      reloader.interrupt();
      working ??= work();
    },
  });
  return async () => {
    stopped = true;
    reloader.stop();
    end();
    await working;
  };
};
