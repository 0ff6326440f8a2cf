import type { Cloud, Running } from '../cloud.ts';
import { eventSources } from '../event-sources.ts';
import { pollQueue, type QueueMapping } from './poll.ts';

/** Feeds the functions whose event source is a queue. */
export const start = async (cloud: Cloud): Promise<Running> => {
  const stopping = new AbortController();
  for (const { mapping, caller } of eventSources<QueueMapping>(cloud, 'sqs')) {
    void pollQueue(cloud, { mapping, caller, signal: stopping.signal });
  }
  return { stop: async () => stopping.abort() };
};
