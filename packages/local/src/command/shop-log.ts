import type { Log } from '../cloud.ts';
import { createLog } from '../log.ts';

interface Entry {
  readonly _aws?: unknown;
  readonly level?: string;
  readonly message?: string;
  readonly correlationId?: string;
  readonly error?: { readonly name?: string; readonly message?: string };
}

/** Makes the functions' structured log lines readable in a terminal: one short line each, and no metrics. */
export const createShopLog = (verbose: boolean, log: Log = createLog()): Log => {
  if (verbose) return log;
  const readable =
    (write: Log['info']): Log['info'] =>
    (label, message) => {
      const line = shorten(message);
      if (line !== undefined) write(label, line);
    };
  return { info: readable(log.info), warn: readable(log.warn), error: readable(log.error) };
};

const shorten = (message: string): string | undefined => {
  const entry = parse(message);
  if (entry === undefined) return message;
  if (entry._aws !== undefined) return undefined;
  if (entry.message === undefined) return message;
  const { level, message: text, correlationId, error } = entry;
  return [level, text, error && `(${error.name}: ${error.message})`, correlationId && `[${correlationId}]`]
    .filter(Boolean)
    .join(' ');
};

const parse = (message: string): Entry | undefined => {
  if (!message.startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as Entry;
  } catch {
    return undefined;
  }
};
