import type { Invocation } from './cloud.ts';

/**
 * Which items of a batch a function reports as failed (`ReportBatchItemFailures`); `all` where its answer is none
 * that Lambda understands. An empty or missing list, and no answer at all, mean that everything went well.
 */
export const reportedFailures = (
  { payload }: Invocation,
  isKnown: (identifier: string) => boolean,
): readonly string[] | 'all' => {
  const answer = parse(payload);
  if (answer === null) return [];
  if (typeof answer !== 'object') return 'all';
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return 'all';
  const identifiers = failures.map((failure) => failure?.itemIdentifier);
  const isValid = (identifier: unknown) => typeof identifier === 'string' && isKnown(identifier);
  return identifiers.every(isValid) ? identifiers : 'all';
};

/** What is not JSON is none of the answers that mean success. */
const parse = (payload: string): unknown => {
  try {
    return JSON.parse(payload || 'null');
  } catch {
    return 'not JSON';
  }
};
