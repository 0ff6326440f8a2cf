import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import type { PackagedService } from '../cloudformation/templates.ts';

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

/** Bundles functions into a folder, as the archive of each would unpack there. Throws esbuild's BuildFailure. */
export const bundle = async (
  options: BuildOptions,
  bundles: readonly Bundle[],
  outdir: string,
): Promise<void> => {
  await build({ ...options, entryPoints: bundles.map(({ entry }) => entry), outdir });
  // Lambda's /var/task has no package.json above it; this one keeps ours from deciding what a `.js` is.
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'package.json'), '{}');
};

/**
 * Those of the bundles that contain one of the files. Follows the imports of the workspaces' own sources alone,
 * a tenth of the work of bundling.
 */
export const containing = async (
  options: BuildOptions,
  bundles: readonly Bundle[],
  files: ReadonlySet<string>,
  root: string,
): Promise<Bundle[]> => {
  if (bundles.length === 0) return [];
  const folder = options.absWorkingDir ?? root;
  // What stands in for a package's module is imported by packages, so any bundle may contain it.
  const standIns = Object.values(options.alias ?? {});
  const { metafile } = await build({
    ...options,
    alias: {},
    external: installedPackages(root),
    entryPoints: [...bundles.map(({ entry }) => entry), ...standIns],
    outdir: '/',
    outbase: '/',
    metafile: true,
    minify: false,
    write: false,
  });
  const reaches = reachability(metafile, folder, files);
  const entries = Object.values(metafile.outputs).map(({ entryPoint }) => entryPoint ?? '');
  const own = new Set(bundles.map(({ entry }) => entry));
  if (entries.some((entry) => !own.has(entry) && reaches(entry))) return [...bundles];
  return bundles.filter(({ entry }) => reaches(entry));
};

/** Whether a source imports one of the files, however far away. */
const reachability = (metafile: Metafile, folder: string, files: ReadonlySet<string>) => {
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

/** Every package that is not a workspace, which npm installs as a link. */
const installedPackages = (root: string): string[] => {
  const packages = (path: string) =>
    readdirSync(join(root, 'node_modules', path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  if (!existsSync(join(root, 'node_modules'))) return [];
  return packages('').flatMap((name) => (name.startsWith('@') ? packages(name) : [name]));
};
