import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, type WireAnswer } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { type Answer, createAnswer, type Ground } from './answer.ts';
import { encodeError } from './encode.ts';

export interface Endpoint {
  readonly url: string;
  /** Answers a request that did not come over the network. */
  readonly answer: Answer;
  serve(ground: Ground): void;
  stop(): Promise<void>;
}

/** DynamoDB takes 16 MB, and no other of these services takes more in a message of JSON or a form. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** An object of S3 is held in memory while it comes in. */
const MAX_OBJECT_BYTES = 512 * 1024 * 1024;

/** Listens at once, so that the address is known; answers once `serve` was called. */
export const startEndpoint = async (port: number): Promise<Endpoint> => {
  let answer: Answer = async () => refusal('ServiceUnavailable', 'still starting', 503);
  const server = createServer((incoming, response) => {
    read(incoming).then(
      async (body) => {
        const { method = 'GET', url = '/', headers } = incoming;
        if (body === undefined) refuse(response);
        else send(response, await answer({ method, url, headers, body }));
      },
      // Its client has gone.
      () => response.destroy(),
    );
  });
  // Longer than any client keeps a connection, so that none is closed under a request.
  server.keepAliveTimeout = 60_000;
  const address = await listen(server, port);
  return {
    url: `http://127.0.0.1:${address.port}`,
    answer: (request) => answer(request),
    serve: (ground) => {
      answer = createAnswer(ground);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const listen = (server: ReturnType<typeof createServer>, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(`Port ${port} is in use: stop what uses it, or choose another`)
          : new StartError(`Cannot listen on port ${port}: ${error.message}`),
      ),
    );
    server.listen(port, '127.0.0.1', () => resolve(server.address() as AddressInfo));
  });

/** The body; undefined where it is too large. With listeners instead of `for await`, which costs as much as all else that is done here for a call. */
const read = (incoming: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const isMessage = incoming.headers['x-amz-target'] !== undefined || incoming.url === '/';
    const most = isMessage ? MAX_MESSAGE_BYTES : MAX_OBJECT_BYTES;
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) resolve(undefined);
      else chunks.push(chunk);
    });
    incoming.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    incoming.once('error', reject);
  });

const refusal = (code: string, message: string, status: number): WireAnswer =>
  encodeError({ protocol: 'json', service: { prefix: '' } }, new AwsError(code, message, status));

/** Answers before the body is in, and hangs up on the rest of it. */
const refuse = (response: ServerResponse): void => {
  const { headers, ...answer } = refusal('RequestEntityTooLargeException', 'Request too large', 413);
  send(response, { ...answer, headers: { ...headers, connection: 'close' } });
};

const send = (response: ServerResponse, { status, headers, body }: WireAnswer): void => {
  // The answer to a HEAD request has the length of what it doesn't hold.
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
};
