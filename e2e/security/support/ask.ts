import { type Answer, createClient } from '../../support/client.ts';
import { type Endpoint, pathOf } from './endpoints.ts';

interface Changes {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly raw?: string | Buffer<ArrayBuffer>;
}

/** Sends the endpoint's sample, or what differs from it. */
export const ask = (url: string, endpoint: Endpoint, changes: Changes = {}): Promise<Answer> => {
  const { sample, method } = endpoint;
  const { token, headers = {}, parameters = {}, query = sample.query, body = sample.body, raw } = changes;
  const path = `${pathOf(endpoint, parameters)}${query && `?${query}`}`;
  return createClient(url, token).send(method, path, {
    ...(raw === undefined ? { body } : { raw }),
    headers: { ...sample.headers, ...headers },
  });
};

/** What an answer says, without what differs from one request to the next. */
export const said = ({ status, body }: Answer) => {
  const { correlationId: _, instance: __, ...rest } = typeof body === 'object' ? body : { body };
  return { status, ...rest };
};
