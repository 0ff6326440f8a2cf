import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from './cloud.ts';

export interface Stores {
  open(name: string): Store;
  close(): void;
}

/** Opens the data folder's one SQLite file: a table of `(store, key) → JSON`, shared by all modules. */
export const openStores = (dataFolder: string): Stores => {
  const db = new DatabaseSync(join(dataFolder, 'cloud.db'));
  // A committed write survives kill -9 without an fsync; only a power cut could lose the last moments,
  // and a development machine needs the thousands of writes a second that this buys.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  db.exec(
    'CREATE TABLE IF NOT EXISTS entries (store TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (store, key)) WITHOUT ROWID',
  );
  const get = db.prepare('SELECT value FROM entries WHERE store = ? AND key = ?');
  const put = db.prepare('INSERT OR REPLACE INTO entries (store, key, value) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM entries WHERE store = ? AND key = ?');
  const begin = db.prepare('BEGIN');
  const commit = db.prepare('COMMIT');
  // By range, not LIKE: a key may hold % and _.
  const list = db.prepare(
    'SELECT key, value FROM entries WHERE store = ? AND key >= ? AND key < ? ORDER BY key',
  );

  const open = (name: string): Store => ({
    get: <T>(key: string) => {
      const row = get.get(name, key) as { value: string } | undefined;
      return row === undefined ? undefined : (JSON.parse(row.value) as T);
    },
    put: (key, value) => void put.run(name, key, JSON.stringify(value ?? null)),
    delete: (key) => void remove.run(name, key),
    batch: (writes) => {
      begin.run();
      try {
        for (const { key, value } of writes) {
          if (value === undefined) remove.run(name, key);
          else put.run(name, key, JSON.stringify(value));
        }
        commit.run();
      } catch (error) {
        // A full disk may have ended the transaction already.
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    list: <T>(prefix = '') =>
      (list.all(name, prefix, `${prefix}\u{10ffff}`) as { key: string; value: string }[]).map((row) => ({
        key: row.key,
        value: JSON.parse(row.value) as T,
      })),
  });
  return { open, close: () => db.close() };
};
