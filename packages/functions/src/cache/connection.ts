import type { Redis } from 'iovalkey';

/** Where a cache is: what a link to it holds where its engine is `valkey`. */
export interface CacheServerAddress {
  readonly url: string;
  /** The ElastiCache Serverless cache that the URL's user signs in to by IAM. Without it, the URL says it all. */
  readonly cacheName?: string | undefined;
}

/** A connection that is still being made is waited for by others after the first caller's patience is over. */
const CONNECT_LIMIT_MS = 2000;

/** A connection that is being made, or is made. */
export interface Connection {
  readonly client: Promise<Redis>;
  isOpening(): boolean;
  /** Whether it had not broken before. */
  breaks(): boolean;
  close(): void;
}

/** Connects. `onEnd` is told when the connection can't be used any more. */
export const connect = (address: CacheServerAddress, onEnd: (connection: Connection) => void): Connection => {
  let opened: Redis | undefined;
  let closed = false;
  let isBroken = false;
  const open = async (): Promise<Redis> => {
    const client = await createClient(address);
    if (closed) throw new Error('closed before it was open');
    client.on('end', () => onEnd(connection));
    opened = client;
    await client.connect();
    // An idle connection is no reason for a process to live on.
    client.stream.unref();
    return client;
  };
  const client = open();
  let opening = true;
  const connection: Connection = {
    client,
    isOpening: () => opening,
    breaks: () => {
      const isFirst = !isBroken;
      isBroken = true;
      return isFirst;
    },
    close: () => {
      closed = true;
      if (opened === undefined || opened.status === 'end') return;
      opened.disconnect();
      // Without it, it would wait two seconds for the server to end the connection, too.
      opened.stream?.destroy();
    },
  };
  client
    .catch(() => onEnd(connection))
    .finally(() => {
      opening = false;
    });
  return connection;
};

/** Imported when it is needed: whoever's cache is in memory never loads it. */
const createClient = async ({ url, cacheName }: CacheServerAddress): Promise<Redis> => {
  const [{ Redis }, password] = await Promise.all([
    import('iovalkey'),
    cacheName === undefined ? undefined : signIn(url, cacheName),
  ]);
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_LIMIT_MS,
    ...(password !== undefined && { password }),
    // What failed is not sent again later, when somebody else has written: who asked has long been answered.
    retryStrategy: () => null,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // It would ask for INFO, which the user need not be allowed.
    enableReadyCheck: false,
  });
  // Each failure reaches the caller whose command it was.
  client.on('error', () => {});
  return client;
};

const signIn = async (url: string, cacheName: string): Promise<string> => {
  const { connectToken } = await import('./token.ts');
  const { AWS_REGION: region = 'us-east-1' } = process.env;
  return connectToken({ cacheName, user: new URL(url).username, region });
};
