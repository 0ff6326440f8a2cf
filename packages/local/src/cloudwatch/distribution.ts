// How values are spread, in counters of which each takes values up to 2 % apart: a percentile read from them is at
// most 1 % off, however many values there were.
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** No smaller value than 1e-9 is told from 0, which so many counters stand between. */
const SMALLEST = 1e-9;
const OFFSET = 1 - Math.ceil(Math.log(SMALLEST) / LOG_GROWTH);

/** Ordered as the values are: those of negative values below 0, and above it those of positive ones. */
const counterOf = (value: number): number => {
  const size = Math.abs(value);
  if (size <= SMALLEST) return 0;
  const step = Math.ceil(Math.log(size) / LOG_GROWTH) + OFFSET;
  return value < 0 ? -step : step;
};

const middleOf = (counter: number): number => {
  if (counter === 0) return 0;
  const size = (2 * GROWTH ** (Math.abs(counter) - OFFSET)) / (GROWTH + 1);
  return counter < 0 ? -size : size;
};

export const addTo = (counters: Map<number, number>, value: number, count: number): void => {
  const counter = counterOf(value);
  counters.set(counter, (counters.get(counter) ?? 0) + count);
};

/** The value that `percent` of all values don't exceed. */
export const percentile = (counters: ReadonlyMap<number, number>, percent: number): number => {
  const sorted = [...counters].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let left = (percent / 100) * total;
  for (const [counter, count] of sorted) {
    left -= count;
    if (left <= 0) return middleOf(counter);
  }
  return middleOf(sorted.at(-1)?.[0] ?? 0);
};
