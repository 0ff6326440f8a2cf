import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { StartError } from '../start-error.ts';

/** A service of serverless-compose.yml. */
export interface Service {
  /** The context, such as `orders`. */
  readonly name: string;
  readonly folder: string;
}

/** The services that `serverless-compose.yml` names, in its order. */
export const composeServices = (root: string): Service[] => {
  const file = join(root, 'serverless-compose.yml');
  try {
    const { services } = parse(readFileSync(file, 'utf8')) as { services: Record<string, { path: string }> };
    return Object.entries(services).map(([name, { path }]) => ({ name, folder: join(root, path) }));
  } catch (error) {
    throw new StartError(`Cannot read ${file}: ${(error as Error).message.split('\n')[0]}`);
  }
};
