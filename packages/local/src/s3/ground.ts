import type { Caller, Store, WireAnswer } from '../cloud.ts';
import type { Bucket, Buckets } from './buckets.ts';
import type { Files } from './files.ts';
import type { Input } from './input.ts';
import type { Objects, StoredObject } from './objects.ts';

/** What the calls of S3 work with. */
export interface Ground {
  readonly endpoint: string;
  readonly region: string;
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly files: Files;
  /** Where uploads in parts are kept. */
  readonly store: Store;
  readonly now: () => number;
  /** Another call of S3 with the caller's permissions checked. */
  call(caller: Caller, action: string, input: Input): Promise<WireAnswer>;
  /** Tells whom the bucket's template names; `event` is such as `ObjectCreated:Put`. */
  notify(bucket: Bucket, object: StoredObject, event: string): void;
}
