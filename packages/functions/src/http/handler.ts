import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { GenericSchema, InferOutput } from 'valibot';
import { correlate, logger, metrics, type Observability, observe } from '../observability.ts';
import { tracer } from '../tracing.ts';
import { answer, answerError, type HttpResult, securityHeaders } from './answer.ts';
import { jsonBody } from './body.ts';
import { correlationIdOf } from './correlation.ts';
import { type Customer, customerOf, type Role, requireRole } from './customer.ts';
import { type HttpEvent, readInput } from './input.ts';
import { requireOrigin } from './origin.ts';
import type { Problems } from './problem.ts';

type Schema = GenericSchema | undefined;
type Output<S extends Schema> = S extends GenericSchema ? InferOutput<S> : undefined;

/** What a route takes. A part without a schema is not looked at, and `undefined` in the handler. */
export interface HttpOptions<
  Body extends Schema = Schema,
  Path extends Schema = Schema,
  Query extends Schema = Schema,
  Headers extends Schema = Schema,
  Roles extends readonly Role[] | undefined = readonly Role[] | undefined,
> {
  /** The JSON body. Whether unknown fields are refused is the schema's business (`strictObject`). */
  readonly body?: Body;
  readonly path?: Path;
  /** Query parameters are texts; the schema converts them. */
  readonly query?: Query;
  /** Header names are in lower case. */
  readonly headers?: Headers;
  /** Who may call: one of these roles is enough. Without it, everybody. */
  readonly roles?: Roles;
  /** How domain errors are answered. One that is missing here is an unexpected error. */
  readonly problems?: Problems;
}

/** A checked request. */
export interface HttpRequest<
  Body extends Schema,
  Path extends Schema,
  Query extends Schema,
  Headers extends Schema,
  Roles,
> extends Observability {
  readonly body: Output<Body>;
  readonly path: Output<Path>;
  readonly query: Output<Query>;
  readonly headers: Output<Headers>;
  /** Always there on a route with `roles`. */
  readonly customer: undefined extends Roles ? Customer | undefined : Customer;
}

/** A handler, and what its route takes: the API documents are made of it. */
export type HttpHandler = ((
  event: HttpEvent,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>) & {
  readonly options: HttpOptions;
};

/**
 * A Lambda handler for a route of an HTTP API (payload 2.0). Bad input is answered with a 4xx problem document
 * that names the field, an unexpected error with a 500 that reveals nothing; both carry the correlation id that
 * stands in the log.
 *
 * @example
 * export const createHandler = ({ store = catalogStore() } = {}) =>
 *   httpHandler(
 *     { path: object({ sku: Sku }), body: ProductDetails, roles: ['admin'], problems },
 *     async ({ path, body, correlationId }) => ({ body: await store.putProduct(path.sku, body, { correlationId }) }),
 *   );
 */
export const httpHandler = <
  Body extends Schema = undefined,
  Path extends Schema = undefined,
  Query extends Schema = undefined,
  Headers extends Schema = undefined,
  const Roles extends readonly Role[] | undefined = undefined,
>(
  options: HttpOptions<Body, Path, Query, Headers, Roles>,
  run: (request: HttpRequest<Body, Path, Query, Headers, Roles>) => Promise<HttpResult>,
): HttpHandler => {
  const { roles, problems = {} } = options;

  const inner = middy(async (event: HttpEvent, context: Context) => {
    const request = {
      ...readInput(options, event),
      customer: customerOf(event),
      correlationId: correlationIdOf(event, context),
      logger,
      metrics,
      tracer,
    } as HttpRequest<Body, Path, Query, Headers, Roles>;
    return answer(await run(request), request.correlationId);
  });

  // The error's answer is made first and gets its security headers then: Middy runs these in reverse.
  inner.use(securityHeaders());
  inner.onError((request) => {
    const { error, event, context } = request;
    const correlationId = correlationIdOf(event, context);
    request.response = answerError(error, {
      problems,
      correlationId,
      route: event.routeKey,
      path: event.rawPath,
    });
  });
  inner.before(({ event }) => requireOrigin(event));
  inner.before(({ event }) => requireRole(customerOf(event), roles));
  if (options.body) inner.use(jsonBody());

  const handler = (event: HttpEvent, context: Context) =>
    observe(context, () => {
      correlate(correlationIdOf(event, context));
      return inner(event, context) as Promise<APIGatewayProxyStructuredResultV2>;
    });
  return Object.assign(handler, { options });
};
