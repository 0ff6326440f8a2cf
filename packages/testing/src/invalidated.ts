import { createServer, type Socket } from 'node:net';
import { type Described, offlineLinks } from '@emporium/resources/cloudformation';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { lambdaContext } from './lambda-context.ts';
import { STAGE } from './links.ts';

type Invalidator = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;

/**
 * Runs a context's `invalidateCache` on a stream event, such as its sample, before a cache that takes everything.
 *
 * @returns the commands that came to the cache.
 * @throws Error where the function reports a failure.
 */
export const invalidated = async (
  invalidator: Invalidator,
  event: object,
  resources: Described,
): Promise<string[]> => {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const arrived = commandsIn(data.toString());
      commands.push(...arrived);
      socket.write(':1\r\n'.repeat(arrived.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const cache = { engine: 'valkey', url } as const;
  const settings = { logRetentionInDays: 1, release: 'all-at-once', cache };
  Object.assign(process.env, offlineLinks(resources, { stage: STAGE, settings }));
  try {
    const { batchItemFailures } = await invalidator(
      event as DynamoDBStreamEvent,
      lambdaContext('invalidateCache'),
    );
    if (batchItemFailures.length > 0) throw new Error(`Failed at ${batchItemFailures[0]?.itemIdentifier}`);
    return commands;
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
};

/** `*2\r\n$3\r\ndel\r\n$1\r\na\r\n` → `DEL a`. */
const commandsIn = (text: string): string[] =>
  text
    .split(/^\*\d+\r\n/m)
    .filter((command) => command !== '')
    .map((command) => {
      const [name = '', ...parts] = command.split('\r\n').filter((_, index) => index % 2 === 1);
      return [name.toUpperCase(), ...parts].join(' ');
    });
