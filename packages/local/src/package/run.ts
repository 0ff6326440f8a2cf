import { createRequire } from 'node:module';
import { StartError } from '../start-error.ts';
import { runProgram } from './program.ts';
import type { Service } from './services.ts';

/** The framework's program. */
export const framework = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

/** What the framework needs so that it asks nobody on the network, and takes the same region for everybody. */
export const offline = {
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  SLS_NOTIFICATIONS_MODE: 'off',
  SLS_TELEMETRY_DISABLED: '1',
  SLS_TRACKING_DISABLED: '1',
};

/** The settings of the stage on this machine that come from the environment. What is packaged depends on them. */
export const ownSettings = (): Record<string, string> => {
  const { CACHE_URL } = process.env;
  return CACHE_URL ? { CACHE_URL } : {};
};

/**
 * Runs a command of the framework in the service's folder, in an environment of its own: settings of a stage that
 * somebody deploys must not get into what is cached here. Gives what it printed. Throws a StartError with that text.
 */
export const runFramework = async (
  service: Service,
  args: readonly string[],
  { region, signal }: { readonly region: string; readonly signal: AbortSignal },
): Promise<string> => {
  const { code, output } = await runProgram({
    file: process.execPath,
    args: [framework, ...args],
    cwd: service.folder,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...ownSettings(),
      ...offline,
      AWS_REGION: region,
    },
    signal,
  });
  signal.throwIfAborted();
  if (code !== 0) throw new StartError(`Packaging ${service.name} failed:\n${indent(output)}`);
  return output;
};

const indent = (text: string): string => text.trim().replace(/^/gm, '  ');
