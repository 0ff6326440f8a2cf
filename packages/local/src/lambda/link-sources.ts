import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Makes a debugger find the sources of a bundle: the bundle names its map, and the map names its sources by
 * their place on this machine instead of one relative to `bundled`, where the bundler wrote both.
 */
export const linkSources =
  (bundled: string) =>
  (name: string, content: Uint8Array): Uint8Array => {
    const text = Buffer.from(content);
    if (/\.[cm]?js$/.test(name)) {
      return Buffer.concat([text, Buffer.from(`\n//# sourceMappingURL=${basename(name)}.map\n`)]);
    }
    if (!/\.[cm]?js\.map$/.test(name)) return content;
    const map = JSON.parse(text.toString()) as { readonly sources: readonly string[] };
    const sources = map.sources.map((source) => pathToFileURL(resolve(bundled, dirname(name), source)).href);
    return Buffer.from(JSON.stringify({ ...map, sources }));
  };
