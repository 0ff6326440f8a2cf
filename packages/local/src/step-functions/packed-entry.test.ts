import { expect, test } from '@jest/globals';
import { createJournal, type Entry } from './asl/journal.ts';
import { emptyFrame } from './asl/line.ts';
import { pack, unpack } from './packed-entry.ts';

const stored = (entry: Entry): Entry => JSON.parse(JSON.stringify(pack(entry)));

/** The entry of stepping from one state into the next. */
const step = ({ output, input }: { output: unknown; input: unknown }): Entry => {
  const entries: Entry[] = [];
  const journal = createJournal([], (entry) => void entries.push(entry));
  const event = (type: string, details: object) =>
    journal.append({ type, previousEventId: 0, timestamp: 1, ...details });
  event('PassStateExited', {
    stateExitedEventDetails: {
      name: 'A',
      output: JSON.stringify(output),
      outputDetails: { truncated: false },
    },
  });
  event('PassStateEntered', {
    stateEnteredEventDetails: { name: 'B', input: JSON.stringify(input), inputDetails: { truncated: false } },
  });
  journal.commit('', { ...emptyFrame(input, {}, 2), state: 'B' });
  return entries[0] as Entry;
};

test.each([[{ a: 'x'.repeat(100) }], ['text'], [null], [0], [[]]])('%j comes back as it was', (value) => {
  const entry = step({ output: value, input: value });
  expect(unpack(stored(entry))).toEqual(entry);
  const length = (given: Entry) => JSON.stringify(given).length;
  expect(length(stored(entry))).toBeLessThan(length(entry) - 2 * JSON.stringify(value).length);
});

test('an output that is not the next input stays beside it', () => {
  const entry = step({ output: 1, input: 2 });
  expect(unpack(stored(entry))).toEqual(entry);
});

test('an entry that steps into nothing is stored as it is', () => {
  const entries: Entry[] = [
    { events: [] },
    { events: [], path: '', frame: { ...emptyFrame(1, {}, 0), done: { output: 1 } } },
  ];
  for (const entry of entries) expect(unpack(stored(entry))).toEqual(entry);
});
