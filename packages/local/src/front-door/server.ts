import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../cloud.ts';
import { BodyTooLarge, type HttpAnswer, type HttpRequest, MAX_BODY_BYTES } from '../http-api/http.ts';
import { StartError } from '../start-error.ts';

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Headers that belong to one connection; a function has no say in them. */
const CONNECTION_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/** Listens on this machine only. Throws a StartError where the port is taken. */
export const serve = async (
  port: number,
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
  log: Log,
): Promise<HttpServer> => {
  const server = createServer((incoming, outgoing) => {
    answer(toRequest(incoming))
      .then((result) => send(outgoing, incoming.method, result))
      .catch((error) => {
        // A client that went away, or a header that HTTP can't carry.
        if (outgoing.headersSent || outgoing.destroyed) return;
        log.error('front door', `${incoming.method} ${incoming.url}: ${error.message}`);
        fail(outgoing);
      });
  });
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
  url: incoming.url ?? '/',
  headers: incoming.headers,
  sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  body: () => read(incoming),
});

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
) => {
  for (const [name, value] of Object.entries(headers)) {
    if (!CONNECTION_HEADERS.has(name)) outgoing.setHeader(name, value);
  }
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  if (status !== 204 && status !== 304) outgoing.setHeader('content-length', Buffer.byteLength(body));
  outgoing.writeHead(status);
  outgoing.end(hasBody ? body : undefined);
};

const fail = (outgoing: ServerResponse): void => {
  for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name);
  outgoing.writeHead(500, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ message: 'Internal Server Error' }));
};
