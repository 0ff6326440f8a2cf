import type { IncomingHttpHeaders } from 'node:http';
import type { Service } from './services.ts';

/** An HTTP request, as it came in. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What can be told of a request before it is read in full: enough to answer an error as its service would. */
export interface Dialect {
  readonly protocol: 'json' | 'query' | 'rest';
  readonly service: Service;
}

export interface Request extends Dialect {
  readonly action: string;
  readonly input: unknown;
  /** A query request's version of the API. */
  readonly version?: string;
}
