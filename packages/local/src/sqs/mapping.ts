import { outOfRange } from '../event-sources.ts';
import { type FilterCriteria, filterProblem } from '../streams/filter.ts';

/** An event source mapping whose source is a queue. */
export interface QueueMapping {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: FilterCriteria;
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
}

/** What Lambda refuses in a mapping. */
export const queueMappingProblem = (mapping: QueueMapping): string | undefined => {
  const { BatchSize = 10, MaximumBatchingWindowInSeconds: window = 0 } = mapping;
  const isFifo = mapping.EventSourceArn.endsWith('.fifo');
  if (isFifo && window > 0) return 'MaximumBatchingWindowInSeconds is not for FIFO queues';
  if (!isFifo && BatchSize > 10 && window < 1) {
    return 'MaximumBatchingWindowInSeconds has to be at least 1 where BatchSize is above 10';
  }
  return (
    outOfRange('BatchSize', BatchSize, 1, isFifo ? 10 : 10_000) ??
    outOfRange('MaximumBatchingWindowInSeconds', window, 0, 300) ??
    outOfRange('ScalingConfig.MaximumConcurrency', mapping.ScalingConfig?.MaximumConcurrency, 2, 1000) ??
    filterProblem(mapping.FilterCriteria)
  );
};
