import { AwsError } from '../cloud.ts';

/** The queues: fauxqs in this process, without a port, its state in SQLite. */
export interface Engine {
  call<Output>(action: string, input: unknown): Promise<Output>;
  close(): Promise<void>;
}

/** What is used of fauxqs. Its own `startFauxqs` listens on every network interface; its parts need no port at all. */
interface Parts {
  buildApp(options: object): App;
  SqsStore: new () => SqsStore;
  SnsStore: new () => object;
  S3Store: new () => object;
  PersistenceManager: new (folder: string) => Persistence;
  INVALID_MESSAGE_BODY_CHAR: RegExp;
}

interface App {
  inject(request: object): Promise<{ statusCode: number; body: string }>;
  close(): Promise<void>;
}

interface SqsStore {
  persistence?: Persistence;
  allQueues(): Iterable<{ persistence?: Persistence; cancelWaiters(): void }>;
}

interface Persistence {
  readonly db: { exec(sql: string): void };
  loadSqsAndSns(sqs: SqsStore, sns: object): void;
  close(): void;
}

const loadParts = async (): Promise<Parts> => {
  const main = import.meta.resolve('fauxqs');
  const part = (file: string) => import(new URL(file, main).href);
  const files = ['app.js', 'sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js', 'persistence.js'];
  const parts = await Promise.all([...files, 'sqs/sqsTypes.js'].map(part));
  return Object.assign({}, ...parts) as Parts;
};

/** What no message may hold: AWS's list, of which fauxqs forgets the last range, where emoji and rare ideographs are. */
const INVALID_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export const openEngine = async (folder: string, region: string): Promise<Engine> => {
  const { buildApp, SqsStore, SnsStore, S3Store, PersistenceManager, INVALID_MESSAGE_BODY_CHAR } =
    await loadParts();
  INVALID_MESSAGE_BODY_CHAR.test = (text) => INVALID_CHARACTER.test(text);
  const persistence = new PersistenceManager(folder);
  // A committed write survives kill -9 without an fsync.
  persistence.db.exec('PRAGMA synchronous = OFF');
  // Nobody is working on a message when everything has just started: what was received becomes visible at once.
  persistence.db.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  persistence.loadSqsAndSns(sqsStore, snsStore);
  sqsStore.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  const app = buildApp({
    logger: false,
    defaultRegion: region,
    stores: { sqsStore, snsStore, s3Store: new S3Store() },
  });

  return {
    call: async <Output>(action: string, input: unknown) => {
      const answer = await app.inject({
        method: 'POST',
        url: '/',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
        payload: JSON.stringify(input),
      });
      const output = JSON.parse(answer.body || '{}') as Output & { __type?: string; message?: string };
      if (answer.statusCode < 300) return output;
      const code = output.__type?.split('#').at(-1) ?? 'InternalServerError';
      throw new AwsError(code, output.message ?? code, answer.statusCode);
    },
    close: async () => {
      for (const queue of sqsStore.allQueues()) queue.cancelWaiters();
      await app.close();
      persistence.close();
    },
  };
};
