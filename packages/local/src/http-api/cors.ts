import type { HttpAnswer, HttpRequest } from './http.ts';

/** `CorsConfiguration` of an API. */
export interface CorsConfiguration {
  readonly AllowOrigins?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly AllowCredentials?: boolean;
  readonly MaxAge?: number;
}

/** A browser's question before the request itself. API Gateway answers it where no route takes OPTIONS. */
export const isPreflight = ({ method, headers }: HttpRequest): boolean =>
  method === 'OPTIONS' && Boolean(headers.origin) && Boolean(headers['access-control-request-method']);

/** The answer to a preflight request, before {@link withCors}. */
export const preflightAnswer: HttpAnswer = { status: 204, headers: {}, body: '' };

/** The answer with the API's own CORS headers; what the function set of them does not count. */
export const withCors = (cors: CorsConfiguration, request: HttpRequest, answer: HttpAnswer): HttpAnswer => {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!name.startsWith('access-control-')) headers[name] = value;
  }
  const allowed = allowedOrigin(cors, request.headers.origin);
  if (allowed === undefined) return { ...answer, headers };
  headers['access-control-allow-origin'] = allowed;
  if (allowed !== '*') headers.vary = [headers.vary ?? [], 'Origin'].flat().join(', ');
  if (cors.AllowCredentials === true) headers['access-control-allow-credentials'] = 'true';
  if (isPreflight(request)) {
    Object.assign(headers, joined('access-control-allow-methods', cors.AllowMethods));
    Object.assign(headers, joined('access-control-allow-headers', cors.AllowHeaders));
    if (cors.MaxAge !== undefined) headers['access-control-max-age'] = String(cors.MaxAge);
  } else {
    Object.assign(headers, joined('access-control-expose-headers', cors.ExposeHeaders));
  }
  return { ...answer, headers };
};

const allowedOrigin = ({ AllowOrigins = [] }: CorsConfiguration, origin: string | undefined) => {
  if (origin === undefined) return undefined;
  if (AllowOrigins.includes('*')) return '*';
  return AllowOrigins.some((pattern) => fits(pattern, origin)) ? origin : undefined;
};

/** `https://*` allows every origin of that scheme. */
const fits = (pattern: string, origin: string): boolean =>
  pattern.endsWith('://*') ? origin.startsWith(pattern.slice(0, -1)) : pattern === origin;

const joined = (name: string, values: readonly string[] | undefined): Record<string, string> =>
  values === undefined || values.length === 0 ? {} : { [name]: values.join(',') };
