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

/** A map that was read takes some ten times its size. */
const KEPT = 4;

/** Maps are read when the first stack of a bundle is shown; so functions pay nothing for them. */
export const createSourceMaps = (): SourceMaps => {
  const maps = new Map<string, SourceMap | undefined>();
  const forms = new Map<string, Forms>();

  const mapOf = (file: string): SourceMap | undefined => {
    const map = maps.has(file) ? maps.get(file) : readMap(file);
    // The one that was wanted last is the last to go.
    maps.delete(file);
    maps.set(file, map);
    const [oldest] = maps.keys();
    if (maps.size > KEPT && oldest !== undefined) maps.delete(oldest);
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

  return {
    translate: (text, folder, bundled) => {
      const { written, position } = formsOf(folder);
      if (!written.some((path) => text.includes(path))) return text;
      return text.replace(position, (found, path: string, line: string, column: string) => {
        const origin = mapOf(join(folder, decodeURI(path)))?.findOrigin(Number(line), Number(column));
        if (origin === undefined || !('fileName' in origin)) return found;
        const source = findSource(origin.fileName, path, [folder, bundled]);
        return `${source}:${origin.lineNumber}:${origin.columnNumber}`;
      });
    },
    forget: (folder) => {
      for (const file of maps.keys()) if (file.startsWith(`${folder}/`)) maps.delete(file);
    },
  };
};

const readMap = (file: string): SourceMap | undefined => {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    // There is none: the position stays as it is.
    return undefined;
  }
};

/** The source's path as one would type it, or as the map has it where there is no such file. */
const findSource = (source: string, bundle: string, folders: readonly string[]): string => {
  const path = folders.map((folder) => resolve(folder, dirname(bundle), source)).find(existsSync);
  if (path === undefined) return source.replace(/^(?:\.\.\/)+/, '');
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
};
