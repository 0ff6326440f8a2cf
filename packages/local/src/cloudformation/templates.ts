import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import type { Parameter } from './parameters.ts';

const TEMPLATE_FILE = 'cloudformation-template-update-stack.json';

/** A packaged service: where its source stands, and where the framework put its template and bundles. */
export interface PackagedService {
  /** The context, such as `orders`. */
  readonly service: string;
  readonly folder: string;
  readonly buildFolder: string;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly Condition?: string;
  readonly DependsOn?: string | string[];
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template extends PackagedService {
  readonly file: string;
  readonly stackName: string;
  readonly parameters: Record<string, Parameter>;
  readonly mappings: Record<string, Record<string, Record<string, unknown>>>;
  readonly conditions: Record<string, unknown>;
  readonly resources: Record<string, TemplateResource>;
  readonly outputs: Record<string, { Value: unknown; Export?: { Name: unknown }; Condition?: string }>;
}

/** Reads the generated template of a packaged service. */
export const loadTemplate = (packaged: PackagedService, stage: string): Template => {
  const file = join(packaged.buildFolder, TEMPLATE_FILE);
  const body = parse(file);
  const resources = section<TemplateResource>(body, 'Resources', file);
  refuse(file, body, resources);
  return {
    ...packaged,
    file,
    stackName: `emporium-${packaged.service}-${stage}`,
    parameters: section(body, 'Parameters', file),
    mappings: section(body, 'Mappings', file),
    conditions: section(body, 'Conditions', file),
    resources,
    outputs: section(body, 'Outputs', file),
  };
};

const parse = (file: string): Record<string, unknown> => {
  try {
    const body: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isMap(body)) return body;
  } catch (error) {
    // V8 words the place itself: "… at position 21 (line 2 column 3)".
    throw new StartError(
      `Cannot read the template ${file}: ${(error as Error).message}. Remove its folder, and it is packaged again`,
    );
  }
  throw new StartError(`Cannot read the template ${file}: it is not a JSON object`);
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What can't be resolved whatever its values are. */
const refuse = (file: string, body: Record<string, unknown>, resources: Record<string, unknown>): void => {
  const fail = (message: string) => new StartError(`${file}: ${message}`);
  if (body.Transform !== undefined) {
    throw fail(
      `a Transform needs a macro, and none runs on this machine: write out what ${[body.Transform].flat().join(', ')} would give (at Transform)`,
    );
  }
  if (Object.keys(resources).length === 0)
    throw fail('a template needs at least one resource (at Resources)');
  for (const [logicalId, resource] of Object.entries(resources)) {
    const at = `(at Resources.${logicalId})`;
    if (!isMap(resource) || typeof resource.Type !== 'string') throw fail(`a resource needs a Type ${at}`);
    if (!isMap(resource.Properties ?? {})) throw fail(`Properties has to be an object ${at}`);
  }
};

const section = <T>(body: Record<string, unknown>, name: string, file: string): Record<string, T> => {
  const value = body?.[name] ?? {};
  if (!isMap(value)) {
    throw new StartError(`Cannot read the template ${file}: "${name}" is not an object`);
  }
  return value as Record<string, T>;
};
