import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Template } from './adapt.ts';

/** A service as the framework has packaged it for its latest deployment. */
export interface PackagedService {
  readonly name: string;
  readonly stack: string;
  readonly region: string;
  readonly template: Template;
  /** The services before which it can't be deployed. */
  readonly after: readonly string[];
  /** The packaged code, by the functions' logical ids. */
  readonly zips: ReadonlyMap<string, Buffer>;
}

interface Compose {
  readonly services: Readonly<
    Record<string, { path: string; dependsOn?: string | string[]; params?: object }>
  >;
}

/** Every service of the copy's `serverless-compose.yml`, from what the framework leaves in `.serverless`. */
export const packagedServices = (copy: string): PackagedService[] => {
  const { services } = parse(readFileSync(join(copy, 'serverless-compose.yml'), 'utf8')) as Compose;
  return Object.entries(services).map(([name, { path, dependsOn = [], params = {} }]) => {
    const folder = join(copy, path, '.serverless');
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const { service } = read('serverless-state.json');
    const template: Template = read('cloudformation-template-update-stack.json');
    const handedOver = Object.values(params).flatMap((value) => /^\$\{([\w-]+)\./.exec(value)?.[1] ?? []);
    return {
      name,
      stack: `${service.service}-${service.provider.stage}`,
      region: service.provider.region,
      template,
      after: [...new Set([dependsOn, handedOver].flat())],
      zips: zipsOf(template, folder),
    };
  });
};

const zipsOf = ({ Resources }: Template, folder: string): ReadonlyMap<string, Buffer> => {
  const files = new Map(
    globSync('**/*.zip', { cwd: folder }).map((file) => [basename(file), join(folder, file)]),
  );
  return new Map(
    Object.entries(Resources).flatMap(([logicalId, { Type, Properties }]) => {
      if (Type !== 'AWS::Lambda::Function') return [];
      const key = (Properties?.Code as { S3Key?: string } | undefined)?.S3Key;
      const file = key && files.get(basename(key));
      if (!file) throw new Error(`${logicalId}: no ${key} in ${dirname(folder)}`);
      return [[logicalId, readFileSync(file)]];
    }),
  );
};
