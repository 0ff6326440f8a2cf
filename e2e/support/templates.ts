import { readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageServices } from '../../packages/local/src/package/start.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A resource as the packaged template has it, before CloudFormation fills in anything. */
interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into properties of every shape
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdatePolicy?: Readonly<Record<string, unknown>>;
  readonly UpdateReplacePolicy?: string;
}

/** One service's packaged template. */
export interface Template {
  readonly service: string;
  /** As it would be uploaded. */
  readonly text: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

/** One resource of one service. */
export interface Found {
  /** `<service>.<logical id>`, to be read in a failing test. */
  readonly name: string;
  readonly service: string;
  readonly logicalId: string;
  readonly resource: TemplateResource;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into properties of every shape
  readonly properties: Record<string, any>;
}

/** What `npm start` runs and `sls deploy` would deploy, packaged by the framework where something has changed. */
export const packagedServices = (stage = 'local') =>
  packageServices({ root, stage, signal: new AbortController().signal, progress: () => {} });

/** The same, but with the resources of some services changed, in copies below `folder`. */
export const alteredServices = async (
  folder: string,
  changes: Readonly<Record<string, (resources: Record<string, TemplateResource>) => void>>,
) =>
  Promise.all(
    (await packagedServices()).map(async ({ service, folder: source, buildFolder }) => {
      const change = changes[service];
      if (change === undefined) return { service, folder: source, buildFolder };
      const copy = join(folder, service);
      await cp(buildFolder, copy, { recursive: true });
      const file = join(copy, TEMPLATE);
      const template = JSON.parse(readFileSync(file, 'utf8'));
      change(template.Resources);
      await writeFile(file, JSON.stringify(template));
      return { service, folder: source, buildFolder: copy };
    }),
  );

const TEMPLATE = 'cloudformation-template-update-stack.json';

/** The templates of all services, for a stage. */
export const packagedTemplates = async (stage?: string): Promise<Template[]> =>
  (await packagedServices(stage)).map(({ service, buildFolder }) => {
    const text = readFileSync(join(buildFolder, TEMPLATE), 'utf8');
    return { service, text, resources: JSON.parse(text).Resources };
  });

/** All resources of a type, in every template. */
export const ofType = (templates: readonly Template[], type: string): Found[] =>
  templates.flatMap(({ service, resources }) =>
    Object.entries(resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({
        name: `${service}.${logicalId}`,
        service,
        logicalId,
        resource,
        properties: resource.Properties,
      })),
  );

/** A value with its intrinsics written out as text: `!GetAtt Queue.Arn` as `${Queue.Arn}`, and so on. */
export const textOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return `\${${argument}}`;
  if (name === 'Fn::GetAtt') return `\${${[argument].flat().join('.')}}`;
  if (name === 'Fn::Sub') return String([argument].flat()[0]);
  if (name === 'Fn::Join') return argument[1].map(textOf).join(argument[0]);
  return JSON.stringify(value);
};
