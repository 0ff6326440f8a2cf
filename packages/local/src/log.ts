import type { Log } from './cloud.ts';

const YELLOW = 33;
const RED = 31;
/** Of labels: what warns and what fails keeps its colours for itself. */
const LABELS = [36, 32, 35, 34, 96, 92, 95, 94];

const paint = (colour: number, text: string): string => `\u001b[${colour}m${text}\u001b[0m`;

/** The same for a label at every start. */
const colourOf = (label: string): number => {
  let hash = 0;
  for (const character of label) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return LABELS[hash % LABELS.length] ?? 0;
};

/**
 * Writes `label  message` to standard error. Where a person is looking, every label has a colour of its own, and
 * warnings and errors have theirs; unless that person has set NO_COLOR, see https://no-color.org.
 */
export const createLog = (stream: NodeJS.WriteStream = process.stderr, environment = process.env): Log => {
  const isColoured = stream.isTTY === true && !environment.NO_COLOR;
  const labels = new Map<string, string>();
  const toLabel = (label: string): string => {
    const padded = label.padEnd(32);
    return isColoured ? paint(colourOf(label), padded) : padded;
  };
  const write = (colour?: number) => (label: string, message: string) => {
    const shown = labels.get(label) ?? toLabel(label);
    labels.set(label, shown);
    stream.write(`${shown} ${colour !== undefined && isColoured ? paint(colour, message) : message}\n`);
  };
  return { info: write(), warn: write(YELLOW), error: write(RED) };
};

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
