import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { PackagedService } from '../cloudformation/templates.ts';
import { reachability } from './reachability.ts';

/** A function that can be bundled again. */
export interface Bundle {
  /** The function's full name. */
  readonly name: string;
  /** Such as `orders.placeOrder`. */
  readonly label: string;
  /** Its source, relative to the service's folder. */
  readonly entry: string;
}

/** What serverless-esbuild takes beside esbuild's own options. */
interface PluginOptions {
  readonly exclude?: readonly string[];
  readonly outputFileExtension?: string;
  readonly plugins?: string;
  readonly [option: string]: unknown;
}

const PLUGIN_ONLY =
  /^(?:concurrency|zipConcurrency|nativeZip|packager\w*|watch|keepOutputDirectory|installExtraArgs|output\w+Folder|nodeExternals|skip\w+|stripEntryResolveExtensions|disposeContext)$/;

interface State {
  readonly service: {
    readonly custom?: { readonly esbuild?: PluginOptions };
    readonly functions?: Record<string, { readonly handler: string; readonly name: string }>;
  };
}

/** The functions of a packaged service and how the framework bundles them: from the state that it leaves beside the template. */
export const readBundles = async ({ service, folder, buildFolder }: PackagedService) => {
  const file = join(buildFolder, 'serverless-state.json');
  const state: State = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { service: {} };
  const { functions = {}, custom } = state.service;
  return {
    bundles: Object.entries(functions).map(([key, { handler, name }]): Bundle => {
      const base = handler.slice(0, handler.lastIndexOf('.'));
      const extension = ['.ts', '.js', '.tsx', '.jsx'].find((each) => existsSync(join(folder, base + each)));
      return { name, label: `${service}.${key}`, entry: base + (extension ?? '.ts') };
    }),
    options: await esbuildOptions(folder, custom?.esbuild ?? {}),
  };
};

/** As serverless-esbuild hands them on. */
const esbuildOptions = async (
  folder: string,
  { exclude = ['aws-sdk'], external = [], outputFileExtension = '.js', plugins, ...rest }: PluginOptions,
): Promise<BuildOptions> => ({
  bundle: true,
  platform: 'node',
  target: 'node18',
  ...Object.fromEntries(Object.entries(rest).filter(([name]) => !PLUGIN_ONLY.test(name))),
  external: [...(external as string[]), ...(exclude.includes('*') ? [] : exclude)],
  plugins: plugins === undefined ? [] : await readPlugins(join(folder, plugins)),
  outExtension: { '.js': outputFileExtension },
  absWorkingDir: folder,
  outbase: folder,
  logLevel: 'silent',
});

const readPlugins = async (file: string): Promise<Plugin[]> => {
  const { default: found } = (await import(pathToFileURL(file).href)) as {
    default: Plugin[] | (() => Plugin[]);
  };
  return typeof found === 'function' ? found() : found;
};

/**
 * Bundles functions into a folder, as the archive of each would unpack there. Gives those that contain one of the
 * files. Throws esbuild's BuildFailure.
 */
export const bundle = async (
  options: BuildOptions,
  bundles: readonly Bundle[],
  { outdir, files }: { outdir: string; files: ReadonlySet<string> },
): Promise<Bundle[]> => {
  const entryPoints = bundles.map(({ entry }) => entry);
  const { metafile } = await build({ ...options, entryPoints, outdir, metafile: true });
  // Lambda's /var/task has no package.json above it; this one keeps ours from deciding what a `.js` is.
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'package.json'), '{}');
  const reaches = reachability(metafile, options.absWorkingDir ?? outdir, files);
  return bundles.filter(({ entry }) => reaches(entry));
};
