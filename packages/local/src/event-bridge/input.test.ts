import { expect, test } from '@jest/globals';
import type { Envelope } from './events.ts';
import { inputFor } from './input.ts';

const event: Envelope = {
  version: '0',
  id: 'e1',
  'detail-type': 'OrderPlaced',
  source: 'emporium.orders',
  account: '000000000000',
  time: '2026-01-02T03:04:05Z',
  region: 'us-east-1',
  resources: [],
  detail: { id: 'ord_1', say: 'a "b"', lines: [{ sku: 'MUG' }], total: 3 },
};
const rule = { arn: 'arn:rule', name: 'rule' };
const transform = (InputTemplate: string, InputPathsMap = {}) =>
  inputFor(event, { InputTransformer: { InputTemplate, InputPathsMap } }, rule);

test('gives the whole event, a constant or a part', () => {
  expect(JSON.parse(inputFor(event, {}, rule))).toEqual(event);
  expect(inputFor(event, { Input: '{"a":1}' }, rule)).toBe('{"a":1}');
  expect(inputFor(event, { InputPath: '$.detail.lines[0].sku' }, rule)).toBe('"MUG"');
  expect(inputFor(event, { InputPath: "$['detail']['total']" }, rule)).toBe('3');
  expect(inputFor(event, { InputPath: '$.detail.none' }, rule)).toBe('null');
});

test('fills a template: JSON outside quotes, text inside them', () => {
  const paths = { id: '$.detail.id', lines: '$.detail.lines', say: '$.detail.say', none: '$.detail.none' };
  expect(
    JSON.parse(transform('{"id": <id>, "lines": <lines>, "none": <none>, "say": "so: <say>"}', paths)),
  ).toEqual({
    id: 'ord_1',
    lines: [{ sku: 'MUG' }],
    none: null,
    say: 'so: a "b"',
  });
  expect(transform('"Order <id> is placed"', paths)).toBe('"Order ord_1 is placed"');
});

test('knows the reserved variables', () => {
  expect(JSON.parse(transform('[<aws.events.rule-arn>, <aws.events.event.json>]'))).toEqual([
    'arn:rule',
    event,
  ]);
});
