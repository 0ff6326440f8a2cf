import { DomainError } from '../domain-error.ts';
import type { FieldError } from '../validation.ts';

/** How HTTP answers an error. */
export interface Problem {
  readonly status: number;
  /** One sentence, the same for every occurrence. */
  readonly title: string;
}

/** The answers to a context's domain errors, by the error's name. */
export type Problems = Readonly<Record<string, Problem>>;

/** The errors that the kit has for every context. */
const common: Problems = {
  ConcurrentUpdate: { status: 503, title: 'Too many requests for the same thing at once: try again' },
  IdempotencyKeyReused: {
    status: 422,
    title: 'This Idempotency-Key came with another request before',
  },
};

/** A request that the kit itself refuses. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    title: string,
    detail?: string,
    { errors, headers = {} }: { errors?: readonly FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.errors = errors;
    this.headers = headers;
  }
}

/** The answer to a request some of whose fields are not as they must be. */
export const invalidRequest = (errors: readonly FieldError[]): HttpProblem =>
  new HttpProblem(400, 'Invalid request', 'Something in the request is not as it must be.', { errors });

/** An RFC 9457 problem document, apart from what is the same for all. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

/** `OutOfStock` becomes `urn:emporium:problem:out-of-stock`: a name for programs, not an address. */
const typeOf = (errorName: string) =>
  `urn:emporium:problem:${errorName.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}`;

/** The problem document of an error that has one; an unexpected error has none. */
export const problemOf = (error: unknown, own: Problems): ProblemDocument | undefined => {
  const problems: Problems = { ...common, ...own };
  if (error instanceof HttpProblem) {
    const { status, title, message, errors } = error;
    return {
      type: 'about:blank',
      title,
      status,
      ...(message && { detail: message }),
      ...(errors && { errors }),
    };
  }
  if (!(error instanceof Error) || !Object.hasOwn(problems, error.name)) return undefined;
  const problem = problems[error.name];
  if (!problem) return undefined;
  const { status, title } = problem;
  const document = { type: typeOf(error.name), title, status };
  // An SDK's error can be mapped by name too, but its text isn't written for our callers.
  if (!(error instanceof DomainError)) return document;
  return { ...error.data, ...document, ...(error.detail !== undefined && { detail: error.detail }) };
};
