/** Headers of a request by lower-case name. What was sent more than once is joined by commas, cookies by semicolons. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** A request as it reaches an API. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, percent-encoded as the client sent them. */
  readonly url: string;
  readonly headers: RequestHeaders;
  readonly sourceIp: string;
  /** Reads the body. Rejects with a {@link BodyTooLarge} above the limit of API Gateway. */
  body(): Promise<Buffer>;
}

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
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

/** Path and query of a URL as the client sent it; neither is normalised, so `/a/../b` stays what it is. */
export const splitUrl = (url: string): { path: string; query: string } => {
  const at = url.indexOf('?');
  return at === -1 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
};

/** A record whose keys come from a client: without a prototype, so that `__proto__` is a name like any other. */
export const emptyRecord = (): Record<string, string> => Object.create(null) as Record<string, string>;
