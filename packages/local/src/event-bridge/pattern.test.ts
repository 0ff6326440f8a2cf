import { expect, test } from '@jest/globals';
import { matchesEventPattern } from './pattern.ts';

/** Of one field `a`: what a pattern's list matches, and what it doesn't. */
interface Family {
  /** Where AWS says so. */
  readonly source: string;
  readonly lists: readonly {
    readonly list: readonly unknown[];
    readonly matches?: readonly unknown[];
    readonly refuses?: readonly unknown[];
  }[];
}

const guide = 'EventBridge User Guide, «Comparison operators for use in event patterns»';
const arrays = 'EventBridge User Guide, «Matching on multiple values in an event field»';
const nulls = 'EventBridge User Guide, «Matching on null values and empty strings»';
const ruler = 'the README of aws/event-ruler, which is what EventBridge runs';

const families: Readonly<Record<string, Family>> = {
  equality: {
    source: guide,
    lists: [
      {
        list: ['x'],
        matches: ['x', ['y', 'x'], [['x']]],
        refuses: ['X', 'xy', '', null, [], {}, { x: 'x' }],
      },
      { list: ['x', 'y'], matches: ['x', 'y'], refuses: ['z'] },
      { list: [''], matches: [''], refuses: [null, ' ', []] },
      { list: ['true'], matches: ['true'], refuses: [true] },
      {
        list: ['grün 🌍'],
        matches: ['grün 🌍', 'gr\u00fcn \u{1f30d}'],
        refuses: ['grun 🌍', 'gru\u0308n 🌍'],
      },
      { list: [{ exactly: 'x' }], matches: ['x'], refuses: ['X'] },
      { list: ['a"b\\c\n'], matches: ['a"b\\c\n'], refuses: ['a"b'] },
    ],
  },
  'null, true and false': {
    source: nulls,
    lists: [
      { list: [null], matches: [null, [1, null]], refuses: ['', 'null', 0, false, [], {}] },
      { list: [true], matches: [true], refuses: ['true', 1, false] },
      { list: [false], matches: [false], refuses: ['false', 0, null] },
    ],
  },
  'numbers in a list': {
    source: ruler,
    lists: [
      { list: [1], matches: [1, 1.0, [2, 1]], refuses: ['1', 1.000001, -1, true] },
      { list: [300], matches: [300.0, 3.0e2], refuses: ['300'] },
      { list: [0.3], matches: [0.3, 0.1 + 0.2], refuses: [0.300001] },
      { list: [-0.5], matches: [-0.5], refuses: [0.5] },
      { list: [123456789012], matches: [123456789012], refuses: [123456789013, '123456789012'] },
      { list: [1, 'x', null], matches: [1, 'x', null], refuses: ['1', 'null'] },
    ],
  },
  prefix: {
    source: guide,
    lists: [
      {
        list: [{ prefix: 'us-' }],
        matches: ['us-east-1', 'us-'],
        refuses: ['US-east-1', 'us', 'aus-', 1, null],
      },
      { list: [{ prefix: '' }], matches: ['x', ''], refuses: [1, null, true, []] },
      { list: [{ prefix: '1' }], matches: ['12'], refuses: [12] },
      {
        list: [{ prefix: { 'equals-ignore-case': 'EventB' } }],
        matches: ['eventbridge', 'EVENTB'],
        refuses: ['event', 'xeventb'],
      },
    ],
  },
  suffix: {
    source: guide,
    lists: [
      { list: [{ suffix: '.png' }], matches: ['a.png', '.png'], refuses: ['a.PNG', 'a.png ', 'png', 1] },
      { list: [{ suffix: '' }], matches: ['x', ''], refuses: [1, null] },
      {
        list: [{ suffix: { 'equals-ignore-case': '.png' } }],
        matches: ['a.PNG', 'a.pNg'],
        refuses: ['a.png2', 'apng'],
      },
    ],
  },
  'equals-ignore-case': {
    source: guide,
    lists: [
      {
        list: [{ 'equals-ignore-case': 'alice' }],
        matches: ['Alice', 'ALICE', 'alice'],
        refuses: ['alic', 'alicee', '', 1],
      },
      { list: [{ 'equals-ignore-case': '' }], matches: [''], refuses: ['a', null] },
      { list: [{ 'equals-ignore-case': 'ÄÖ.*' }], matches: ['äö.*', 'äÖ.*'], refuses: ['ao.*', 'äöxx'] },
      { list: [{ 'equals-ignore-case': 'straße' }], matches: ['STRASSE', 'Straße'], refuses: ['strasse'] },
    ],
  },
  wildcard: {
    source: guide,
    lists: [
      {
        list: [{ wildcard: 'dir/*.png' }],
        matches: ['dir/a.png', 'dir/.png', 'dir/b/a.png'],
        refuses: ['dir/a.PNG', 'dira.png', 1],
      },
      { list: [{ wildcard: '*' }], matches: ['', 'x', 'a\nb'], refuses: [1, null, true, []] },
      { list: [{ wildcard: 'a*' }], matches: ['a', 'abc'], refuses: ['ba'] },
      { list: [{ wildcard: '*a' }], matches: ['a', 'cba'], refuses: ['ab'] },
      { list: [{ wildcard: '*a*' }], matches: ['a', 'bab'], refuses: ['b', ''] },
      { list: [{ wildcard: 'a*a' }], matches: ['aa', 'aba', 'aaa'], refuses: ['a', 'ab'] },
      { list: [{ wildcard: 'a*bc*c' }], matches: ['abcc', 'axbcbcc', 'abcxc'], refuses: ['abc', 'abxc'] },
      { list: [{ wildcard: 'abc' }], matches: ['abc'], refuses: ['abcd', 'ab'] },
      { list: [{ wildcard: '' }], matches: [''], refuses: ['a'] },
      { list: [{ wildcard: 'a\\*b' }], matches: ['a*b'], refuses: ['axb', 'a\\*b'] },
      { list: [{ wildcard: 'a\\\\*' }], matches: ['a\\', 'a\\b'], refuses: ['a*', 'ab'] },
      { list: [{ wildcard: 'a?c.[d]' }], matches: ['a?c.[d]'], refuses: ['abc.d', 'abcxd'] },
      { list: [{ wildcard: 'ü*🌍' }], matches: ['ü🌍', 'üx🌍'], refuses: ['u🌍'] },
      {
        list: [{ wildcard: '/Users/*/dir/dir/dir/dir/dir/doc.txt' }],
        matches: ['/Users/me/dir/dir/dir/dir/dir/doc.txt'],
        refuses: ['/Users/me/dir/doc.txt'],
      },
    ],
  },
  'anything-but': {
    source: guide,
    lists: [
      {
        list: [{ 'anything-but': 'x' }],
        matches: ['X', '', null, 1, true, ['x', 'y']],
        refuses: ['x', ['x'], [], {}],
      },
      {
        list: [{ 'anything-but': ['x', 'y'] }],
        matches: ['z', 1, ['x', 'z']],
        refuses: ['x', 'y', ['x', 'y']],
      },
      { list: [{ 'anything-but': 123 }], matches: [124, '123', null, [123, 1]], refuses: [123, 123.0] },
      { list: [{ 'anything-but': 0 }], matches: [1, '', false, null], refuses: [0] },
      { list: [{ 'anything-but': [100, 200] }], matches: [300, '100'], refuses: [100, 200.0] },
      { list: [{ 'anything-but': 1 }], matches: [6e9], refuses: [1] },
      { list: [{ 'anything-but': '10.0.0.1' }], matches: ['10.0.0.2'], refuses: ['10.0.0.1'] },
    ],
  },
  'anything-but with an operator': {
    source: guide,
    lists: [
      {
        list: [{ 'anything-but': { prefix: 'us-' } }],
        matches: ['eu-1', '', 1, null, ['us-1', 'eu-1']],
        refuses: ['us-1', ['us-1']],
      },
      {
        list: [{ 'anything-but': { prefix: ['us-', 'eu-'] } }],
        matches: ['ap-1', 5],
        refuses: ['us-1', 'eu-1'],
      },
      {
        list: [{ 'anything-but': { suffix: '.png' } }],
        matches: ['a.gif', 'a.PNG', null],
        refuses: ['a.png'],
      },
      {
        list: [{ 'anything-but': { suffix: ['.png', '.gif'] } }],
        matches: ['a.jpg'],
        refuses: ['a.png', 'a.gif'],
      },
      {
        list: [{ 'anything-but': { 'equals-ignore-case': 'init' } }],
        matches: ['initial', null, 1],
        refuses: ['INIT', 'init'],
      },
      {
        list: [{ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }],
        matches: ['c'],
        refuses: ['A', 'B'],
      },
      {
        list: [{ 'anything-but': { wildcard: '*/lib/*' } }],
        matches: ['/usr/bin', 5, null],
        refuses: ['/usr/lib/x'],
      },
      {
        list: [{ 'anything-but': { wildcard: ['*.png', '*.gif'] } }],
        matches: ['a.jpg'],
        refuses: ['a.png', 'a.gif'],
      },
      { list: [{ 'anything-but': { wildcard: '' } }], matches: ['a'], refuses: [''] },
    ],
  },
  numeric: {
    source: guide,
    lists: [
      { list: [{ numeric: ['=', 1] }], matches: [1, 1.0, [2, 1]], refuses: [1.000001, '1', null, true] },
      { list: [{ numeric: ['=', 3.018e2] }], matches: [301.8], refuses: [301.81] },
      { list: [{ numeric: ['<', 10] }], matches: [9.999999, -5e9], refuses: [10, 11, '9'] },
      { list: [{ numeric: ['<=', 10] }], matches: [10, 0], refuses: [10.000001] },
      { list: [{ numeric: ['>', 0] }], matches: [0.000001, 5e9], refuses: [0, -1, 5e9 + 1] },
      { list: [{ numeric: ['>=', 0] }], matches: [0, -0], refuses: [-0.000001] },
      { list: [{ numeric: ['>', 0, '<=', 5] }], matches: [5, 0.5, [9, 1]], refuses: [0, 5.1, []] },
      { list: [{ numeric: ['>=', -1.5, '<', 2] }], matches: [-1.5, 1.999999], refuses: [2, -1.500001] },
      { list: [{ numeric: ['=', 5e9] }], matches: [5e9], refuses: [4999999999] },
    ],
  },
  exists: {
    source: guide,
    lists: [
      {
        list: [{ exists: true }],
        matches: ['x', '', 0, null, false, ['x'], [null]],
        refuses: [[], {}, { b: 1 }, [[]], [{}]],
      },
      { list: [{ exists: false }], matches: [[], {}, { b: 1 }], refuses: ['x', '', null, 0, ['x']] },
      { list: [{ exists: false }, 'x'], matches: ['x', [], {}], refuses: ['y', null] },
      { list: [{ exists: true }, { prefix: 'x' }], matches: ['y'] },
    ],
  },
  cidr: {
    source: guide,
    lists: [
      {
        list: [{ cidr: '10.0.0.0/24' }],
        matches: ['10.0.0.0', '10.0.0.255', '010.0.0.7'],
        refuses: ['10.0.1.0', '9.255.255.255', 'x', '10.0.0', '10.0.0.999', 123, null],
      },
      { list: [{ cidr: '10.0.0.7/24' }], matches: ['10.0.0.1'], refuses: ['10.0.1.1'] },
      {
        list: [{ cidr: '10.0.0.4/31' }],
        matches: ['10.0.0.4', '10.0.0.5'],
        refuses: ['10.0.0.6', '10.0.0.3'],
      },
      { list: [{ cidr: '0.0.0.0/0' }], matches: ['1.2.3.4'], refuses: ['::1'] },
      {
        list: [{ cidr: '2001:db8:1234:1a00::/64' }],
        matches: ['2001:db8:1234:1a00::1', '2001:0DB8:1234:1a00:0:0:0:9'],
        refuses: ['2001:db8:1234:1a01::', '10.0.0.1'],
      },
      {
        list: [{ cidr: '10.0.0.0/8' }, { prefix: '192.' }],
        matches: ['10.9.9.9', '192.168.0.1'],
        refuses: ['172.16.0.1'],
      },
    ],
  },
  'addresses as text': {
    source: ruler,
    lists: [
      { list: ['::1'], matches: ['::1', '0:0:0:0:0:0:0:1'], refuses: ['::2', '0.0.0.1'] },
      { list: ['10.0.0.1'], matches: ['10.0.0.1', '010.0.0.1'], refuses: ['10.0.0.10', '10.0.0.1 '] },
      { list: ['12:30'], matches: ['12:30'], refuses: ['12:31'] },
    ],
  },
};

