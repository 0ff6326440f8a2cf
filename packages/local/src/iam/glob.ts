/** Whether a text matches a pattern. */
export type Matches = (text: string) => boolean;

// Where a pattern means the characters themselves, these stand for them: Unicode's private use, which no ARN holds.
const STAR = '\uE000';
const QUESTION_MARK = '\uE001';

/** A text whose `*` and `?` stand for themselves, as a part of a pattern. */
export const literal = (text: string): string => text.replaceAll('*', STAR).replaceAll('?', QUESTION_MARK);

/** The text of a pattern in which no character has a meaning. */
export const plain = (pattern: string): string =>
  pattern.replaceAll(STAR, '*').replaceAll(QUESTION_MARK, '?');

/**
 * Compiles a pattern in which `*` stands for any characters and `?` for exactly one. It is no regular expression:
 * many `*` would keep one busy for ever.
 */
export const glob = (pattern: string): Matches => {
  if (pattern === '*') return () => true;
  const text = plain(pattern);
  if (!/[*?]/.test(pattern)) return (other) => other === text;
  return (other) => matchesGlob(pattern, text, other);
};

/** Walks both texts once; after a mismatch the last `*` takes one character more. */
const matchesGlob = (pattern: string, characters: string, text: string): boolean => {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < text.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      resume = index;
    } else if (pattern[at] === '?' || (at < pattern.length && characters[at] === text[index])) {
      at++;
      index++;
    } else if (star !== -1) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
};

/** Compiles a pattern of an ARN, whose six parts are compared one by one: a `*` in one doesn't reach into the next. */
export const arnGlob = (pattern: string): Matches => {
  const matchers = partsOf(pattern)?.map(glob);
  if (matchers === undefined) return glob(pattern);
  return (text) => {
    const parts = partsOf(text);
    return parts !== undefined && matchers.every((matches, index) => matches(parts[index] as string));
  };
};

/** `arn:partition:service:region:account:resource`; the resource may hold colons of its own. */
const partsOf = (arn: string): readonly string[] | undefined => {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
};
