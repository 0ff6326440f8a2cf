import type { Service } from './services.ts';

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
