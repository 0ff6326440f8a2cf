import type { Cloud, Running } from '../cloud.ts';
import { eventSources } from '../event-sources.ts';
import { consume, skipOlder } from './consume.ts';
import type { StreamMapping } from './deliver.ts';

/** Feeds the functions whose event source is a table's stream. */
export const start = async (cloud: Cloud): Promise<Running> => {
  const stopping = new AbortController();
  for (const source of eventSources<StreamMapping>(cloud, 'dynamodb')) {
    // A role that may not read is reported by `consume`.
    await skipOlder(cloud, source).catch(() => {});
    void consume(cloud, { ...source, signal: stopping.signal });
  }
  return { stop: async () => stopping.abort() };
};
