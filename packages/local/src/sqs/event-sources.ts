import type { Cloud, Running } from '../cloud.ts';
import { eventSources } from '../event-sources.ts';
import { type QueueMapping, queueMappingProblem } from './mapping.ts';
import { pollQueue } from './poll.ts';

/** Feeds the functions whose event source is a queue. */
export const start = async (cloud: Cloud): Promise<Running> => {
  const stopping = new AbortController();
  for (const source of eventSources<QueueMapping>(cloud, 'sqs', queueMappingProblem)) {
    void pollQueue(cloud, { ...source, signal: stopping.signal });
  }
  return { stop: async () => stopping.abort() };
};
