import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { logger, observe } from '../observability.ts';
import { createBreaker } from './breaker.ts';
import { type CacheEntries, type CacheResource, keyPrefix } from './entries.ts';
import type { CacheServer } from './server.ts';
import { patientServer } from './servers.ts';
import { valkeyStore } from './valkey-store.ts';

/** Nobody waits for an answer here, and a key that is not forgotten stays wrong. */
const PATIENCE_MS = 2000;

/**
 * A Lambda handler for a table's stream that takes out of the cache what was kept of the changed items. Where the
 * cache does not answer, the batch fails and Lambda brings it again.
 *
 * @example
 * export const handler = cacheInvalidator(resources.Cache, [productEntries]);
 */
export const cacheInvalidator = (resource: CacheResource, entries: readonly CacheEntries[]) => {
  let server: CacheServer | undefined;
  return middy(
    (batch: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
      observe(context, async () => {
        const first = batch.Records[0];
        if (resource.engine !== 'valkey' || first === undefined) return { batchItemFailures: [] };
        server ??= patientServer(resource, {
          patienceMs: PATIENCE_MS,
          breaker: createBreaker({ failuresToOpen: Number.POSITIVE_INFINITY }),
        });
        const connected = server;
        const images = batch.Records.flatMap(imagesOf);
        try {
          await Promise.all(
            entries.map((each) =>
              valkeyStore(connected, keyPrefix(resource, each)).invalidate(keysOf(each, images)),
            ),
          );
          return { batchItemFailures: [] };
        } catch (error) {
          logger.error('The cache could not be told of a change', { error: error as Error });
          return { batchItemFailures: [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] };
        }
      }),
  );
};

type Image = Readonly<Record<string, unknown>>;

/** An item before and after the change: it may have been cached under another key. */
const imagesOf = ({ dynamodb: { OldImage, NewImage } = {} }: DynamoDBRecord): Image[] =>
  [OldImage, NewImage]
    .filter((image) => image !== undefined)
    .map((image) => unmarshall(image as Parameters<typeof unmarshall>[0]));

const keysOf = ({ keyOf }: CacheEntries, images: readonly Image[]): string[] => [
  ...new Set(images.map((image) => keyOf?.(image)).filter((key) => key !== undefined)),
];
