/** What one minute of a metric adds up to, as CloudWatch keeps it. */
export interface Statistics {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  /** Undefined once something was added of which only such sums are known. */
  distribution: Map<number, number> | undefined;
}

export const noValues = (): Statistics => ({
  sum: 0,
  count: 0,
  minimum: Number.POSITIVE_INFINITY,
  maximum: Number.NEGATIVE_INFINITY,
  distribution: new Map(),
});

/** What is known of values that somebody else has added up. */
export type Sums = Omit<Statistics, 'distribution'>;

export const mergeInto = (statistics: Sums, { sum, count, minimum, maximum }: Sums): void => {
  statistics.sum += sum;
  statistics.count += count;
  if (minimum < statistics.minimum) statistics.minimum = minimum;
  if (maximum > statistics.maximum) statistics.maximum = maximum;
};

/** Several minutes as one. */
export const merge = (parts: readonly Readonly<Statistics>[]): Statistics => {
  const merged = noValues();
  for (const part of parts) {
    mergeInto(merged, part);
    if (part.distribution === undefined) merged.distribution = undefined;
    for (const [counter, count] of part.distribution ?? [])
      merged.distribution?.set(counter, (merged.distribution.get(counter) ?? 0) + count);
  }
  return merged;
};
