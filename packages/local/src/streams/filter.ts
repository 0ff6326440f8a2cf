import { compilePattern, matches } from '../event-bridge/pattern.ts';

/** `FilterCriteria` of an event source mapping; its patterns are those of EventBridge. */
export interface FilterCriteria {
  readonly Filters?: readonly { readonly Pattern?: string }[];
}

/** Whether a record passes at least one filter; without filters, every record does. */
export const compileFilters = (criteria: FilterCriteria | undefined): ((record: unknown) => boolean) => {
  const patterns = (criteria?.Filters ?? []).map(({ Pattern }) => compilePattern(Pattern ?? '{}'));
  return (record) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, record));
};

/** What is wrong with a mapping's filters, if anything. */
export const filterProblem = (criteria: FilterCriteria | undefined): string | undefined => {
  try {
    compileFilters(criteria);
    return undefined;
  } catch (error) {
    return `FilterCriteria: ${(error as Error).message}`;
  }
};
