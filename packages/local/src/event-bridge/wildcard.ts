/** A wildcard's parts: literal text, and `ANY` for a `*`. */
type Part = string | typeof ANY;
const ANY = Symbol('*');

/** EventBridge refuses a rule of which some value could be in more places at once. */
const MAX_COMPLEXITY = 10;

/** Faults are reported by byte, and the opening quote counts. */
const position = (pattern: string, at: number): number => Buffer.byteLength(pattern.slice(0, at)) + 1;

/** `*` is any run of characters, `\*` and `\\` are themselves. Throws, in AWS's words, for what is none. */
const parse = (pattern: string): readonly Part[] => {
  const parts: Part[] = [];
  let text = '';
  const endText = () => {
    if (text !== '') parts.push(text);
    text = '';
  };
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      if (pattern[at + 1] === '*')
        throw new Error(`Consecutive wildcard characters at pos ${position(pattern, at)}`);
      endText();
      parts.push(ANY);
    } else if (character === '\\') {
      const escaped = pattern[at + 1] ?? '';
      if (escaped !== '*' && escaped !== '\\')
        throw new Error(`Invalid escape character at pos ${position(pattern, at)}`);
      text += escaped;
      at++;
    } else text += character;
  }
  endText();
  return parts;
};

/** A test of a text. It looks for each literal part behind the one before, so no pattern makes it slow. */
export const wildcard = (pattern: string): ((value: string) => boolean) => {
  const parts = parse(pattern);
  if (!parts.includes(ANY)) {
    const [only = ''] = parts;
    return (value) => value === only;
  }
  const texts = parts.filter((part) => part !== ANY);
  const start = parts[0] === ANY ? '' : (texts.shift() ?? '');
  const end = parts.at(-1) === ANY ? '' : (texts.pop() ?? '');
  return (value) => {
    if (value.length < start.length + end.length || !value.startsWith(start) || !value.endsWith(end))
      return false;
    const limit = value.length - end.length;
    let from = start.length;
    for (const text of texts) {
      const found = value.indexOf(text, from);
      if (found < 0 || found + text.length > limit) return false;
      from = found + text.length;
    }
    return true;
  };
};

/** A place in one of the wildcards: how many of its bytes and stars a value has gone through. */
interface Place {
  readonly tokens: readonly (number | typeof ANY)[];
  readonly at: number;
}

const tokensOf = (pattern: string): Place['tokens'] =>
  ['"', ...parse(pattern), '"'].flatMap((part): (number | typeof ANY)[] =>
    part === ANY ? [ANY] : [...Buffer.from(part)],
  );

/** Each place that a value can be in after one more byte; `-1` stands for a byte that no wildcard names. */
const advance = (places: readonly Place[], byte: number): Place[] => {
  const next = new Map<Place['tokens'], Set<number>>();
  const reach = (tokens: Place['tokens'], at: number) => {
    next.set(tokens, (next.get(tokens) ?? new Set()).add(at));
    if (tokens[at] === ANY) reach(tokens, at + 1);
  };
  for (const { tokens, at } of places) {
    if (at > 0 && tokens[at - 1] === ANY) reach(tokens, at);
    if (tokens[at] === byte) reach(tokens, at + 1);
  }
  return [...next].flatMap(([tokens, positions]) => [...positions].map((at) => ({ tokens, at })));
};

/**
 * Whether EventBridge would refuse one field's wildcards together: it follows a value through all of them at once, and
 * counts in how many places the worst value can be.
 */
export const isTooComplex = (patterns: readonly string[]): boolean => {
  const all = [...new Set(patterns)].map(tokensOf);
  const bytes = new Set(all.flat().filter((token) => token !== ANY));
  const keyOf = (places: readonly Place[]) => places.map(({ tokens, at }) => `${all.indexOf(tokens)}.${at}`);
  const seen = new Set<string>();
  const pending: Place[][] = [all.map((tokens) => ({ tokens, at: 0 }))];
  for (let places = pending.pop(); places !== undefined; places = pending.pop()) {
    for (const byte of [...bytes, -1]) {
      const next = advance(places, byte);
      if (next.length > MAX_COMPLEXITY) return true;
      const key = keyOf(next).sort().join();
      if (next.length === 0 || seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
    }
  }
  return false;
};
