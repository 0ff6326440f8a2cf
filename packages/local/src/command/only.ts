import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackagedService } from '../cloudformation/templates.ts';
import { StartError } from '../start-error.ts';

/** What every context stands on, and refers to without naming it. */
const SHARED_GROUND = 'platform';

interface Selection {
  readonly kept: readonly PackagedService[];
  /** The contexts that were left out. */
  readonly absent: readonly string[];
}

/** Throws a StartError that lists the contexts, where one of the names is none of theirs. */
export const checkContexts = (only: readonly string[], contexts: readonly string[]): void => {
  for (const name of only) {
    if (!contexts.includes(name)) {
      throw new StartError(`--only: there is no context "${name}". There are: ${contexts.join(', ')}`);
    }
  }
};

/**
 * The contexts that are wanted, and those that they need to start: whose resources or parameters their templates
 * name. An event's publisher is not among them, nor whatever listens to it. The front door always runs.
 */
export const selectServices = (
  services: readonly PackagedService[],
  only: readonly string[] | undefined,
  stage: string,
): Selection => {
  if (only === undefined) return { kept: services, absent: [] };
  const all = services.map((service) => ({ service, ...read(service) }));
  const names = (text: string, { service, parameters }: (typeof all)[number]) =>
    text.includes(`emporium-${service.service}-${stage}-`) ||
    parameters.some((parameter) => text.includes(`{{resolve:ssm:${parameter}`));
  const kept = new Set(
    all.filter(
      ({ service, isFrontDoor }) =>
        isFrontDoor || service.service === SHARED_GROUND || only.includes(service.service),
    ),
  );
  for (const { text } of kept) for (const other of all) if (names(text, other)) kept.add(other);
  return {
    kept: all.filter((each) => kept.has(each)).map(({ service }) => service),
    absent: all.filter((each) => !kept.has(each)).map(({ service }) => service.service),
  };
};

const read = ({ buildFolder }: PackagedService) => {
  const text = readFileSync(join(buildFolder, 'cloudformation-template-update-stack.json'), 'utf8');
  const { Resources = {} } = JSON.parse(text) as {
    Resources?: Record<string, { Type: string; Properties?: { Name?: unknown } }>;
  };
  const resources = Object.values(Resources);
  return {
    text,
    parameters: resources
      .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
      .map(({ Properties }) => String(Properties?.Name)),
    isFrontDoor: resources.some(({ Type }) => Type === 'AWS::CloudFront::Distribution'),
  };
};
