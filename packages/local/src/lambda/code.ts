import { join } from 'node:path';
import type { PackagedService } from '../cloudformation/templates.ts';
import type { FunctionDefinition } from './definition.ts';
import { linkSources } from './link-sources.ts';
import { createSourceMaps } from './source-maps.ts';
import { unpack } from './unpack.ts';

/** The code that one function runs. */
export interface FunctionCode {
  /** Where it is; unpacked when it is first asked for. */
  folder(): string;
  /** Other code from now on. */
  replace(folder: string): void;
  /** Makes positions in the bundle, where a text has some, those in its sources. */
  translate(text: string): string;
}

interface Options {
  readonly templates: readonly PackagedService[];
  /** Where packages are unpacked. */
  readonly codeFolder: string;
  /** Whether a debugger is to find the sources. */
  readonly inspect: boolean;
}

/** Where serverless-esbuild writes the bundles of a service: the sources of their maps are relative to it. */
const bundlerFolder = ({ folder }: PackagedService): string => join(folder, '.esbuild', '.build');

export const createCode = ({ templates, codeFolder, inspect }: Options) => {
  const services = new Map(templates.map((template) => [template.service, template]));
  const maps = createSourceMaps();

  const of = ({ service, s3Key }: Pick<FunctionDefinition, 'service' | 's3Key'>): FunctionCode => {
    const template = services.get(service);
    if (template === undefined) throw new Error(`${service} is not among the packaged services`);
    const bundled = bundlerFolder(template);
    const change = inspect ? { name: 'linked', of: linkSources(bundled) } : undefined;
    let folder: string | undefined;
    return {
      folder: () => {
        folder ??= unpack(s3Key, { buildFolder: template.buildFolder, codeFolder, change });
        return folder;
      },
      replace: (other) => {
        maps.forget(other);
        folder = other;
      },
      translate: (text) => (folder === undefined ? text : maps.translate(text, folder, bundled)),
    };
  };
  return { of };
};
