import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import { parse } from 'yaml';
import { median } from './statistics.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const IMPORTS = 5;

/** One function, bundled with this project's options and with the defaults of serverless-esbuild. */
export interface BundleFigures {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly defaultSize: number;
  /** Milliseconds from `import()` to its end in a fresh process: median of 5. */
  readonly importTime: number;
  readonly defaultImportTime: number;
}

/** What serverless-esbuild 1.57 does when nothing is configured (its `getBuildOptions`). */
const DEFAULTS: BuildOptions = { bundle: true, platform: 'node', target: 'node24' };

/** What services/common.yml gives to serverless-esbuild. */
const projectOptions = () => parse(readFileSync(join(root, 'services/common.yml'), 'utf8')).custom.esbuild;

/** Bundles as serverless-esbuild does: it passes on all but the options that are its own. */
const bundle = (entry: string, folder: string, options: Record<string, unknown>): string => {
  const { outputFileExtension, exclude, ...rest } = {
    outputFileExtension: '.js',
    exclude: ['aws-sdk'],
    ...options,
  };
  const outfile = join(folder, `handler${outputFileExtension}`);
  buildSync({ ...DEFAULTS, ...rest, external: exclude, entryPoints: [entry], outfile });
  return outfile;
};

const importTime = (file: string): number => {
  const script = `const t = performance.now(); await import(${JSON.stringify(file)}); process.stdout.write(String(performance.now() - t)); process.exit(0)`;
  const run = () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: {
          PATH: process.env.PATH,
          AWS_REGION: 'us-east-1',
          AWS_LAMBDA_FUNCTION_NAME: 'bench',
          POWERTOOLS_TRACE_ENABLED: 'false',
        },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  return median(Array.from({ length: IMPORTS }, run));
};

const functionsOf = (service: string): { name: string; entry: string }[] => {
  const file = join(root, 'services', service, 'serverless.yml');
  const { functions = {} } = parse(readFileSync(file, 'utf8'), { logLevel: 'silent' });
  return Object.entries(functions as Record<string, { handler: string }>).map(([key, { handler }]) => ({
    name: `${service}.${key}`,
    entry: join(root, 'services', service, handler.replace(/\.[^.]+$/, '.ts')),
  }));
};

/** Bundles every function of every service both ways. */
export const measureBundles = (): BundleFigures[] => {
  const folder = mkdtempSync(join(tmpdir(), 'emporium-bench-'));
  const options = projectOptions();
  try {
    const services = readdirSync(join(root, 'services'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    return services
      .flatMap(({ name }) => functionsOf(name))
      .map(({ name, entry }) => {
        const ours = bundle(entry, join(folder, name, 'project'), options);
        const theirs = bundle(entry, join(folder, name, 'defaults'), {});
        return {
          name,
          size: statSync(ours).size,
          defaultSize: statSync(theirs).size,
          importTime: importTime(ours),
          defaultImportTime: importTime(theirs),
        };
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
