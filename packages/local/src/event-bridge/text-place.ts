/** Messages quote no more of a pattern than this. */
const MAX_QUOTED = 500;

const quote = (text: string): string => {
  const rest = text.length - MAX_QUOTED;
  return rest > 0 ? `"${text.slice(0, MAX_QUOTED)}"[truncated ${rest} chars]` : `"${text}"`;
};

/** A place in a text as AWS's messages name it: the text, the line and the column that comes next. */
export const placeIn = (source: string, offset: number): string => {
  const lines = source.slice(0, offset).split(/\r\n|\r|\n/);
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return `[Source: (String)${quote(source)}; line: ${lines.length}, column: ${column}]`;
};
