import type { Definition, Indexes, Kind, TableDefinition } from './definitions.ts';

/** What a function knows of a linked resource, by kind. */
export interface Attributes {
  readonly table: { readonly name: string };
  readonly queue: { readonly url: string; readonly arn: string };
  readonly bus: { readonly name: string };
  readonly secret: { readonly arn: string };
  readonly parameter: { readonly name: string };
  readonly userPool: { readonly id: string; readonly clientId: string };
  readonly bucket: { readonly name: string };
  readonly topic: { readonly arn: string };
  readonly cache: {
    readonly engine: 'memory' | 'valkey';
    readonly url?: string;
    /** What all keys of the context start with; its user may touch no others. */
    readonly prefix?: string;
    /** The ElastiCache cache that the URL's user signs in to by IAM. */
    readonly cacheName?: string;
  };
  readonly network: object;
  readonly stateMachine: { readonly arn: string };
  readonly emailIdentity: { readonly from: string };
  readonly distribution: { readonly id: string };
  readonly site: { readonly name: string };
}

/** A table's name, and its indexes by their own names: a misspelt index does not compile. */
export interface TableHandle<I extends Indexes> {
  readonly name: string;
  readonly indexes: { readonly [Name in keyof I]: Name };
}

/** The typed handle of a resource. */
export type Handle<D extends Definition> =
  D extends TableDefinition<infer I> ? TableHandle<I> : Attributes[D['kind']];

const attributes: { readonly [K in Kind]: readonly (keyof Required<Attributes[K]> & string)[] } = {
  table: ['name'],
  queue: ['url', 'arn'],
  bus: ['name'],
  secret: ['arn'],
  parameter: ['name'],
  userPool: ['id', 'clientId'],
  bucket: ['name'],
  topic: ['arn'],
  cache: ['engine', 'url', 'prefix', 'cacheName'],
  network: [],
  stateMachine: ['arn'],
  emailIdentity: ['from'],
  distribution: ['id'],
  site: ['name'],
};

/** The environment variable that a link sets, such as `LINK_orders_OrdersTable`. Its value is JSON. */
export const linkVariable = (context: string, name: string): string => `LINK_${context}_${name}`;

/** A handle whose attributes are read when touched, so that a module may import it where the link is missing. */
export const createHandle = (context: string, name: string, definition: Definition): object => {
  const handle = {};
  for (const attribute of attributes[definition.kind]) {
    Object.defineProperty(handle, attribute, {
      enumerable: true,
      get: () => readLink(context, name)[attribute],
    });
  }
  if (definition.kind === 'table') {
    const names = Object.keys(definition.indexes ?? {}).map((index) => [index, index]);
    Object.defineProperty(handle, 'indexes', { enumerable: true, value: Object.fromEntries(names) });
  }
  return handle;
};

const readLink = (context: string, name: string): Record<string, unknown> => {
  const value = process.env[linkVariable(context, name)];
  if (value === undefined) throw new Error(notLinked(context, name));
  return JSON.parse(value) as Record<string, unknown>;
};

/** Functions are named `emporium-<context>-<stage>-<key>`. */
const notLinked = (context: string, name: string): string => {
  const [, owner = context, ...rest] = (process.env.AWS_LAMBDA_FUNCTION_NAME ?? '').split('-');
  const resource = owner === context ? name : `${context}.${name}`;
  return `${resource} is not linked to ${rest.at(-1) ?? 'this function'}: add it under "link" in services/${owner}/serverless.yml`;
};