const cases = Object.entries(families).flatMap(([family, { source, lists }]) =>
  lists.flatMap(({ list, matches = [], refuses = [] }) => [
    ...matches.map((value) => ({ family, source, list, value, expected: true })),
    ...refuses.map((value) => ({ family, source, list, value, expected: false })),
  ]),
);

test.each(cases)('$family: $list against $value is $expected ($source)', ({ list, value, expected }) => {
  expect(matchesEventPattern({ a: list }, { a: value })).toBe(expected);
  expect(matchesEventPattern({ d: { a: list } }, { d: [{ b: 1 }, { a: value }] })).toBe(expected);
  expect(matchesEventPattern(JSON.stringify({ a: list }), JSON.stringify({ a: value }))).toBe(expected);
});

test('there are enough cases to tell', () => expect(cases.length).toBeGreaterThan(200));

test.each<[string, unknown, unknown, boolean]>([
  ['fields are all needed', { a: ['x'], b: ['y'] }, { a: 'x' }, false],
  ['a missing field matches nothing', { a: [{ 'anything-but': 'x' }] }, { b: 'x' }, false],
  ['a missing parent, neither', { a: { b: [{ 'anything-but': { prefix: 'x' } }] } }, {}, false],
  ['absent below a missing parent', { a: { b: [{ exists: false }] } }, {}, true],
  ['absent below a text', { a: { b: [{ exists: false }] } }, { a: 'x' }, true],
  ['keys have a case', { A: ['x'] }, { a: 'x' }, false],
  ['a dot in a pattern’s key is a step', { 'a.b': ['x'] }, { a: { b: 'x' } }, true],
  ['a dot in an event’s key is a step', { a: { b: ['x'] } }, { 'a.b': 'x' }, true],
  ['a dot in both', { a: { 'b.c': ['x'] } }, { 'a.b': { c: 'x' } }, true],
  ['an empty key is a key', { '': { a: ['x'] } }, { a: 'x' }, false],
  ['an empty key, present', { '': { a: ['x'] } }, { '': { a: 'x' } }, true],
  ['a key of every object’s prototype', { constructor: [{ exists: true }] }, {}, false],
  ['an event that is no object', { a: ['x'] }, 'null', false],
])('paths: %s', (_, pattern, event, expected) => {
  expect(matchesEventPattern(pattern, event)).toBe(expected);
});

