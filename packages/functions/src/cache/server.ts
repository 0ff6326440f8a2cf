import type { Redis } from 'iovalkey';
import { type Breaker, createBreaker } from './breaker.ts';
import { type CacheServerAddress, type Connection, connect } from './connection.ts';
import { DeadlineExceeded, withDeadline } from './deadline.ts';

export interface CacheServerOptions {
  /** How long a caller waits for one operation, connecting included. */
  readonly patienceMs: number;
  readonly breaker?: Breaker;
}

/** A server that may be slow, wrong or dead. */
export interface CacheServer {
  /**
   * Runs a command.
   *
   * @throws Error where there is no answer in time, or nobody should ask at present ({@link CircuitOpen}).
   */
  run<Result>(command: (client: Redis) => Promise<Result>): Promise<Result>;
  close(): void;
}

/** The server failed several times in a row and is left alone for a while. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen';
}

/**
 * One connection to a cache, made when it is first needed and again after any failure: what a container that was
 * frozen finds dead is replaced by the next call.
 */
export const createCacheServer = (
  address: CacheServerAddress,
  { patienceMs, breaker = createBreaker() }: CacheServerOptions,
): CacheServer => {
  let connection: Connection | undefined;

  const drop = (dropped: Connection | undefined): void => {
    if (connection === dropped) connection = undefined;
    dropped?.close();
  };

  return {
    async run(command) {
      if (!breaker.admits()) throw new CircuitOpen(`${new URL(address.url).host} is left alone for a while`);
      connection ??= connect(address, drop);
      const current = connection;
      let isAwaited = true;
      const answer = current.client.then((client) =>
        // Connected too late for this caller: what it wanted is not done behind its back.
        isAwaited ? command(client) : Promise.reject(new DeadlineExceeded()),
      );
      try {
        const result = await withDeadline(answer, patienceMs);
        breaker.succeeded();
        return result;
      } catch (error) {
        isAwaited = false;
        const isLate = error instanceof DeadlineExceeded && current.isOpening();
        // Of the callers that shared a connection that broke, one counts.
        if (isLate || current.breaks()) breaker.failed();
        if (!isLate) drop(current);
        throw error;
      }
    },
    close: () => drop(connection),
  };
};
