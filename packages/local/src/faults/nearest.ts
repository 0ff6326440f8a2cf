/** The pairs of neighbouring letters of a word. */
const pairs = (word: string): Set<string> => {
  const letters = word.toLowerCase();
  return new Set(Array.from({ length: letters.length - 1 }, (_, index) => letters.slice(index, index + 2)));
};

/** Up to three of the names that are much like the given one, the nearest first. */
export const nearest = (given: string, names: readonly string[]): string[] => {
  const wanted = pairs(given);
  const likeness = (name: string) => {
    const found = pairs(name);
    const shared = [...found].filter((pair) => wanted.has(pair)).length;
    return (2 * shared) / (wanted.size + found.size);
  };
  return names
    .map((name) => ({ name, like: likeness(name) }))
    .filter(({ like }) => like >= 0.5)
    .sort((a, b) => b.like - a.like)
    .slice(0, 3)
    .map(({ name }) => name);
};