const lines = {
  d: [
    { a: 1, b: 2 },
    { a: 3, c: 4 },
  ],
};
test.each<[unknown, unknown, boolean]>([
  [{ d: { a: [1], b: [2] } }, lines, true],
  [{ d: { a: [3], b: [2] } }, lines, false],
  [{ d: { a: [3], c: [4] } }, lines, true],
  [{ d: { a: [1, 3], b: [2], c: [4] } }, lines, false],
  [{ d: { a: [{ exists: true }], b: [{ exists: false }] } }, lines, true],
  [{ d: { a: [1], b: [{ exists: false }] } }, lines, false],
  [{ d: { a: [1], c: [{ exists: false }] } }, lines, true],
  [{ d: { e: [{ exists: false }] } }, lines, true],
  // AWS goes by the order of the names, and no element is chosen before the first.
  [{ d: { a: [{ exists: false }], b: [{ exists: true }] } }, { d: [{ a: 1 }, { b: 2 }] }, false],
  [{ d: { a: [{ 'anything-but': 1 }], b: [2] } }, lines, false],
  [{ d: { a: ['x'] }, e: { a: ['y'] } }, { d: [{ a: 'x' }], e: [{ a: 'z' }, { a: 'y' }] }, true],
  [{ t: ['x'], u: ['y'] }, { t: ['z', 'x'], u: ['y', 'z'] }, true],
  [{ d: { t: ['x'], u: ['y'] } }, { d: [{ t: ['x', 'z'], u: 'y' }] }, true],
  [{ d: { t: ['x'], u: ['y'] } }, { d: [{ t: ['x', 'z'] }, { u: 'y' }] }, false],
  [{ d: { e: { a: [1], b: [2] } } }, { d: [{ e: [{ a: 1 }, { b: 2 }] }] }, false],
  [{ d: { e: { a: [1], b: [2] } } }, { d: [{ e: [{ a: 1, b: 2 }] }] }, true],
  [{ d: { e: { a: [1] }, f: [3] } }, { d: [{ e: [{ a: 1 }] }, { f: 3 }] }, false],
  [{ d: { e: { a: [1] }, f: [3] } }, { d: [{ e: [{ a: 2 }, { a: 1 }], f: 3 }] }, true],
  [{ d: { a: [1], b: [2] } }, { d: [[{ a: 1 }, { b: 2 }]] }, false],
  [{ d: { a: [1], b: [2] } }, { d: [[{ a: 1 }], [{ b: 2 }]] }, false],
  [{ d: { a: [1], b: [2] } }, { d: [[{ a: 1, b: 2 }]] }, true],
  [{ d: [1] }, { d: [[2], [[1]]] }, true],
])(`%j against %j is %p (${arrays})`, (pattern, event, expected) => {
  expect(matchesEventPattern(pattern, event)).toBe(expected);
});

