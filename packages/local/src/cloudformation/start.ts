import type { Log, Resource } from '../cloud.ts';
import { effectlessLines } from './effect.ts';
import { resolveTemplates, type Surroundings } from './resolve.ts';
import { loadTemplate, type PackagedService } from './templates.ts';

/** The resources of all packaged services. Throws a StartError that names the file, the place and the trouble. */
export const loadResources = (
  services: readonly PackagedService[],
  { stage, log, ...surroundings }: Surroundings & { readonly stage: string; readonly log: Log },
): readonly Resource[] => {
  const resources = resolveTemplates(
    services.map((service) => loadTemplate(service, stage)),
    surroundings,
  );
  for (const line of effectlessLines(resources)) log.warn('local', line);
  return resources;
};
