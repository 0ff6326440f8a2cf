import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Datum } from '../cloud.ts';
import { recordingLog } from '../test-cloud.ts';
import { openDatabase } from './database.ts';
import { createEngine, type Engine } from './engine.ts';
import type { Received } from './received.ts';

/** Of a queue in these tests. */
export const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

const opened = new Set<Engine>();

export const closeQueues = (): void => {
  for (const engine of opened) engine.close();
  opened.clear();
};

/** Queues by name, on a clock that only the test moves. */
export const openQueues = (
  queues: Record<string, Record<string, string>>,
  { folder = mkdtempSync(join(tmpdir(), 'queues-')), at = 1_700_000_000_000 } = {},
) => {
  const clock = { now: at, wall: at };
  const data: Datum[] = [];
  const log = recordingLog();
  const engine = createEngine(openDatabase(folder, log), {
    now: () => clock.now,
    wall: () => clock.wall,
    metrics: { put: (datum) => void data.push(datum) },
    baseUrl: 'http://127.0.0.1/000000000000',
  });
  opened.add(engine);
  for (const [name, attributes] of Object.entries(queues)) engine.queues.add(arn(name), attributes);
  const pass = (ms: number) => {
    clock.now += ms;
    clock.wall += ms;
  };
  const call = <T = Record<string, string>>(action: string, queue: string, input: object = {}) =>
    engine.call(action, { QueueUrl: `http://127.0.0.1/000000000000/${queue}`, ...input }) as Promise<T>;
  const send = (queue: string, MessageBody: string, input: object = {}) =>
    call('SendMessage', queue, { MessageBody, ...input });
  const receive = async (queue: string, input: object = {}): Promise<readonly Received[]> => {
    const options = { MaxNumberOfMessages: 10, AttributeNames: ['All'], MessageAttributeNames: ['All'] };
    const output = await call<{ Messages?: Received[] }>('ReceiveMessage', queue, { ...options, ...input });
    return output.Messages ?? [];
  };
  const bodies = async (queue: string, input: object = {}) =>
    (await receive(queue, input)).map(({ Body }) => Body);
  const remove = (queue: string, { ReceiptHandle }: Pick<Received, 'ReceiptHandle'>) =>
    call('DeleteMessage', queue, { ReceiptHandle });
  const close = () => {
    opened.delete(engine);
    engine.close();
  };
  return { engine, log, close, clock, pass, call, send, receive, bodies, remove, data, folder };
};

export const first = ([message]: readonly Received[]): Received => {
  if (message === undefined) throw new Error('nothing was received');
  return message;
};
