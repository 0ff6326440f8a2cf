import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../cloud.ts';
import {
  BodyTooLarge,
  emptyRecord,
  type HttpAnswer,
  type HttpRequest,
  MAX_BODY_BYTES,
  type RequestHeaders,
} from '../http-api/http.ts';
import { StartError } from '../start-error.ts';
import { errorPage } from './error-answers.ts';

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** CloudFront takes a request line and headers of 20,480 bytes together. */
const MAX_HEAD_BYTES = 20_480;

/** Listens on this machine only. Throws a StartError where the port is taken. */
export const serve = async (
  port: number,
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
  log: Log,
): Promise<HttpServer> => {
  const server = createServer({ maxHeaderSize: MAX_HEAD_BYTES }, (incoming, outgoing) => {
    answer(toRequest(incoming))
      .then((result) => send(outgoing, incoming.method, result))
      .catch((error) => {
        // A client that went away.
        if (outgoing.headersSent || outgoing.destroyed) return;
        log.error('front door', `${incoming.method} ${incoming.url}: ${error.message}`);
        send(outgoing, incoming.method, errorPage(502, 'CloudFront failed to contact the origin.'));
      });
  });
  server.on('clientError', refuse);
  server.keepAliveTimeout = 60_000;
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Listens, or says in one line why not. */
export const listen = (server: Pick<Server, 'once' | 'listen'>, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is in use' : `can't be opened (${error.code})`;
      reject(new StartError(`Port ${port} ${reason}: stop what uses it, or choose another with --port`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });

const toRequest = (incoming: IncomingMessage): HttpRequest => ({
  method: incoming.method ?? 'GET',
  url: originForm(incoming.url ?? '/'),
  headers: toHeaders(incoming.rawHeaders),
  sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  body: () => read(incoming),
});

/** A client that takes this for a proxy sends the whole URL. */
const originForm = (url: string): string => {
  const [absolute, rest = ''] = /^https?:\/\/[^/?#]*(.*)$/i.exec(url) ?? [];
  if (absolute === undefined) return url;
  return rest.startsWith('/') ? rest : `/${rest}`;
};

const toHeaders = (raw: readonly string[]): RequestHeaders => {
  const headers = emptyRecord();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    const value = raw[i + 1] ?? '';
    const known = headers[name];
    headers[name] = known === undefined ? value : `${known}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
};

const read = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to the end even when it is too much: a client that still sends does not read the answer.
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MAX_BODY_BYTES) throw new BodyTooLarge();
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
};

const send = (
  outgoing: ServerResponse,
  method: string | undefined,
  { status, headers, body }: HttpAnswer,
): void => {
  for (const name in headers) outgoing.setHeader(name, headers[name] ?? '');
  const isEmpty = status === 204 || status === 304;
  if (!isEmpty) outgoing.setHeader('content-length', Buffer.byteLength(body));
  outgoing.writeHead(status);
  outgoing.end(isEmpty || method === 'HEAD' ? undefined : body);
};

/** What is not HTTP, too long or too slow gets an answer, and the connection ends. */
const refuse = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 413, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const reason = { 413: 'Request Entity Too Large', 408: 'Request Timeout' }[status] ?? 'Bad Request';
  const { headers, body } = errorPage(status, 'Bad request.');
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${body.length}\r\nconnection: close\r\nserver: CloudFront\r\n\r\n${body}`,
  );
};
