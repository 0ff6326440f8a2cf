const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Either case of each character, alone: so `ß` is also `SS`, and `ẞ` in a pattern is `ß`, but not the other way round. */
const eitherCase = (text: string): string =>
  Array.from(text, (character) => {
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    return lower === upper ? escapeRegExp(lower) : `(?:${escapeRegExp(lower)}|${escapeRegExp(upper)})`;
  }).join('');

/** A test for a text whatever its case: the whole of it, its start or its end. */
export const ignoreCase = (
  text: string,
  where: 'equals' | 'prefix' | 'suffix' = 'equals',
): ((value: string) => boolean) => {
  const start = where === 'suffix' ? '' : '^';
  const end = where === 'prefix' ? '' : '$';
  const expression = new RegExp(start + eitherCase(text) + end);
  return (value) => expression.test(value);
};
