import { randomBytes } from 'node:crypto';
import type { Store } from '../cloud.ts';
import type { Checksum } from './body.ts';
import type { Bucket } from './buckets.ts';

/** One version of an object. */
export interface StoredObject {
  readonly key: string;
  /** Only where the bucket keeps versions. */
  readonly versionId?: string;
  /** A version that says: from here on there is no such object. */
  readonly isDeleteMarker?: true;
  /** The file with the content; a delete marker has none. */
  readonly file?: string;
  readonly size: number;
  /** In quotes, as it goes on the wire. */
  readonly etag: string;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
  /** Under the names of the headers that give them back. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}

/** Which objects there are. Everything here is synchronous, so that a condition holds until the write that it guards. */
export interface Objects {
  /** The newest version, be it a delete marker. */
  newest(bucket: Bucket, key: string): StoredObject | undefined;
  version(bucket: Bucket, key: string, versionId: string): StoredObject | undefined;
  /** Every version, by key, the newest first. */
  versions(bucket: Bucket, prefix?: string): StoredObject[];
  /** The newest versions under a prefix that are no delete markers, by key. */
  list(bucket: Bucket, prefix: string): StoredObject[];
  /**
   * Makes an object the newest version; gives the file that nobody needs any more. `announce` comes before the write:
   * a crash between the two tells of something that never was, which its reader has to bear, but never the reverse.
   */
  put(
    bucket: Bucket,
    object: StoredObject,
    announce: (stored: StoredObject) => void,
  ): { stored: StoredObject; unused: string | undefined };
  /** Deletes one version for good; gives its file. */
  remove(bucket: Bucket, object: StoredObject): string | undefined;
}

/** Newer ones sort before older ones. */
let previousVersion = 0;
const newVersionId = (now: number): string => {
  previousVersion = Math.max(now * 1000, previousVersion + 1);
  return `${(Number.MAX_SAFE_INTEGER - previousVersion).toString(36).padStart(11, '0')}${randomBytes(10).toString('hex')}x`;
};

export const createObjects = (store: Store, now: () => number): Objects => {
  const newestKey = ({ name }: Bucket, key: string) => `newest/${name}/${key}`;
  const olderKey = ({ name }: Bucket, { key, versionId = 'null' }: StoredObject) =>
    `older/${name}/${key}\0${versionId}`;
  const newest = (bucket: Bucket, key: string) => store.get<StoredObject>(newestKey(bucket, key));
  const older = (bucket: Bucket, prefix: string) =>
    store.list<StoredObject>(`older/${bucket.name}/${prefix}`).map(({ value }) => value);
  const listed = (bucket: Bucket, prefix: string) =>
    store.list<StoredObject>(newestKey(bucket, prefix)).map(({ value }) => value);

  return {
    newest,
    version: (bucket, key, versionId) => {
      const current = newest(bucket, key);
      if ((current?.versionId ?? 'null') === versionId) return current;
      return older(bucket, `${key}\0`).find((each) => (each.versionId ?? 'null') === versionId);
    },
    versions: (bucket, prefix = '') => {
      const byKey = Map.groupBy(older(bucket, prefix), ({ key }) => key);
      return listed(bucket, prefix).flatMap((current) => [
        current,
        // A crash between the two writes of `put` leaves the newest one among the older ones, too.
        ...(byKey.get(current.key) ?? []).filter(({ versionId }) => versionId !== current.versionId),
      ]);
    },
    list: (bucket, prefix) => listed(bucket, prefix).filter(({ isDeleteMarker }) => !isDeleteMarker),
    put: (bucket, object, announce) => {
      const replaced = newest(bucket, object.key);
      const stored = bucket.isVersioned ? { ...object, versionId: newVersionId(now()) } : object;
      announce(stored);
      if (bucket.isVersioned && replaced !== undefined) store.put(olderKey(bucket, replaced), replaced);
      store.put(newestKey(bucket, object.key), stored);
      return { stored, unused: bucket.isVersioned ? undefined : replaced?.file };
    },
    remove: (bucket, object) => {
      if (newest(bucket, object.key)?.versionId === object.versionId) {
        const [next] = older(bucket, `${object.key}\0`).filter((each) => each.versionId !== object.versionId);
        if (next === undefined) store.delete(newestKey(bucket, object.key));
        else {
          store.put(newestKey(bucket, object.key), next);
          store.delete(olderKey(bucket, next));
        }
      }
      store.delete(olderKey(bucket, object));
      return object.file;
    },
  };
};