test.each<[unknown, unknown, boolean]>([
  [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }, true],
  [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { a: 'y', b: 'x' }, false],
  [{ c: ['z'], $or: [{ a: ['x'] }, { b: ['y'] }] }, { a: 'x' }, false],
  [{ c: ['z'], $or: [{ a: ['x'] }, { b: ['y'] }] }, { a: 'x', c: 'z' }, true],
  [{ d: { $or: [{ a: ['x'] }, { e: { b: ['y'] } }] } }, { d: { e: { b: 'y' } } }, true],
  [{ $or: [{ a: ['x'] }, { b: ['y'], $or: [{ c: [1] }, { d: [2] }] }] }, { b: 'y', d: 2 }, true],
  [{ $or: [{ a: ['x'] }, { b: ['y'], $or: [{ c: [1] }, { d: [2] }] }] }, { b: 'y', d: 1 }, false],
  [
    { $or: [{ a: ['x'] }, { b: ['y'] }], d: { $or: [{ e: [1] }, { f: [2] }] } },
    { b: 'y', d: { f: 2 } },
    true,
  ],
  [
    { $or: [{ a: ['x'] }, { b: ['y'] }], d: { $or: [{ e: [1] }, { f: [2] }] } },
    { b: 'y', d: { f: 1 } },
    false,
  ],
  [{ $or: [{ a: [{ exists: false }] }, { b: [{ 'anything-but': 'y' }] }] }, { a: 1, b: 'z' }, true],
  // The last word about a field holds.
  [{ a: ['x'], $or: [{ a: ['y'] }, { b: ['y'] }] }, { a: 'y' }, true],
  [{ a: ['x'], $or: [{ a: ['y'] }, { b: ['y'] }] }, { a: 'x' }, false],
  [{ $or: [{ a: ['y'] }, { b: ['y'] }], a: ['x'] }, { a: 'x' }, true],
  // What cannot be the operator is a field called $or.
  [{ $or: { a: ['x'] } }, { $or: { a: 'x' } }, true],
  [{ $or: ['x'] }, { $or: 'x' }, true],
  [{ $or: [{ prefix: 'x' }, { prefix: 'y' }] }, { $or: 'yes' }, true],
])('$or: %j against %j is %p', (pattern, event, expected) => {
  expect(matchesEventPattern(pattern, event)).toBe(expected);
});

test('a pattern’s text is read as AWS reads it', () => {
  expect(matchesEventPattern('{"a":["x"],"a":["y"]}', { a: 'y' })).toBe(true);
  expect(matchesEventPattern('{"a":["x"],"a":["y"]}', { a: 'x' })).toBe(false);
  expect(matchesEventPattern('{"d":{"a":["x"]},"d":{"b":["y"]}}', { d: { a: 'z', b: 'y' } })).toBe(false);
  expect(matchesEventPattern(' {\n\t"a" : [ "\\u0078" , 1e0 ] } and more', { a: 'x' })).toBe(true);
  expect(matchesEventPattern('{"a":[6000000000.0]}', { a: 6_000_000_000 })).toBe(false);
});

test('a wildcard that matches badly is not slow', () => {
  const event = { a: 'a'.repeat(200_000) };
  expect(matchesEventPattern({ a: [{ wildcard: '*a*a*a*ab' }] }, event)).toBe(false);
});
