import { expect, test } from '@jest/globals';
import type { Envelope } from './events.ts';
import { checkInput, type InputOptions, inputFor } from './input.ts';

const event: Envelope = {
  version: '0',
  id: 'e1',
  'detail-type': 'OrderPlaced',
  source: 'emporium.orders',
  account: '000000000000',
  time: '2026-01-02T03:04:05Z',
  region: 'us-east-1',
  resources: [],
  detail: { id: 'ord_1', say: 'a "b"', lines: [{ sku: 'MUG' }], total: 3, left: null },
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
    none: '',
    say: 'so: a "b"',
  });
  expect(transform('"Order <id> is placed"', paths)).toBe('"Order ord_1 is placed"');
});

test('inside quotes JSON loses its quotes, and what is missing leaves nothing', () => {
  const paths = { lines: '$.detail.lines', none: '$.detail.none', total: '$.detail.total' };
  expect(transform('"<lines>, <total>, <none>."', paths)).toBe('"[{sku:MUG}], 3, ."');
  expect(transform('{"a": <left>, "b": "<left>"}', { left: '$.detail.left' })).toBe(
    '{"a": null, "b": "null"}',
  );
  expect(transform('"{[/ <total> \\"<total>\\""', paths)).toBe('"{[/ 3 \\"3\\""');
});

test.each<[string, unknown]>([
  ['$', event],
  ['$.detail.lines[*].sku', ['MUG']],
  ['$.detail.lines.*.sku', ['MUG']],
  ["$.detail['lines'][0]", { sku: 'MUG' }],
  ['$.detail.lines[1]', null],
  ['$.detail.lines[*].none', null],
  ['$.detail-type', 'OrderPlaced'],
])('the path %s finds %j', (InputPath, expected) => {
  expect(JSON.parse(inputFor(event, { InputPath }, rule))).toEqual(expected);
});

test.each<[InputOptions, string]>([
  [
    { Input: '1', InputPath: '$' },
    'Only one of Input, InputPath, or InputTransformer must be provided for target t.',
  ],
  [{ InputPath: 'detail' }, 'Invalid InputPath for target t : detail.'],
  [{ InputPath: '$..sku' }, 'Invalid InputPath for target t : $..sku.'],
  [{ InputPath: '$.lines[?(@.x)]' }, 'Invalid InputPath for target t'],
  [
    { InputTransformer: { InputTemplate: '"<id> <other>"', InputPathsMap: { id: '$.id' } } },
    'InputTemplate for target t contains invalid placeholder other.',
  ],
  [
    { InputTransformer: { InputTemplate: '1', InputPathsMap: { 'aws.x': '$.id' } } },
    'InputPathsMap for target t contains reserved key aws.x.',
  ],
])('refuses %j', (options, message) => {
  expect(() => checkInput('t', options)).toThrow(message);
});

test('knows the reserved variables', () => {
  expect(JSON.parse(transform('<aws.events.event>'))).toEqual({
    version: '0',
    id: 'e1',
    detailType: 'OrderPlaced',
    source: 'emporium.orders',
    account: '000000000000',
    time: '2026-01-02T03:04:05Z',
    region: 'us-east-1',
    resources: [],
  });
  expect(JSON.parse(transform('[<aws.events.rule-arn>, <aws.events.event.json>]'))).toEqual([
    'arn:rule',
    event,
  ]);
});
