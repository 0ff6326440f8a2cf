/** ` Did you mean "OrdersTable"?`, or nothing where no candidate is close. */
export const suggest = (given: string, candidates: readonly string[]): string => {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distance(given.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const isClose = best !== undefined && best.distance <= Math.max(2, given.length / 3);
  return isClose ? ` Did you mean "${best.candidate}"?` : '';
};

/** How many letters have to be put in, taken out or replaced (Levenshtein). */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};
