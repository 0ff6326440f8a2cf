const parts = (version: string): number[] => version.split(/[-+]/, 1)[0]?.split('.').map(Number) ?? [];

/**
 * Stands in for the package `semver` in a function's bundle (by esbuild's `alias`): the X-Ray SDK asks it one
 * question, of version 2 of the AWS SDK, and loading all of it takes a tenth of a function's start.
 *
 * @returns whether a version such as `2.7.15` is the other one or comes after it.
 *
 * @example
 * // esbuild
 * { alias: { semver: '@emporium/functions/semver-gte' } }
 */
export const gte = (version: string, other: string): boolean => {
  const [one, two] = [parts(version), parts(other)];
  const at = one.findIndex((part, index) => part !== two[index]);
  return at === -1 || (one[at] ?? 0) > (two[at] ?? 0);
};
