import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesEventPattern } from './pattern.ts';

const event = {
  source: 'emporium.orders',
  'detail-type': 'OrderPlaced',
  resources: ['one', 'two'],
  detail: {
    state: { name: 'Running', code: 16 },
    total: 19.99,
    gift: true,
    note: null,
    empty: '',
    nobody: [],
    ip: '10.0.0.17',
    ip6: '2001:db8::5',
    path: 'dir/a/file.PNG',
    star: 'a*b',
    tags: ['red', 'Blue'],
    lines: [
      { sku: 'MUG', quantity: 2 },
      { sku: 'CUP', quantity: 1 },
    ],
  },
};

const detail = (pattern: unknown) => ({ detail: pattern });

test.each<[unknown, boolean]>([
  [{ source: ['emporium.orders'], 'detail-type': ['OrderPlaced', 'OrderShipped'] }, true],
  [{ source: ['emporium.users'] }, false],
  [{ resources: ['two'] }, true],
  [{ missing: ['x'] }, false],
  [detail({ state: { code: [16.0] } }), true],
  [detail({ state: { code: ['16'] } }), false],
  [detail({ 'state.code': [16] }), true],
  [detail({ gift: [true] }), true],
  [detail({ gift: ['true'] }), false],
  [detail({ note: [null] }), true],
  [detail({ empty: [null] }), false],
  [detail({ empty: [''] }), true],
  [detail({ nobody: [null] }), false],
  [detail({ state: { name: [{ exactly: 'Running' }] } }), true],
  [detail({ state: { name: [{ prefix: 'Run' }] } }), true],
  [detail({ state: { name: [{ prefix: 'run' }] } }), false],
  [detail({ state: { name: [{ prefix: '' }] } }), true],
  [detail({ state: { code: [{ prefix: '1' }] } }), false],
  [detail({ state: { name: [{ prefix: { 'equals-ignore-case': 'rUN' } }] } }), true],
  [detail({ path: [{ suffix: '.PNG' }] }), true],
  [detail({ path: [{ suffix: '.png' }] }), false],
  [detail({ path: [{ suffix: { 'equals-ignore-case': '.png' } }] }), true],
  [detail({ state: { name: [{ 'equals-ignore-case': 'RUNNING' }] } }), true],
  [detail({ path: [{ wildcard: 'dir/*/file.*' }] }), true],
  [detail({ path: [{ wildcard: 'dir/*.png' }] }), false],
  [detail({ star: [{ wildcard: 'a\\*b' }] }), true],
  [detail({ path: [{ wildcard: 'dir\\*' }] }), false],
  [detail({ path: [{ wildcard: 'dir/a/file?PNG' }] }), false],
  [detail({ state: { name: [{ 'anything-but': 'Running' }] } }), false],
  [detail({ state: { name: [{ 'anything-but': ['Stopped', 'Pending'] }] } }), true],
  [detail({ state: { code: [{ 'anything-but': 16 }] } }), false],
  [detail({ state: { code: [{ 'anything-but': [1, 2] }] } }), true],
  [detail({ state: { code: [{ 'anything-but': '16' }] } }), true],
  [detail({ state: { name: [{ 'anything-but': { prefix: 'Run' } }] } }), false],
  [detail({ state: { name: [{ 'anything-but': { prefix: ['Sto', 'Pen'] } }] } }), true],
  [detail({ state: { code: [{ 'anything-but': { prefix: '1' } }] } }), true],
  [detail({ path: [{ 'anything-but': { suffix: '.PNG' } }] }), false],
  [detail({ path: [{ 'anything-but': { suffix: ['.gif', '.jpg'] } }] }), true],
  [detail({ state: { name: [{ 'anything-but': { 'equals-ignore-case': ['running'] } }] } }), false],
  [detail({ path: [{ 'anything-but': { wildcard: '*/a/*' } }] }), false],
  [detail({ path: [{ 'anything-but': { wildcard: ['*/b/*', '*/c/*'] } }] }), true],
  [detail({ missing: [{ 'anything-but': 'x' }] }), false],
  [detail({ note: [{ 'anything-but': 'x' }] }), true],
  [detail({ tags: [{ 'anything-but': 'red' }] }), true],
  [detail({ total: [{ numeric: ['=', 19.99] }] }), true],
  [detail({ total: [{ numeric: ['>', 0, '<=', 19.99] }] }), true],
  [detail({ total: [{ numeric: ['>', 19.99] }] }), false],
  [detail({ total: [{ numeric: ['<', 19] }] }), false],
  [detail({ state: { name: [{ numeric: ['>', 0] }] } }), false],
  [detail({ gift: [{ exists: true }] }), true],
  [detail({ note: [{ exists: true }] }), true],
  [detail({ missing: [{ exists: true }] }), false],
  [detail({ missing: [{ exists: false }] }), true],
  [detail({ gift: [{ exists: false }] }), false],
  [detail({ state: [{ exists: true }] }), false],
  [detail({ nobody: [{ exists: true }] }), false],
  [detail({ missing: [{ exists: false }, 'x'] }), true],
  [detail({ ip: [{ cidr: '10.0.0.0/24' }] }), true],
  [detail({ ip: [{ cidr: '10.0.1.0/24' }] }), false],
  [detail({ ip6: [{ cidr: '2001:db8::/64' }] }), true],
  [detail({ ip6: [{ cidr: '2001:db9::/64' }] }), false],
  [detail({ ip6: [{ cidr: '10.0.0.0/8' }] }), false],
  [detail({ gift: [{ cidr: '10.0.0.0/8' }] }), false],
  [detail({ lines: { sku: ['MUG'], quantity: [2] } }), true],
  [detail({ lines: { sku: ['MUG'], quantity: [1] } }), false],
  [detail({ lines: { colour: [{ exists: false }] } }), true],
  [{ $or: [{ source: ['x'] }, { 'detail-type': ['OrderPlaced'] }] }, true],
  [{ source: ['emporium.orders'], $or: [{ source: ['x'] }, { 'detail-type': ['x'] }] }, false],
  [
    detail({
      $or: [{ total: [{ numeric: ['>', 100] }] }, { state: { $or: [{ code: [1] }, { name: ['Running'] }] } }],
    }),
    true,
  ],
])('%j matches: %p', (pattern, expected) => {
  expect(matchesEventPattern(pattern, event)).toBe(expected);
  expect(matchesEventPattern(JSON.stringify(pattern), event)).toBe(expected);
});

