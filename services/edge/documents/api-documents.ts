import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { parse } from 'yaml';

/** What `httpHandler` gives beside the handler: what its route takes. */
interface HandlerOptions {
  readonly body?: GenericSchema;
  readonly path?: GenericSchema;
  readonly query?: GenericSchema;
  readonly headers?: GenericSchema;
  readonly roles?: readonly string[];
}

interface FunctionConfig {
  readonly handler: string;
  readonly events?: readonly { readonly httpApi?: { method: string; path: string; authorizer?: unknown } }[];
}

type Json = Record<string, unknown>;

/** A context's OpenAPI document, from the routes of its `serverless.yml` and the schemas of its handlers. */
const apiDocument = async (services: string, context: string): Promise<Json | undefined> => {
  const folder = join(services, context);
  const { functions = {} } = parse(readFileSync(join(folder, 'serverless.yml'), 'utf8'), {
    logLevel: 'silent',
  }) as { functions?: Record<string, FunctionConfig> };
  const paths: Record<string, Json> = {};
  for (const [key, { handler, events = [] }] of Object.entries(functions)) {
    for (const { httpApi } of events) {
      if (httpApi === undefined) continue;
      const file = join(folder, `${handler.replace(/\.\w+$/, '')}.ts`);
      const { handler: loaded } = (await import(pathToFileURL(file).href)) as {
        handler: { readonly options?: HandlerOptions };
      };
      paths[httpApi.path] = {
        ...paths[httpApi.path],
        [httpApi.method.toLowerCase()]: operation(
          key,
          loaded.options ?? {},
          httpApi.authorizer !== undefined,
        ),
      };
    }
  }
  if (Object.keys(paths).length === 0) return undefined;
  return {
    openapi: '3.1.0',
    info: { title: `Emporium: ${context}`, version: '1' },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: PROBLEM },
    },
  };
};

/** The contexts that have an API, by name. */
export const contextsWithApi = async (services: string): Promise<[string, Json][]> => {
  const names = readdirSync(services, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const all = await Promise.all(
    names.map(async (name) => [name, await apiDocument(services, name)] as const),
  );
  return all.flatMap(([name, document]) => (document === undefined ? [] : [[name, document]]));
};

/** RFC 9457. */
const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'correlationId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
    },
    correlationId: { type: 'string' },
  },
};

const operation = (key: string, options: HandlerOptions, isPrivate: boolean): Json => ({
  operationId: key,
  summary: titleOf(key),
  ...(isPrivate && { security: [{ token: [] }] }),
  ...(options.roles && { description: `For: ${options.roles.join(', ')}.`, 'x-roles': options.roles }),
  parameters: [
    ...parameters('path', options.path),
    ...parameters('query', options.query),
    ...parameters('header', options.headers),
  ],
  ...(options.body && {
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(options.body) } } },
  }),
  responses: {
    '2XX': { description: 'Done, or on its way.' },
    default: {
      description: 'What is wrong.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
});

/** `placeOrder` → `Place order`. */
const titleOf = (key: string): string => {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What JSON Schema has no word for, such as a check of our own, is left out: the API itself says more. */
const schemaOf = (schema: GenericSchema): Json => {
  const { $schema, ...rest } = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore' }) as Json;
  return rest;
};

const parameters = (place: string, schema: GenericSchema | undefined): Json[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema) as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: each,
  }));
};
