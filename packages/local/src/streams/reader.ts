import type { Caller, Cloud } from '../cloud.ts';

/** A record of a table's stream, as DynamoDB gives it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime: number;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Reads a stream in order, from where `after` says. The engine keeps one shard a stream. */
export interface Reader {
  readonly shardId: string;
  /** The next records, at most `limit`; none where there are none yet. */
  read(limit: number): Promise<readonly StreamRecord[]>;
}

/** GetRecords gives no more at once. */
export const MAX_READ = 1000;

interface Page {
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator?: string;
}

export const openReader = async (
  cloud: Cloud,
  { caller, streamArn, after }: { caller: Caller; streamArn: string; after: string | undefined },
): Promise<Reader> => {
  const call = <Output>(action: string, input: object) =>
    cloud.call<Output>(caller, 'dynamodb', action, input);
  const { StreamDescription } = await call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
    'DescribeStream',
    { StreamArn: streamArn },
  );
  const shardId = StreamDescription.Shards[0]?.ShardId;
  if (shardId === undefined) throw new Error(`${streamArn} has no shard`);
  const { ShardIterator } = await call<{ ShardIterator: string }>('GetShardIterator', {
    StreamArn: streamArn,
    ShardId: shardId,
    ...(after === undefined
      ? { ShardIteratorType: 'TRIM_HORIZON' }
      : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
  });
  let iterator = ShardIterator;
  return {
    shardId,
    read: async (limit) => {
      const page = await call<Page>('GetRecords', { ShardIterator: iterator, Limit: limit });
      iterator = page.NextShardIterator ?? iterator;
      return page.Records;
    },
  };
};
