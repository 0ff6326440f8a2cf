import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AwsError, type Log } from '../cloud.ts';

export interface Database {
  /** A statement, prepared once. */
  prepare(sql: string): StatementSync;
  /** Runs all of a call or none of it: a message is never between two queues, whenever the process is killed. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** A column a line: what a message is, and when it may be received next. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  body_md5 TEXT NOT NULL,
  attributes TEXT,
  trace TEXT,
  sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  receives INTEGER NOT NULL DEFAULT 0,
  first_received_at INTEGER,
  group_id TEXT,
  deduplication_id TEXT,
  sequence_number TEXT,
  came_from TEXT
);
CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visible_at);
CREATE INDEX IF NOT EXISTS messages_by_group ON messages (queue, group_id) WHERE group_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS deduplications (
  queue TEXT NOT NULL,
  deduplication_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sequence_number TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (queue, deduplication_id)
) WITHOUT ROWID;
`;

/** Opens the SQLite file that holds all queues. */
export const openDatabase = (folder: string, log: Log): Database => {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'queues.db'));
  // A committed write survives kill -9 without an fsync.
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  db.exec(SCHEMA);
  const disk = watchDisk(log);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const transaction = <T>(work: () => T): T => {
    try {
      begin.run();
      const result = work();
      commit.run();
      disk.accepted();
      return result;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      throw error instanceof AwsError ? error : disk.refused(error);
    }
  };
  return {
    prepare: (sql) => db.prepare(sql),
    transaction,
    close: () => db.close(),
  };
};

/** Says once that nothing can be written, and once that it can again. */
const watchDisk = (log: Log) => {
  let isFull = false;
  return {
    accepted: (): void => {
      if (isFull) log.info('sqs', 'the queues can be written again');
      isFull = false;
    },
    /** The SDKs try again after a 503; what the disk does not take was never accepted. */
    refused: (error: unknown): AwsError => {
      const message = `the queues can't be written: ${(error as Error).message}`;
      if (!isFull) log.error('sqs', `${message}. Until they can, calls fail with a 503`);
      isFull = true;
      return new AwsError('ServiceUnavailable', message, 503);
    },
  };
};
