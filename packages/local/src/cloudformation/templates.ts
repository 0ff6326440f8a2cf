import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';

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
}

export interface Template extends PackagedService {
  readonly file: string;
  readonly stackName: string;
  readonly parameters: Record<string, { Type: string; Default?: unknown }>;
  readonly mappings: Record<string, Record<string, Record<string, unknown>>>;
  readonly conditions: Record<string, unknown>;
  readonly resources: Record<string, TemplateResource>;
  readonly outputs: Record<string, { Value: unknown; Export?: { Name: unknown }; Condition?: string }>;
}

/** Reads the generated template of a packaged service. */
export const loadTemplate = (packaged: PackagedService, stage: string): Template => {
  const file = join(packaged.buildFolder, TEMPLATE_FILE);
  const body = parse(file);
  return {
    ...packaged,
    file,
    stackName: `emporium-${packaged.service}-${stage}`,
    parameters: section(body, 'Parameters', file),
    mappings: section(body, 'Mappings', file),
    conditions: section(body, 'Conditions', file),
    resources: section(body, 'Resources', file),
    outputs: section(body, 'Outputs', file),
  };
};

const parse = (file: string): Record<string, unknown> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    // V8 words the place itself: "… at position 21 (line 2 column 3)".
    throw new StartError(
      `Cannot read the template ${file}: ${(error as Error).message}. Remove its folder, and it is packaged again`,
    );
  }
};

const section = <T>(body: Record<string, unknown>, name: string, file: string): Record<string, T> => {
  const value = body?.[name] ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new StartError(`Cannot read the template ${file}: "${name}" is not an object`);
  }
  return value as Record<string, T>;
};
