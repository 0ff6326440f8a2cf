import { outOfRange } from '../event-sources.ts';
import { type FilterCriteria, filterProblem } from './filter.ts';

/** An event source mapping whose source is a table's stream. */
export interface StreamMapping {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly StartingPosition?: 'LATEST' | 'TRIM_HORIZON';
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly ParallelizationFactor?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  /** -1, the default: until it works, or the record is too old. */
  readonly MaximumRetryAttempts?: number;
  /** -1, the default: however old. */
  readonly MaximumRecordAgeInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: FilterCriteria;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
  readonly TumblingWindowInSeconds?: number;
}

/** What Lambda refuses in a mapping, and what this machine can't do. */
export const streamMappingProblem = (mapping: StreamMapping): string | undefined => {
  if (!['LATEST', 'TRIM_HORIZON'].includes(mapping.StartingPosition ?? '')) {
    return 'StartingPosition has to be TRIM_HORIZON or LATEST';
  }
  if ((mapping.TumblingWindowInSeconds ?? 0) > 0)
    return 'TumblingWindowInSeconds does not run locally: leave it out';
  const age = mapping.MaximumRecordAgeInSeconds ?? -1;
  return (
    outOfRange('BatchSize', mapping.BatchSize, 1, 10_000) ??
    outOfRange('MaximumBatchingWindowInSeconds', mapping.MaximumBatchingWindowInSeconds, 0, 300) ??
    outOfRange('ParallelizationFactor', mapping.ParallelizationFactor, 1, 10) ??
    outOfRange('MaximumRetryAttempts', mapping.MaximumRetryAttempts, -1, 10_000) ??
    (age === -1 ? undefined : outOfRange('MaximumRecordAgeInSeconds', age, 60, 604_800)) ??
    filterProblem(mapping.FilterCriteria)
  );
};
