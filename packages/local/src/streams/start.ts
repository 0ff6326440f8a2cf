import type { Cloud, Running } from '../cloud.ts';
import { eventSources } from '../event-sources.ts';
import { createSteadyClock } from '../steady-clock.ts';
import { consume, skipOlder } from './consume.ts';
import { type StreamMapping, streamMappingProblem } from './mapping.ts';

/** Feeds the functions whose event source is a table's stream. */
export const start = async (cloud: Cloud): Promise<Running> => {
  const stopping = new AbortController();
  const now = createSteadyClock();
  for (const source of eventSources<StreamMapping>(cloud, 'dynamodb', streamMappingProblem)) {
    // A role that may not read is reported by `consume`.
    await skipOlder(cloud, source).catch(() => {});
    void consume(cloud, { ...source, now, signal: stopping.signal });
  }
  return { stop: async () => stopping.abort() };
};
