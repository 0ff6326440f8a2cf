import { DatabaseSync } from 'node:sqlite';
import type { Cloud, Resource } from '../cloud.ts';
import type { Client } from './client.ts';
import { announceWrite } from './writes.ts';

/** What a table's template says of it; the rest is of no interest here. */
interface TableProperties {
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean; readonly AttributeName?: string };
}

interface Options {
  readonly dbPath: string;
  readonly client: Pick<Client, 'call'>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly intervalMs?: number;
}

/** AWS promises no more than "within a few days"; here an item is gone within a minute. */
const INTERVAL_MS = 30_000;

/** What expired more than five years ago is taken for a mistake, and stays. */
const FIVE_YEARS_S = 5 * 365 * 24 * 3600;

/** Items of one table at once; the rest follows at once after them. */
const CHUNK = 100;

/** Which items are being removed because their time is over, so that the records of it say so. */
const MARKS = `CREATE TABLE IF NOT EXISTS _expiring (
  table_name TEXT NOT NULL, hash TEXT NOT NULL, range TEXT, PRIMARY KEY (table_name, hash, range))`;

/**
 * Removes items whose time to live is over, which the engine does not do by itself. The engine deletes them, so
 * indexes and streams follow; a trigger gives the stream records of it the identity that AWS gives them.
 */
export const startTimeToLive = (
  cloud: Cloud,
  { dbPath, client, now = Date.now, intervalMs = INTERVAL_MS }: Options,
): { stop(): Promise<void> } => {
  const db = new DatabaseSync(dbPath, { timeout: 1_000 });
  // Marks of a run that was killed say nothing any more.
  db.exec(`${MARKS}; DELETE FROM _expiring`);
  const sweeps = cloud
    .ofType<TableProperties>('AWS::DynamoDB::Table')
    .filter(({ properties }) => properties.TimeToLiveSpecification?.Enabled === true)
    .map((table) => createSweep(cloud, { db, client, now, table }));

  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const sweep = async () => {
    for (const each of sweeps) {
      try {
        while (!stopped && (await each()) === CHUNK);
      } catch (error) {
        if (!stopped) cloud.log.error('dynamodb', `expired items stay for now: ${(error as Error).message}`);
      }
    }
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = sweep().finally(() => {
      busy = false;
    });
  }, intervalMs);
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
      db.close();
    },
  };
};

interface SweepOptions extends Required<Pick<Options, 'client' | 'now'>> {
  readonly db: DatabaseSync;
  readonly table: Resource<TableProperties>;
}

/** Gives what removes the next items of a table, and says how many it found. */
const createSweep = (cloud: Cloud, { db, client, now, table }: SweepOptions): (() => Promise<number>) => {
  const { ref: TableName, properties } = table;
  const attribute = properties.TimeToLiveSpecification?.AttributeName ?? '';
  const keyOf = (type: 'HASH' | 'RANGE') =>
    properties.KeySchema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const [hash, range] = [keyOf('HASH'), keyOf('RANGE')];
  const part = (column: string, name: string | undefined) =>
    name === undefined ? 'NULL' : `json_extract(${column}, ${path(name)})`;
  const expiry = `CAST(json_extract(item_json, ${path(attribute, 'N')}) AS INTEGER)`;
  const isMarked = `table_name = NEW.table_name AND hash = ${part('NEW.keys_json', hash)} AND range IS ${part('NEW.keys_json', range)}`;

  // The engine keeps the index up to date, and runs the trigger, without knowing of them.
  db.exec(`
    CREATE INDEX IF NOT EXISTS ${name(`_expiry ${TableName} ${attribute}`)} ON ${name(TableName)} (${expiry});
    DROP TRIGGER IF EXISTS ${name(`_expired ${TableName}`)};
    CREATE TRIGGER ${name(`_expired ${TableName}`)} AFTER INSERT ON _stream_records
      WHEN NEW.table_name = ${text(TableName)} AND NEW.event_name = 'REMOVE' BEGIN
        UPDATE _stream_records SET user_identity = '{"type":"Service","principalId":"dynamodb.amazonaws.com"}'
          WHERE id = NEW.id AND EXISTS (SELECT 1 FROM _expiring WHERE ${isMarked});
        DELETE FROM _expiring WHERE ${isMarked};
      END`);
  const mark = db.prepare(`INSERT OR IGNORE INTO _expiring
    SELECT ${text(TableName)}, ${part('item_json', hash)}, ${part('item_json', range)} FROM ${name(TableName)}
    WHERE ${expiry} > ? AND ${expiry} <= ? LIMIT ${CHUNK}`);
  const marked = db.prepare('SELECT hash, range FROM _expiring WHERE table_name = ?');
  const unmark = db.prepare('DELETE FROM _expiring WHERE table_name = ? AND hash = ? AND range IS ?');

  return async () => {
    const at = Math.floor(now() / 1000);
    mark.run(at - FIVE_YEARS_S, at);
    const items = marked.all(TableName) as unknown as { hash: string; range: string | null }[];
    for (const item of items) {
      await client
        .call('DynamoDB_20120810.DeleteItem', {
          TableName,
          Key: {
            [hash ?? '']: JSON.parse(item.hash),
            ...(range !== undefined && { [range]: JSON.parse(item.range ?? '') }),
          },
          // Somebody may have given it more time since.
          ConditionExpression: '#expiry <= :now',
          ExpressionAttributeNames: { '#expiry': attribute },
          ExpressionAttributeValues: { ':now': { N: String(at) } },
        })
        .catch((error: { code?: string }) => {
          if (error.code !== 'ConditionalCheckFailedException') throw error;
        })
        // Where no stream made a record of it, the trigger has not run.
        .finally(() => unmark.run(TableName, item.hash, item.range));
    }
    if (items.length === 0) return 0;
    announceWrite(cloud, TableName);
    cloud.metrics.put({
      namespace: 'AWS/DynamoDB',
      name: 'TimeToLiveDeletedItemCount',
      dimensions: { TableName },
      value: items.length,
    });
    return items.length;
  };
};

/** An identifier of SQL. */
const name = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** A text of SQL. */
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The path of an attribute in an item's JSON. */
const path = (attribute: string, type?: string): string =>
  text(`$."${attribute}"${type === undefined ? '' : `.${type}`}`);
