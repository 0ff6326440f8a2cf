import type { Resource } from '../cloud.ts';
import { resolveTemplates, type Surroundings } from './resolve.ts';
import { loadTemplate, type PackagedService } from './templates.ts';

/** The resources of all packaged services. Throws a StartError that names the file, the place and the trouble. */
export const loadResources = (
  services: readonly PackagedService[],
  { stage, ...surroundings }: Surroundings & { readonly stage: string },
): readonly Resource[] =>
  resolveTemplates(
    services.map((service) => loadTemplate(service, stage)),
    surroundings,
  );
