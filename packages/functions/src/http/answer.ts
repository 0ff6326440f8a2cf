import type { MiddlewareObj } from '@middy/core';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { countMisjudged, logger } from '../observability.ts';
import { tracer } from '../tracing.ts';
import { HttpProblem, type ProblemDocument, type Problems, problemOf } from './problem.ts';

/** The answer: 200 by default, 204 without a body. */
export interface HttpResult {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The result as an HTTP API takes it. */
export const answer = (
  { body, status = body === undefined ? 204 : 200, headers }: HttpResult,
  correlationId: string,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    // An answer is its caller's own unless the handler says that it may be kept.
    'cache-control': 'no-store',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...headers,
    'x-correlation-id': correlationId,
  },
  ...(body !== undefined && { body: JSON.stringify(body) }),
});

const UNEXPECTED: ProblemDocument = {
  type: 'about:blank',
  title: 'Something went wrong on our side',
  status: 500,
  detail: 'Try again later. If it stays, tell us the correlation id.',
};

/** The names that fields of this shop have. Of an unknown field even the name is the caller's. */
const FIELD = /^[A-Za-z0-9._-]{1,100}$/;

interface Surroundings {
  readonly problems: Problems;
  readonly correlationId: string;
  /** Such as `GET /api/orders/{orderId}`: what a caller put into the path is not for the log. */
  readonly route: string;
  readonly path: string;
}

/** The problem document that an error is answered with. What the answer hides, the log tells. */
export const answerError = (
  error: unknown,
  { problems, correlationId, route, path }: Surroundings,
): APIGatewayProxyStructuredResultV2 => {
  const known = problemOf(error, problems);
  if (known && known.status < 500) {
    // The names of the fields, never their values: one of them may be a password or a card's number.
    const fields = known.errors?.map(({ field }) => (FIELD.test(field) ? field : '?'));
    logger.info('Refused', { status: known.status, title: known.title, route, ...(fields && { fields }) });
  } else {
    logger.error('Unexpected error', { error: asError(error), route });
    tracer.addErrorAsMetadata(asError(error));
    countMisjudged('Faults');
  }
  const problem = known ?? UNEXPECTED;
  return {
    statusCode: problem.status,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      ...(error instanceof HttpProblem && error.headers),
      'x-correlation-id': correlationId,
    },
    body: JSON.stringify({ ...problem, instance: path, correlationId }),
  };
};

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Middy's security headers, less those that only mean something to a page: this is an API. */
export const securityHeaders = (): MiddlewareObj =>
  httpSecurityHeaders({
    contentSecurityPolicy: {
      'default-src': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'report-to': '',
      'require-trusted-types-for': '',
      'upgrade-insecure-requests': false,
    },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    dnsPrefetchControl: false,
    downloadOptions: false,
    originAgentCluster: false,
    permissionsPolicy: false,
    permittedCrossDomainPolicies: false,
    reportingEndpoints: false,
    reportTo: false,
    strictTransportSecurity: { maxAge: 63_072_000, includeSubDomains: true, preload: false },
  } as never) as MiddlewareObj;
