import type { Readable } from 'node:stream';

/** CloudWatch's limit of one log event: 256 KB. What is longer comes in parts, so that no output fills the memory. */
const LONGEST = 256 * 1024;

/** Hands on each line that is not blank. */
export const forwardLines = (stream: Readable, onLine: (line: string) => void): void => {
  let rest = '';
  const emit = (line: string) => {
    for (let start = 0; start < line.length; start += LONGEST) {
      const part = line.slice(start, start + LONGEST).trimEnd();
      if (part !== '') onLine(part);
    }
  };
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line);
    if (rest.length < LONGEST) return;
    emit(rest);
    rest = '';
  });
  stream.on('end', () => emit(rest));
};
