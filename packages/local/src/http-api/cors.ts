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

/** API Gateway's own answer to a preflight request; undefined for every other request. */
export const preflight = (
  cors: CorsConfiguration,
  { method, headers }: HttpRequest,
): HttpAnswer | undefined => {
  const isPreflight = method === 'OPTIONS' && headers.origin && headers['access-control-request-method'];
  if (!isPreflight) return undefined;
  const allowed = allowedOrigin(cors, headers.origin);
  if (allowed === undefined) return { status: 204, headers: {}, body: '' };
  return {
    status: 204,
    headers: {
      ...originHeaders(cors, allowed),
      ...joined('access-control-allow-methods', cors.AllowMethods),
      ...joined('access-control-allow-headers', cors.AllowHeaders),
      ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
    },
    body: '',
  };
};

/** The headers that every other answer gets; they take the place of what a function set. */
export const corsHeaders = (cors: CorsConfiguration, origin: string | undefined): Record<string, string> => {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return { ...originHeaders(cors, allowed), ...joined('access-control-expose-headers', cors.ExposeHeaders) };
};

const allowedOrigin = ({ AllowOrigins = [] }: CorsConfiguration, origin: string | undefined) => {
  if (origin === undefined) return undefined;
  if (AllowOrigins.includes('*')) return '*';
  return AllowOrigins.some((pattern) => fits(pattern, origin)) ? origin : undefined;
};

/** `https://*` allows every origin of that scheme. */
const fits = (pattern: string, origin: string): boolean =>
  pattern.endsWith('://*') ? origin.startsWith(pattern.slice(0, -1)) : pattern === origin;

const originHeaders = ({ AllowCredentials }: CorsConfiguration, allowed: string): Record<string, string> => ({
  'access-control-allow-origin': allowed,
  ...(allowed !== '*' && { vary: 'Origin' }),
  ...(AllowCredentials === true && { 'access-control-allow-credentials': 'true' }),
});

const joined = (name: string, values: readonly string[] | undefined): Record<string, string> =>
  values === undefined || values.length === 0 ? {} : { [name]: values.join(',') };
