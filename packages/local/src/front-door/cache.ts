import type { HttpAnswer } from '../http-api/http.ts';

interface Entry {
  readonly answer: HttpAnswer;
  readonly storedAt: number;
  readonly until: number;
  readonly bytes: number;
}

/** Answers, for as long as they are fresh. */
export interface Cache {
  /** The answer and its age in seconds. */
  get(key: string): { readonly answer: HttpAnswer; readonly age: number } | undefined;
  put(key: string, answer: HttpAnswer, ttlSeconds: number): void;
}

/** 64 MB; beyond that, what was used the longest time ago goes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What an entry takes besides its key and its body. */
const ENTRY_BYTES = 1_000;

/** A cache in memory. `now` gives ms since 1970. */
export const createCache = (now: () => number, maxBytes: number = MAX_BYTES): Cache => {
  // In the order of their last use.
  const entries = new Map<string, Entry>();
  let total = 0;

  const add = (key: string, entry: Entry): void => {
    entries.set(key, entry);
    total += entry.bytes;
  };
  const drop = (key: string): void => {
    total -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };

  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      drop(key);
      if (entry.until <= now()) return undefined;
      add(key, entry);
      return { answer: entry.answer, age: Math.floor((now() - entry.storedAt) / 1000) };
    },
    put: (key, answer, ttlSeconds) => {
      drop(key);
      const bytes = answer.body.length + key.length + ENTRY_BYTES;
      add(key, { answer, bytes, storedAt: now(), until: now() + ttlSeconds * 1000 });
      for (const oldest of entries.keys()) {
        if (total <= maxBytes) break;
        drop(oldest);
      }
    },
  };
};
