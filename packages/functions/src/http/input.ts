import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { GenericSchema } from 'valibot';
import { type FieldError, validate } from '../validation.ts';
import { invalidRequest } from './problem.ts';

/** An HTTP API's event. The body is what the parser made of it. */
export type HttpEvent = Omit<APIGatewayProxyEventV2WithJWTAuthorizer, 'body'> & { body?: unknown };

const PARTS = [
  ['path', (event: HttpEvent) => event.pathParameters ?? {}],
  ['query', (event: HttpEvent) => event.queryStringParameters ?? {}],
  ['headers', (event: HttpEvent) => event.headers ?? {}],
  ['body', (event: HttpEvent) => event.body],
] as const;

type Schemas = { readonly [Part in (typeof PARTS)[number][0]]?: GenericSchema | undefined };

/**
 * The checked parts of a request.
 *
 * @throws HttpProblem with the faults of all parts.
 */
export const readInput = (options: Schemas, event: HttpEvent): Record<string, unknown> => {
  const input: Record<string, unknown> = {};
  const errors: FieldError[] = [];
  for (const [part, read] of PARTS) {
    const schema = options[part];
    if (!schema) continue;
    const checked = validate(schema, read(event));
    if ('errors' in checked)
      errors.push(...checked.errors.map((each) => ({ ...each, field: each.field || part })));
    else input[part] = checked.value;
  }
  if (errors.length > 0) throw invalidRequest(errors);
  return input;
};