test.each<[unknown, RegExp]>([
  ['{', /Invalid JSON/],
  [[], /Filter is not an object/],
  [{}, /Empty objects are not allowed/],
  [{ a: {} }, /Empty objects are not allowed/],
  [{ a: [] }, /Empty arrays are not allowed/],
  [{ a: 'x' }, /"a" must be an object or an array/],
  [{ a: 1 }, /"a" must be an object or an array/],
  [{ a: [['x']] }, /Match value must be String, number, true, false, or null/],
  [{ a: [{}] }, /Match expression name not found/],
  [{ a: [{ Prefix: 'x' }] }, /Unrecognized match type Prefix/],
  [{ a: [{ constructor: 'x' }] }, /Unrecognized match type constructor/],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, /Only one key allowed/],
  [{ a: [{ prefix: 1 }] }, /prefix match pattern must be a string/],
  [{ a: [{ prefix: { suffix: 'x' } }] }, /Unsupported prefix pattern: suffix/],
  [{ a: [{ suffix: ['x'] }] }, /suffix match pattern must be a string/],
  [{ a: [{ 'equals-ignore-case': ['x'] }] }, /equals-ignore-case match pattern must be a string/],
  [{ a: [{ wildcard: 'a**b' }] }, /Consecutive wildcard characters/],
  [{ a: [{ wildcard: 'a\\b' }] }, /Invalid escape character/],
  [{ a: [{ wildcard: 1 }] }, /wildcard match pattern must be a string/],
  [{ a: [{ 'anything-but': null }] }, /anything but list/],
  [{ a: [{ 'anything-but': [] }] }, /anything but list/],
  [{ a: [{ 'anything-but': ['x', 1] }] }, /mixed type is not supported/],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, /Null prefix\/suffix not allowed/],
  [{ a: [{ 'anything-but': { prefix: 1 } }] }, /must be a string/],
  [{ a: [{ 'anything-but': { numeric: ['=', 1] } }] }, /Unsupported anything-but pattern: numeric/],
  [{ a: [{ 'anything-but': { prefix: { 'equals-ignore-case': 'x' } } }] }, /must be a string/],
  [{ a: [{ numeric: '>' }] }, /must be an array/],
  [{ a: [{ numeric: ['>', 'x'] }] }, /Value of > must be numeric/],
  [{ a: [{ numeric: ['!', 1] }] }, /Unrecognized numeric range operator: !/],
  [{ a: [{ numeric: ['<', 1, '>', 0] }] }, /Too many elements/],
  [{ a: [{ numeric: ['>', 5, '<', 1] }] }, /Bottom must be less than top/],
  [{ a: [{ numeric: ['>', 6e9] }] }, /between -5.0E9 and 5.0E9/],
  [{ a: [{ exists: 'yes' }] }, /exists match pattern must be either true or false/],
  [{ a: [{ cidr: '10.0.0.0' }] }, /one '\/' required/],
  [{ a: [{ cidr: '10.0.0.0/32' }] }, /IPv4 mask bits must be < 32/],
  [{ a: [{ cidr: 'x/8' }] }, /Nonstandard IP address/],
  [{ $or: { a: [1] } }, /must be an Array/],
  [{ $or: [{ a: [1] }] }, /at least 2 Objects/],
  [{ $or: [{ a: [1] }, 'x'] }, /Only JSON object is allowed/],
  [{ $or: [{ a: [1] }, { prefix: [1] }] }, /reserved fieldName/],
])('refuses %j', (pattern, message) => {
  expect(() => matchesEventPattern(pattern, event)).toThrow(message);
  expect(() => matchesEventPattern(pattern, event)).toThrow('Event pattern is not valid. Reason: ');
});

test('anything-but is the opposite of the operator inside, for every text', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('prefix', 'suffix', 'equals-ignore-case'),
      fc.string({ minLength: 1 }),
      fc.string(),
      (operator, wanted, value) => {
        const plain = matchesEventPattern({ a: [{ [operator]: wanted }] }, { a: value });
        const negated = matchesEventPattern(
          { a: [{ 'anything-but': { [operator]: wanted } }] },
          { a: value },
        );
        expect(negated).toBe(!plain);
      },
    ),
  );
});

test('a wildcard matches whatever stands in its place', () => {
  const escapeStars = (text: string) => text.replace(/[*\\]/g, '\\$&');
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, between, after) => {
      const pattern = { a: [{ wildcard: `${escapeStars(before)}*${escapeStars(after)}` }] };
      expect(matchesEventPattern(pattern, { a: before + between + after })).toBe(true);
    }),
  );
});

test('every event matches the pattern made of its own leaves', () => {
  const leaf = fc.oneof(fc.string(), fc.integer({ min: -1e9, max: 1e9 }), fc.boolean(), fc.constant(null));
  const key = fc.stringMatching(/^[a-z]{1,5}$/);
  const tree = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { minKeys: 1 })), { minKeys: 1 });
  const toPattern = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toPattern(inner)]))
      : [value];
  fc.assert(fc.property(tree, (value) => matchesEventPattern(toPattern(value), value)));
});
