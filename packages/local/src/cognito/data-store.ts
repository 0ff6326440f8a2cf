import type { DataStore } from 'cognito-local/lib/services/dataStore/dataStore.js';
import type { DataStoreFactory } from 'cognito-local/lib/services/dataStore/factory.js';
import type { Store } from '../cloud.ts';

/**
 * cognito-local's data in the data folder's one database, an entry a user, instead of its JSON files, which it
 * writes as a whole at every change. Everything is in memory, too: looking a user up by e-mail goes through all.
 */
export const createDataStoreFactory = (store: Store): DataStoreFactory => ({
  create: async (_context, id, defaults) => {
    const data = new Map<string, unknown>();
    for (const { key, value } of store.list(`${id}/`)) data.set(key, reviveDates(value));
    const put = (key: string, value: unknown) => {
      data.set(key, value);
      store.put(key, value);
    };
    for (const [name, value] of Object.entries(defaults)) {
      // Collections start empty; only a single value has a default worth keeping.
      if (!COLLECTIONS.has(name) && !data.has(toKey(id, name))) put(toKey(id, name), value);
    }
    return {
      get: async (_: unknown, path: string | string[], defaultValue: unknown = null) => {
        const [name = ''] = [path].flat();
        if (!Array.isArray(path) && COLLECTIONS.has(name)) return collection(data, toKey(id, name));
        return data.get(toKey(id, ...[path].flat())) ?? defaultValue;
      },
      getRoot: async () => null,
      set: async (_: unknown, path: string | string[], value: unknown) =>
        put(toKey(id, ...[path].flat()), value),
      delete: async (_: unknown, path: string | string[]) => {
        const key = toKey(id, ...[path].flat());
        data.delete(key);
        store.delete(key);
      },
    } as DataStore;
  },
});

const COLLECTIONS = new Set(['Users', 'Groups', 'Clients']);

const toKey = (...parts: string[]): string => parts.join('/');

const collection = (data: ReadonlyMap<string, unknown>, key: string): Record<string, unknown> =>
  Object.fromEntries(
    [...data].flatMap(([name, value]) =>
      name.startsWith(`${key}/`) ? [[name.slice(key.length + 1), value]] : [],
    ),
  );

const reviveDates = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, item) => (name.endsWith('Date') ? new Date(item) : item));
