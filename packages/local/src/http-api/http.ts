import type { IncomingHttpHeaders } from 'node:http';

/** A request as it reaches an API. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, percent-encoded as the client sent them. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly sourceIp: string;
  /** Reads the body. Rejects with a {@link BodyTooLarge} above the limit of API Gateway. */
  body(): Promise<Buffer>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** 10 MB, which API Gateway grants no increase of. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** An answer of API Gateway's own. */
export const message = (status: number, text: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: text }),
});
