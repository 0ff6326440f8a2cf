import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageServices } from '../../packages/local/src/package/start.ts';
import type { Packaged } from './policies.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** All services, packaged for a stage by the framework where something has changed. */
export const packagedFor = async (
  stage: string,
  progress: (line: string) => void = () => {},
): Promise<Packaged[]> => {
  const services = await packageServices({ root, stage, signal: new AbortController().signal, progress });
  return services.map(({ service, buildFolder }) => {
    const file = join(buildFolder, 'cloudformation-template-update-stack.json');
    return { service, resources: JSON.parse(readFileSync(file, 'utf8')).Resources };
  });
};
