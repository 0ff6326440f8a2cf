import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How long an answer may take, whatever was sent. */
const LIMIT_MS = 15_000;

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Status line and headers, in lower case. */
  readonly head: string;
  readonly body: string;
  /** How many answers came. */
  readonly answers: number;
}

/** A connection to the shop's host. */
export const connect = (url: string) => {
  const { protocol, hostname, port } = new URL(url);
  return protocol === 'https:'
    ? connectTls({
        host: hostname,
        port: Number(port || 443),
        servername: hostname,
        ALPNProtocols: ['http/1.1'],
      })
    : connectPlain({ host: hostname, port: Number(port || 80) });
};

/** Sends bytes as they are, which no HTTP client would, and reads until the server closes the connection. */
export const sendRaw = (url: string, bytes: string | Buffer): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const socket = connect(url);
    const chunks: Buffer[] = [];
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`no end within ${LIMIT_MS} ms`)));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // The server may close while we still write.
      if (chunks.length === 0 || !['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) reject(error);
    });
    socket.once('close', () => resolve(parse(Buffer.concat(chunks).toString('latin1'))));
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  });

const parse = (text: string): RawAnswer => {
  const end = text.indexOf('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
    head: (end < 0 ? text : text.slice(0, end)).toLowerCase(),
    body: end < 0 ? '' : text.slice(end + 4),
    answers: text.match(/^HTTP\/1\.1 \d{3}/gm)?.length ?? 0,
  };
};

/** One request of its own connection, its target and headers to the letter. */
export const rawRequest = (
  url: string,
  { method = 'GET', target, headers = [], body = '' }: RawRequest,
): Promise<RawAnswer> => {
  const hasHost = headers.some((header) => /^host:/i.test(header));
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(hasHost ? [] : [`host: ${new URL(url).host}`]),
    ...headers,
    'connection: close',
  ];
  return sendRaw(url, `${lines.join('\r\n')}\r\n\r\n${body}`);
};

interface RawRequest {
  readonly method?: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}
