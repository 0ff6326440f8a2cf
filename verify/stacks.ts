import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageServices } from '../packages/local/src/package/start.ts';

/** A stage in a region: what somebody may deploy, or run on a laptop. */
export interface Target {
  /** `prod`, or `prod in eu-central-1`. */
  readonly name: string;
  readonly stage: string;
  readonly region: string;
}

/** The stages that the documentation speaks of, whether or not they have a column in `services/stages.yml`. */
const STAGES = ['local', 'dev', 'staging', 'prod'];

/** One that is not the edge's, so that what crosses regions shows. */
const OTHER_REGION = 'eu-central-1';

/** Every stage, and one of them in another region. */
export const targetsOf = (root: string): readonly Target[] => {
  const columns = Object.keys(parse(readFileSync(join(root, 'services/stages.yml'), 'utf8')));
  const stages = new Set([...STAGES, ...columns.filter((name) => name !== 'default')]);
  return [
    ...[...stages].map((stage) => ({ name: stage, stage, region: 'us-east-1' })),
    { name: `prod in ${OTHER_REGION}`, stage: 'prod', region: OTHER_REGION },
  ];
};

/** A resource as the packaged template has it. */
export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: checks look into properties of every shape
  readonly Properties: Record<string, any>;
}

/** One service's packaged template, and where the bundles stand beside it. */
export interface Stack {
  readonly target: Target;
  /** The context, such as `orders`. */
  readonly service: string;
  /** Where it deploys: the edge is in us-east-1 whatever the target's region is. */
  readonly region: string;
  readonly folder: string;
  readonly buildFolder: string;
  /** As it would be uploaded. */
  readonly text: string;
  readonly template: {
    readonly Resources: Readonly<Record<string, TemplateResource>>;
    readonly Outputs?: object;
    readonly Parameters?: object;
    readonly Mappings?: object;
  };
}

export interface PackageOptions {
  readonly root: string;
  readonly signal: AbortSignal;
  progress(line: string): void;
}

/** Packages every service for every target, where something has changed. */
export const packageAll = async (targets: readonly Target[], options: PackageOptions): Promise<Stack[]> => {
  const stacks: Stack[] = [];
  // One after the other, as two packages at once already keep two cores busy.
  for (const target of targets) {
    const progress = (line: string) => options.progress(`${target.name}: ${line}`);
    const services = await packageServices({ ...options, ...target, progress });
    for (const { service, folder, buildFolder } of services) {
      const read = (name: string) => readFileSync(join(buildFolder, name), 'utf8');
      const text = read('cloudformation-template-update-stack.json');
      const { region } = JSON.parse(read('serverless-state.json')).service.provider;
      stacks.push({ target, service, region, folder, buildFolder, text, template: JSON.parse(text) });
    }
  }
  return stacks;
};

/** Every resource of a type. */
export const ofType = (stack: Stack, type: string): readonly (readonly [string, TemplateResource])[] =>
  Object.entries(stack.template.Resources).filter(([, { Type }]) => Type === type);

/** The bundles' files, by the name of the function. */
export const bundlesOf = ({ buildFolder }: Stack): readonly string[] =>
  readdirSync(buildFolder).filter((name) => name.endsWith('.zip'));
