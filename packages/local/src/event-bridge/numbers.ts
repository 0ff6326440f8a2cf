/** AWS compares numbers from -5 to 5 billion. */
const MAX_NUMBER = 5e9;
/** AWS compares six digits behind the point, and cuts off the rest. */
const PRECISION = 1e6;

/** A number in millionths, as AWS compares it; undefined for one out of range. */
export const comparable = (value: number): number | undefined => {
  if (Math.abs(value) > MAX_NUMBER) return undefined;
  const nearest = Math.round(value * PRECISION);
  return nearest / PRECISION === value ? nearest : Math.floor(value * PRECISION);
};

/** A pattern's number in millionths. Throws, in AWS's words, for one out of range. */
export const toComparable = (text: string): number => {
  const value = comparable(Number(text));
  if (value === undefined) throw new Error('Value must be between -5.0E9 and 5.0E9, inclusive');
  return value;
};
