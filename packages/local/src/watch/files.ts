import { existsSync, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** An editor writes a file in several steps, and a checkout many files. */
const QUIET_MS = 30;

const LEFT_OUT = /^(?:node_modules|\..*|.*~)$/;

interface Options {
  /** Watched with all that is below them. */
  readonly folders: readonly string[];
  /** Watched without what is below them. */
  readonly flat: readonly string[];
  /** Called with what was written, made or removed, once that is over. */
  onChange(files: readonly string[]): void;
}

/**
 * Watches folders, and gives what ends that. One watch a folder: Node's own `recursive` keeps one a file on Linux,
 * which is lost when an editor puts a new file in the old one's place.
 */
export const watchFiles = ({ folders, flat, onChange }: Options): (() => void) => {
  const watchers = new Map<string, FSWatcher>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const note = (path: string): void => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...changed];
      changed.clear();
      onChange(files);
    }, QUIET_MS);
  };

  const forget = (folder: string): void => {
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue;
      watcher.close();
      watchers.delete(path);
    }
  };

  const add = (folder: string, deep: boolean, onFile: (path: string) => void): void => {
    if (watchers.has(folder) || !existsSync(folder)) return;
    const watcher = watch(folder, (_, name) => {
      if (name === null || (LEFT_OUT.test(name) && name !== '.env')) return;
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) forget(path);
      // What was put into a new folder before it was watched counts as changed.
      if (!stat?.isDirectory()) note(path);
      else if (deep) add(path, deep, note);
    });
    watcher.on('error', () => forget(folder));
    watchers.set(folder, watcher);
    if (!deep) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (LEFT_OUT.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) add(path, deep, onFile);
      else onFile(path);
    }
  };

  for (const folder of folders) add(folder, true, () => {});
  for (const folder of flat) add(folder, false, () => {});
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
};
