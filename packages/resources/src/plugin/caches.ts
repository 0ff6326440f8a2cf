import { sharesCaches } from '../cache-link.ts';
import { ConfigurationError } from '../errors.ts';
import type { CacheSettings, Stage } from '../template.ts';
import type { FunctionConfig } from './serverless.ts';

/** Settings come from the environment, too, where a slip of the pen is likely. */
export const checkCache = ({ engine }: CacheSettings): void => {
  if (engine === 'memory' || engine === 'valkey') return;
  throw new ConfigurationError(
    `services/stages.yml: a stage's cache is "memory" or "valkey", not "${engine}"`,
  );
};

/** A container's own memory can't be told of a write: no function reads a stream for it. */
export const leaveOutInvalidators = (
  functions: Record<string, FunctionConfig> | undefined,
  { settings }: Stage,
): void => {
  if (functions === undefined || sharesCaches(settings.cache)) return;
  for (const [key, { events = [] }] of Object.entries(functions)) {
    if (events.some(({ invalidate }) => invalidate !== undefined)) delete functions[key];
  }
};
