import { connect, type Socket } from 'node:net';

/** The status and body of an HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

/** One connection to the engine; a request at a time. */
interface Connection {
  send(head: string, body: Buffer | string): Promise<Reply>;
  close(): void;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** The answer at the beginning of `bytes`, once all of it has arrived. */
const readReply = (bytes: Buffer): Reply | undefined => {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = LENGTH.exec(head)?.[1];
  // The engine always says how long its answer is; reading anything else as an answer would mix up two of them.
  if (length === undefined) throw new Error(`an answer without content-length: ${head}`);
  const from = end + HEAD_END.length;
  const to = from + Number(length);
  if (bytes.length < to) return undefined;
  // "HTTP/1.1 200 OK"
  return { status: Number(head.slice(9, 12)), body: bytes.subarray(from, to) };
};

const openConnection = (port: number, onEnd: () => void): Connection => {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let waiting: { resolve(reply: Reply): void; reject(error: Error): void } | undefined;
  let received: Buffer | undefined;
  const fail = (error: Error) => {
    onEnd();
    waiting?.reject(error);
    waiting = undefined;
    socket.destroy();
  };
  socket.on('data', (chunk: Buffer) => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk]);
    try {
      const reply = readReply(received);
      if (reply === undefined) return;
      received = undefined;
      const { resolve } = waiting ?? {};
      waiting = undefined;
      resolve?.(reply);
    } catch (error) {
      fail(error as Error);
    }
  });
  socket.once('error', fail);
  socket.once('close', () => fail(new Error('the connection was closed')));
  return {
    send: (head, body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        if (typeof body === 'string') return void socket.write(head + body);
        socket.cork();
        socket.write(head);
        socket.write(body);
        socket.uncork();
      }),
    close: () => void socket.destroy(),
  };
};

/**
 * HTTP to one engine on this machine over connections that stay open: a tenth of the CPU that `node:http` takes,
 * which has to be ready for every server there is. This call is made some thirty times an order.
 *
 * @param head the request's head for a body of so many bytes
 */
export const createConnections = (
  port: number,
): { send(head: string, body: Buffer | string): Promise<Reply>; close(): void } => {
  const all = new Set<Connection>();
  const idle: Connection[] = [];
  const open = (): Connection => {
    const connection = openConnection(port, () => {
      all.delete(connection);
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
    });
    all.add(connection);
    return connection;
  };
  return {
    send: async (head, body) => {
      const connection = idle.pop() ?? open();
      const reply = await connection.send(head, body);
      idle.push(connection);
      return reply;
    },
    close: () => {
      for (const connection of all) connection.close();
    },
  };
};
