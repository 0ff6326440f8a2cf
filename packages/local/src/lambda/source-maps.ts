import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Says where in the sources the positions in a bundle are. */
export interface SourceMaps {
  /**
   * Replaces the positions of files in the folder, where a text has some: `/folder/handler.cjs:1:2345` by
   * `src/handler.ts:12:3`. A map's sources are relative to where the bundle was written: the folder, or `bundled`.
   */
  translate(text: string, folder: string, bundled: string): string;
  /** Of a folder whose files have changed. */
  forget(folder: string): void;
}

/** How a folder is written in a stack, and a position in one of its files. */
interface Forms {
  readonly written: readonly string[];
  readonly position: RegExp;
}

/** A map that was read takes some ten megabytes, and the twentieth part of a second. */
const KEPT_MAPS = 2;
/** The same errors come from the same places. */
const KEPT_POSITIONS = 10_000;

/** Maps are read when the first stack of a bundle is shown; so functions pay nothing for them. */
export const createSourceMaps = (): SourceMaps => {
  const maps = new Map<string, SourceMap | undefined>();
  const forms = new Map<string, Forms>();
  /** By file and position in the bundle. */
  const positions = new Map<string, string | undefined>();

  const mapOf = (file: string): SourceMap | undefined => {
    const map = maps.has(file) ? maps.get(file) : readMap(file);
    // The one that was wanted last is the last to go.
    maps.delete(file);
    maps.set(file, map);
    const [oldest] = maps.keys();
    if (maps.size > KEPT_MAPS && oldest !== undefined) maps.delete(oldest);
    return map;
  };

  const formsOf = (folder: string): Forms => {
    const known = forms.get(folder);
    if (known !== undefined) return known;
    // ES modules are named by URL, in which a space is %20.
    const written = [...new Set([folder, pathToFileURL(folder).pathname])];
    const escaped = written.map((path) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    const position = new RegExp(`(?:file://)?(?:${escaped})/([^\\s:"\\\\]+):(\\d+):(\\d+)`, 'g');
    forms.set(folder, { written, position });
    return { written, position };
  };

  const originOf = (path: string, line: number, column: number, folders: Folders): string | undefined => {
    const entry = mapOf(join(folders[0], path))?.findEntry(line - 1, column - 1);
    if (entry === undefined || !('originalSource' in entry) || entry.originalSource === undefined) return;
    const source = findSource(entry.originalSource, path, folders);
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  };

  return {
    translate: (text, folder, bundled) => {
      const { written, position } = formsOf(folder);
      if (!written.some((path) => text.includes(path))) return text;
      return text.replace(position, (found, path: string, line: string, column: string) => {
        const key = `${folder}/${path}:${line}:${column}`;
        if (!positions.has(key)) {
          if (positions.size >= KEPT_POSITIONS) positions.clear();
          positions.set(key, originOf(decodeURI(path), Number(line), Number(column), [folder, bundled]));
        }
        return positions.get(key) ?? found;
      });
    },
    forget: (folder) => {
      for (const known of [maps, positions])
        for (const key of known.keys()) if (key.startsWith(`${folder}/`)) known.delete(key);
    },
  };
};

/** The folder with the bundle, and the one that it was written to. */
type Folders = readonly [string, string];

const readMap = (file: string): SourceMap | undefined => {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    // There is none: the position stays as it is.
    return undefined;
  }
};

/** The source's path as one would type it, or as the map has it where there is no such file. */
const findSource = (source: string, bundle: string, folders: Folders): string => {
  const path = folders.map((folder) => resolve(folder, dirname(bundle), source)).find(existsSync);
  if (path === undefined) return source.replace(/^(?:\.\.\/)+/, '');
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
};
