import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AwsError, type Log, type Store } from './cloud.ts';
import { StartError } from './start-error.ts';

export interface Stores {
  open(name: string): Store;
  close(): void;
}

/**
 * Opens the data folder's one SQLite file: a table of `(store, key) → JSON`, shared by all modules. What `put` and
 * `delete` have done outlives a `kill -9` as soon as they return; what they can't do, they throw.
 */
export const openStores = (dataFolder: string, log: Log): Stores => {
  const file = join(dataFolder, 'cloud.db');
  const db = open(file);
  const get = db.prepare('SELECT value FROM entries WHERE store = ? AND key = ?');
  const put = db.prepare(
    'INSERT INTO entries (store, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare('DELETE FROM entries WHERE store = ? AND key = ?');
  // By range, not LIKE: a key may hold % and _.
  const list = db.prepare(
    'SELECT key, value FROM entries WHERE store = ? AND key >= ? AND key < ? ORDER BY key',
  );
  const begin = db.prepare('BEGIN');
  const commit = db.prepare('COMMIT');
  const disk = watchDisk(file, log);
  const write = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      // A full disk may have ended a transaction already.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw disk.refused(error);
    }
    disk.accepted();
  };

  const openStore = (name: string): Store => ({
    get: <T>(key: string) => {
      const row = get.get(name, key) as { value: string } | undefined;
      return row === undefined ? undefined : (JSON.parse(row.value) as T);
    },
    put: (key, value) => {
      const text = JSON.stringify(value ?? null);
      write(() => put.run(name, key, text));
    },
    delete: (key) => write(() => remove.run(name, key)),
    batch: (writes) =>
      write(() => {
        begin.run();
        for (const { key, value } of writes) {
          if (value === undefined) remove.run(name, key);
          else put.run(name, key, JSON.stringify(value));
        }
        commit.run();
      }),
    list: <T>(prefix = '') =>
      (list.all(name, prefix, `${prefix}\u{10ffff}`) as { key: string; value: string }[]).map((row) => ({
        key: row.key,
        value: JSON.parse(row.value) as T,
      })),
  });
  return { open: openStore, close: () => db.close() };
};

const open = (file: string): DatabaseSync => {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file);
    // One process owns the data folder: without locks and shared memory for others a write costs half.
    // A committed write survives kill -9 without an fsync; only a power cut could lose the last moments,
    // and a development machine needs the thousands of writes a second that this buys.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    db.exec(
      'CREATE TABLE IF NOT EXISTS entries (store TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (store, key)) WITHOUT ROWID',
    );
    return db;
  } catch (error) {
    db?.close();
    throw new StartError(
      `Cannot open ${file}: ${(error as Error).message}. ${fixes[primaryCode(error)] ?? ''}`.trim(),
    );
  }
};

/** SQLite's primary result codes, https://sqlite.org/rescode.html */
const CODES = { BUSY: 5, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, NOTADB: 26 };

const fixes: Readonly<Record<number, string>> = {
  [CODES.BUSY]: 'Another program has it open: close that one, or choose another folder with --data',
  [CODES.READONLY]: 'Make it writable, or choose another folder with --data',
  [CODES.IOERR]: 'Look at the disk, or choose another folder with --data',
  [CODES.CORRUPT]: 'Start with --fresh to begin with empty data',
  [CODES.FULL]: 'Make room on the disk, or choose another folder with --data',
  [CODES.NOTADB]: 'Start with --fresh to begin with empty data',
};

const primaryCode = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;

/** Says once that nothing can be written, and once that it can again: each caller is answered with a 500 meanwhile. */
const watchDisk = (file: string, log: Log) => {
  let isFull = false;
  return {
    refused: (error: unknown): unknown => {
      const fix = fixes[primaryCode(error)];
      if (fix === undefined) return error;
      const { message } = error as Error;
      if (!isFull)
        log.error('data', `cannot write to ${file}: ${message}. Until it can, calls fail with a 500`);
      isFull = true;
      return new AwsError('InternalFailure', `The local cloud cannot write to ${file}: ${message}`, 500);
    },
    accepted: (): void => {
      if (!isFull) return;
      isFull = false;
      log.info('data', `${file} can be written again`);
    },
  };
};
