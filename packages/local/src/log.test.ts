import { expect, test } from '@jest/globals';
import { createLog } from './log.ts';

const logTo = (isTTY: boolean, environment: NodeJS.ProcessEnv = {}) => {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 } as NodeJS.WriteStream;
  return { written, log: createLog(stream, environment) };
};

const painted = (colour: number, text: string) => `\u001b[${colour}m${text}\u001b[0m`;

test('labels have colours, and each keeps its own whatever else is written', () => {
  const labels = Array.from({ length: 30 }, (_, index) => `orders.function${index}`);
  const first = logTo(true);
  for (const label of labels) first.log.info(label, 'hello');
  const colours = first.written.map((line) => line.slice(0, line.indexOf('orders')));
  expect(new Set(colours).size).toBeGreaterThan(4);
  for (const colour of [31, 33]) expect(colours).not.toContain(`\u001b[${colour}m`);

  const second = logTo(true);
  for (const label of labels.toReversed()) second.log.info(label, 'hello');
  expect(second.written.toReversed()).toEqual(first.written);
});

test('what warns is yellow, what fails is red', () => {
  const { written, log } = logTo(true);
  log.warn('iam', 'careful');
  log.error('iam', 'broken');
  expect(written[0]).toContain(painted(33, 'careful'));
  expect(written[1]).toContain(painted(31, 'broken'));
});

test.each([
  ['into a file', logTo(false)],
  ['for who wants no colour', logTo(true, { NO_COLOR: '1' })],
])('%s nothing is coloured', (_, { written, log }) => {
  log.info('orders.placeOrder', 'hello');
  log.error('iam', 'broken');
  expect(written).toEqual([`${'orders.placeOrder'.padEnd(32)} hello\n`, `${'iam'.padEnd(32)} broken\n`]);
});
