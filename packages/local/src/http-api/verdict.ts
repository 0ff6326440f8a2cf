import type { Call } from './event.ts';
import type { HttpAnswer } from './http.ts';

/** What goes into the event as `requestContext.authorizer`, or the answer that a refused request gets. */
export type Verdict =
  | { readonly authorizer: Readonly<Record<string, unknown>> }
  | { readonly refusal: HttpAnswer };

/** `scopes` are those of the route. */
export type Authorize = (call: Call, scopes: readonly string[]) => Promise<Verdict>;
