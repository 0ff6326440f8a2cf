import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ofType, packagedTemplates } from '../../support/templates.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A route of an HTTP API, and a request that it takes: the `event.json` beside its handler. */
export interface Endpoint {
  /** Such as `GET /api/orders/{orderId}`. */
  readonly key: string;
  readonly method: string;
  /** The path with its `{parameters}`. */
  readonly template: string;
  /** Whether API Gateway lets in nobody without a token. */
  readonly isAuthorized: boolean;
  readonly sample: Sample;
}

interface Sample {
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: bodies have every shape
  readonly body?: any;
}

/** What a client sends of an event's headers; the rest comes with the way. */
const SENT = ['content-type', 'idempotency-key'];

const samples = (): ReadonlyMap<string, Sample> =>
  new Map(
    globSync('services/*/src/functions/*/event.json', { cwd: root }).flatMap((file) => {
      const event = JSON.parse(readFileSync(join(root, file), 'utf8'));
      if (typeof event.routeKey !== 'string') return [];
      const sent = Object.entries<string>(event.headers).filter(([name]) => SENT.includes(name));
      const sample: Sample = {
        pathParameters: event.pathParameters ?? {},
        query: event.rawQueryString,
        headers: Object.fromEntries(sent),
        ...(event.body !== undefined && { body: JSON.parse(event.body) }),
      };
      return [[event.routeKey, sample] as const];
    }),
  );

/** Every route in the packaged templates, so that a new one is tested by itself. */
export const endpoints = async (): Promise<Endpoint[]> => {
  const sampleOf = samples();
  return ofType(await packagedTemplates(), 'AWS::ApiGatewayV2::Route').map(({ name, properties }) => {
    const key: string = properties.RouteKey;
    const sample = sampleOf.get(key);
    if (!sample) throw new Error(`${name}: no event.json beside a handler has the routeKey "${key}"`);
    const [method = '', template = ''] = key.split(' ');
    return { key, method, template, isAuthorized: properties.AuthorizationType === 'JWT', sample };
  });
};

/** The endpoint's path with these parameters, or the sample's. */
export const pathOf = ({ template, sample }: Endpoint, parameters: Readonly<Record<string, string>> = {}) =>
  template.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(parameters[name] ?? sample.pathParameters[name] ?? ''),
  );
