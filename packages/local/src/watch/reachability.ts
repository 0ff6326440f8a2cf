import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';

/** Tells whether a source imports one of the files, however far away. */
export const reachability = (metafile: Metafile, folder: string, files: ReadonlySet<string>) => {
  return (entry: string): boolean => {
    const seen = new Set([entry]);
    for (const path of seen) {
      if (files.has(resolve(folder, path))) return true;
      for (const { path: imported, external } of metafile.inputs[path]?.imports ?? []) {
        if (!external) seen.add(imported);
      }
    }
    return false;
  };
};
