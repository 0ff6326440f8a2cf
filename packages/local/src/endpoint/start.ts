import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Api, AwsError, type Caller, type WireAnswer } from '../cloud.ts';
import type { Authorize } from '../iam/authorize.ts';
import { StartError } from '../start-error.ts';
import { decode, type Request } from './decode.ts';
import { encodeError, encodeOutput } from './encode.ts';

/** What the endpoint needs to know before it can answer. */
interface Service {
  find(prefix: string): Api;
  authorize: Authorize;
  /** Who holds an access key. */
  caller(accessKey: string): Caller | undefined;
}

export interface Endpoint {
  readonly url: string;
  serve(service: Service): void;
  stop(): Promise<void>;
}

/** Listens at once, so that the address is known; answers once `serve` was called. */
export const startEndpoint = async (port: number): Promise<Endpoint> => {
  let service: Service | undefined;
  const server = createServer((request, response) => {
    answer(service, request)
      .catch((error) => encodeError({ protocol: 'json' }, error))
      .then((wire) => send(response, wire));
  });
  // Longer than any client keeps a connection, so that none is closed under a request.
  server.keepAliveTimeout = 60_000;
  const address = await listen(server, port);
  return {
    url: `http://127.0.0.1:${address.port}`,
    serve: (given) => {
      service = given;
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

const answer = async (service: Service | undefined, incoming: IncomingMessage): Promise<WireAnswer> => {
  const body = await read(incoming);
  let request: Pick<Request, 'protocol'> & Partial<Request> = { protocol: 'json' };
  let api: Api | undefined;
  try {
    if (service === undefined) throw new AwsError('ServiceUnavailable', 'still starting', 503);
    const { method = 'GET', url = '/', headers } = incoming;
    const decoded = decode(method, url, headers, body, service.find);
    request = decoded;
    api = service.find(decoded.prefix);
    // A pre-signed URL says in itself who signed it.
    return await perform(service, api, decoded, headers.authorization ?? url, body);
  } catch (error) {
    return error instanceof AwsError && api?.encodeError !== undefined
      ? api.encodeError(error, request.input as never)
      : encodeError(request, error);
  }
};

const perform = async (
  service: Service,
  api: Api,
  request: Request,
  authorization: string,
  body: Buffer,
): Promise<WireAnswer> => {
  const caller = identify(service, request, authorization);
  if (caller !== 'anyone') {
    service.authorize(caller, api.permissions(request.action, request.input as never));
  }
  if (api.forward !== undefined) return await api.forward(request.action, body, request.input as never);
  const from: Caller = caller === 'anyone' ? { kind: 'root' } : caller;
  const output = await api.handle(request.action, request.input as never, from);
  const { protocol, action } = request;
  return protocol === 'rest' && api.encode !== undefined
    ? api.encode(action, output as never)
    : encodeOutput(request, output);
};

/** What Amazon Cognito answers without a signature: the calls of a browser that has nobody signed in yet. */
const unsigned = new Set(
  [
    'SignUp',
    'ConfirmSignUp',
    'ResendConfirmationCode',
    'InitiateAuth',
    'RespondToAuthChallenge',
    'ForgotPassword',
    'ConfirmForgotPassword',
    'GetUser',
    'RevokeToken',
    'GlobalSignOut',
    'ChangePassword',
    'UpdateUserAttributes',
    'DeleteUser',
  ].map((action) => `cognito-idp:${action}`),
);

const identify = (
  service: Service,
  request: Request,
  authorization: string | undefined,
): Caller | 'anyone' => {
  const accessKey = /Credential=([^/,%\s]+)/.exec(authorization ?? '')?.[1];
  if (accessKey === undefined) {
    if (unsigned.has(`${request.prefix}:${request.action}`)) return 'anyone';
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const caller = service.caller(accessKey);
  if (caller === undefined) {
    const message = 'The security token included in the request is invalid.';
    throw new AwsError('UnrecognizedClientException', message, 400);
  }
  return caller;
};

/** With listeners instead of `for await`, which costs as much as all else that is done here for a call. */
const read = (incoming: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    incoming.once('error', reject);
  });

const send = (response: ServerResponse, { status, headers, body }: WireAnswer): void => {
  // The answer to a HEAD request has the length of what it doesn't hold.
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
};
