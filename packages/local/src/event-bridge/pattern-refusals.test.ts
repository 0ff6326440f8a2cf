import { expect, test } from '@jest/globals';
import { matchesEventPattern } from './pattern.ts';

const refusal = (pattern: unknown): string => {
  try {
    matchesEventPattern(pattern, {});
  } catch (error) {
    const { name, message } = error as Error;
    expect(name).toBe('InvalidEventPatternException');
    expect(message).toMatch(/^Event pattern is not valid\. Reason: /);
    return message.replace('Event pattern is not valid. Reason: ', '');
  }
  throw new Error('nothing was refused');
};

/** AWS's messages end with where its parser is; each of these was seen in an answer of PutRule or TestEventPattern. */
test.each<[string, string, number]>([
  ['{"int": 42}', '"int" must be an object or an array', 11],
  ['{"string": "my-value"}', '"string" must be an object or an array', 13],
  ['{"resources": []}', 'Empty arrays are not allowed', 17],
  ['{"source": ["aws.health"], "detail": {}}', 'Empty objects are not allowed', 40],
  ['{"my_key": [{"EXISTS": true}]}', 'Unrecognized match type EXISTS', 28],
  ['{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}', 'Unrecognized match type NUMERIC', 36],
  ['{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}', 'Bad numeric range operator: >', 49],
  ['{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}', 'Value of < must be numeric', 50],
  ['{"EventBusArn": [{"wildcard": 123}]}', 'wildcard match pattern must be a string', 34],
  ['{"time": [{"prefix": ["2022-07-13"]}]}', 'prefix match pattern must be a string', 23],
  ['{"time": [{"prefix": 123}]}', 'prefix match pattern must be a string', 25],
  ['{"FileName": [{"suffix": [".png"]}]}', 'suffix match pattern must be a string', 27],
  ['{"detail": {"sourceIPAddress": [{"cidr": ["bad-type"]}]}}', 'prefix match pattern must be a string', 43],
  [
    '{"detail-type": [{"equals-ignore-case": ["x"]}]}',
    'equals-ignore-case match pattern must be a string',
    42,
  ],
  [
    '{"detail": {"state": [{"anything-but": {"equals-ignore-case": 123}}]}}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    66,
  ],
  [
    '{"detail": {"state": [{"anything-but": {"prefix": 123}}]}}',
    'prefix/suffix match pattern must be a string',
    54,
  ],
  [
    '{"detail": {"FileName": [{"anything-but": {"prefix": {"equals-ignore-case": "file"}}}]}}',
    'Value of anything-but must be an array or single string/number value.',
    55,
  ],
  [
    '{"EventBusArn": [{"wildcard": "arn:aws:events:us-east-1:**:event-bus/*"}]}',
    'Consecutive wildcard characters at pos 26',
    72,
  ],
  ['["not", "a", "dict"]', 'Filter is not an object', 2],
  [
    "{'bad': 'quotation'}",
    "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
    2,
  ],
  [
    '{"not": closed mark"',
    "Unrecognized token 'closed': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    15,
  ],
])('%s', (pattern, reason, column) => {
  expect(refusal(pattern)).toBe(`${reason}\n at [Source: (String)"${pattern}"; line: 1, column: ${column}]`);
});

test('a fault in a list inside anything-but is pointed at twice', () => {
  const pattern = '{"detail": {"state": [{"anything-but": {"wildcard": [123, "*/dir/*"]}}]}}';
  const at = `\n at [Source: (String)"${pattern}"; line: 1, column: 57]`;
  expect(refusal(pattern)).toBe(`wildcard match pattern must be a string${at}${at}`);
});

test('a place is a line and a column', () => {
  const pattern = '{\n  "a": {\r\n    "b": "x"';
  expect(refusal(pattern)).toBe(
    `"b" must be an object or an array\n at [Source: (String)"${pattern}"; line: 3, column: 11]`,
  );
});

test('a long pattern is quoted in part', () => {
  const pattern = JSON.stringify({ a: ['x'.repeat(500)], b: 1 });
  expect(refusal(pattern)).toContain(
    `(String)"${pattern.slice(0, 500)}"[truncated 16 chars]; line: 1, column: 516]`,
  );
});

/** AWS names no place in these. */
test.each<[unknown, string]>([
  [{ a: [{ cidr: '10.0.0.0' }] }, "Malformed CIDR, one '/' required"],
  [{ a: [{ cidr: '10.0.0.0/' }] }, "Malformed CIDR, one '/' required"],
  [{ a: [{ cidr: '10.0.0.0/xx' }] }, 'Malformed CIDR, mask bits must be an integer'],
  [{ a: [{ cidr: '10.0.0.0/-1' }] }, 'Malformed CIDR, mask bits must not be negative'],
  [{ a: [{ cidr: '10.0.0.0/32' }] }, 'IPv4 mask bits must be < 32'],
  [{ a: [{ cidr: '::/128' }] }, 'IPv6 mask bits must be < 128'],
  [{ a: [{ cidr: 'xx.11.xx/8' }] }, 'Nonstandard IP address: xx.11.xx'],
  [{ a: [{ cidr: 'xxxx:db8:1234:1a00::/64' }] }, 'Nonstandard IP address: xxxx:db8:1234:1a00::'],
  [{ a: [{ cidr: '10.0.0.999/8' }] }, 'Invalid IP address: 10.0.0.999'],
  [{ a: [{ 'anything-but': 6e9 }] }, 'Value must be between -5.0E9 and 5.0E9, inclusive'],
])('%j: %s', (pattern, reason) => {
  expect(refusal(pattern)).toBe(reason);
});

test.each<[unknown, string]>([
  ['', 'Filter is not an object'],
  ['"a"', 'Filter is not an object'],
  [undefined, 'Filter is not an object'],
  [{}, 'Empty objects are not allowed'],
  [{ a: null }, '"a" must be an object or an array'],
  [{ a: true }, '"a" must be an object or an array'],
  [{ a: [['x']] }, 'Match value must be String, number, true, false, or null'],
  [{ a: [{}] }, 'Match expression name not found'],
  [{ a: [{ constructor: 'x' }] }, 'Unrecognized match type constructor'],
  [{ a: [{ html: 'x' }] }, 'Unrecognized match type html'],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'Only one key allowed in match expression'],
  [{ a: [{ exists: true, prefix: 'y' }] }, 'Only one key allowed in match expression'],
  [{ a: [{ numeric: ['=', 1], prefix: 'y' }] }, 'Too many elements in numeric expression'],
  [{ a: [{ 'anything-but': 'x', prefix: 'y' }] }, 'Too many elements in numeric expression'],
  [{ a: [{ exactly: 1 }] }, 'exact match pattern must be a string'],
  [{ a: [{ exists: 'true' }] }, 'exists match pattern must be either true or false.'],
  [{ a: [{ prefix: {} }] }, 'Prefix expression name not found'],
  [{ a: [{ suffix: {} }] }, 'Suffix expression name not found'],
  [{ a: [{ prefix: { suffix: 'x' } }] }, 'Unsupported prefix pattern: suffix'],
  [{ a: [{ suffix: { prefix: 'x' } }] }, 'Unsupported suffix pattern: prefix'],
  [{ a: [{ prefix: { 'equals-ignore-case': ['x'] } }] }, 'equals-ignore-case match pattern must be a string'],
  [{ a: [{ prefix: { 'equals-ignore-case': 'x', b: 1 } }] }, 'Only one key allowed in match expression'],
  [{ a: [{ wildcard: 'a**b' }] }, 'Consecutive wildcard characters at pos 2'],
  [{ a: [{ wildcard: 'ü**' }] }, 'Consecutive wildcard characters at pos 3'],
  [{ a: [{ wildcard: 'a\\b' }] }, 'Invalid escape character at pos 2'],
  [{ a: [{ wildcard: 'a\\' }] }, 'Invalid escape character at pos 2'],
  [{ a: [{ 'anything-but': { wildcard: 'a**' } }] }, 'Consecutive wildcard characters at pos 2'],
  [{ a: [{ 'anything-but': null }] }, 'Value of anything-but must be an array or single'],
  [{ a: [{ 'anything-but': true }] }, 'Value of anything-but must be an array or single'],
  [{ a: [{ 'anything-but': { prefix: null } }] }, 'Value of anything-but must be an array or single'],
  [{ a: [{ 'anything-but': {} }] }, 'Anything-But expression name not found'],
  [{ a: [{ 'anything-but': { numeric: ['=', 1] } }] }, 'Unsupported anything-but pattern: numeric'],
  [{ a: [{ 'anything-but': { exists: true } }] }, 'Unsupported anything-but pattern: exists'],
  [{ a: [{ 'anything-but': [] }] }, 'Inside anything but list, either all values are number or string'],
  [{ a: [{ 'anything-but': ['x', 1] }] }, 'Inside anything but list, either all values are number or string'],
  [
    { a: [{ 'anything-but': ['x', null] }] },
    'Inside anything but list, start|null|boolean is not supported.',
  ],
  [
    { a: [{ 'anything-but': [{ prefix: 'x' }] }] },
    'Inside anything but list, start|null|boolean is not supported.',
  ],
  [{ a: [{ 'anything-but': [1, 6e9] }] }, 'Value must be between -5.0E9 and 5.0E9, inclusive'],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, 'Null prefix/suffix not allowed'],
  [{ a: [{ 'anything-but': { suffix: ['x', ''] } }] }, 'Null prefix/suffix not allowed'],
  [{ a: [{ 'anything-but': { prefix: 'x', suffix: 'y' } }] }, 'Too many elements in numeric expression'],
  [{ a: [{ numeric: '>' }] }, 'Value of numeric must be an array.'],
  [{ a: [{ numeric: [] }] }, 'Invalid member in numeric match: ]'],
  [{ a: [{ numeric: [1] }] }, 'Invalid member in numeric match: 1'],
  [{ a: [{ numeric: ['!', 1] }] }, 'Unrecognized numeric range operator: !'],
  [{ a: [{ numeric: ['='] }] }, 'Value of equals must be numeric'],
  [{ a: [{ numeric: ['>', '1'] }] }, 'Value of > must be numeric'],
  [{ a: [{ numeric: ['<', 1, '>', 0] }] }, 'Too many elements in numeric expression'],
  [{ a: [{ numeric: ['=', 1, '<', 2] }] }, 'Too many elements in numeric expression'],
  [{ a: [{ numeric: ['>', 1, 2] }] }, 'Bad value in numeric range: 2'],
  [{ a: [{ numeric: ['>', 1, '<', 5, '<', 6] }] }, 'Too many terms in numeric range expression'],
  [{ a: [{ numeric: ['>', 5, '<', 1] }] }, 'Bottom must be less than top'],
  [{ a: [{ numeric: ['>', 5, '<=', 5] }] }, 'Bottom must be less than top'],
  [{ a: [{ numeric: ['>', 6e9] }] }, 'Value must be between -5.0E9 and 5.0E9, inclusive'],
  // As the operator $or they are not valid, and neither as a field of that name.
  [{ $or: { a: 1 } }, '"a" must be an object or an array'],
  [{ $or: [{ a: [1] }] }, 'Unrecognized match type a'],
  [{ $or: [{ a: [1] }, 'x'] }, 'Unrecognized match type a'],
  [{ $or: [{ a: [1] }, { prefix: [1] }] }, 'Unrecognized match type a'],
  ['{"a": ["x"], // why\n"b": ["y"]}', 'maybe a (non-standard) comment?'],
  ['{"a": ["x"],}', 'was expecting double-quote to start field name'],
  ['{"a": ["x",]}', 'expected a valid value'],
  ['{"a" ["x"]}', 'was expecting a colon to separate field name and value'],
  ['{"a": ["x"] "b": ["y"]}', 'was expecting comma to separate Object entries'],
  ['{"a": ["x" "y"]}', 'was expecting comma to separate Array entries'],
  ['{"a": ["x"}', "Unexpected close marker '}': expected ']'"],
  ['{"a": ["x"]', 'expected close marker for Object'],
  ['{"a": ["x', 'was expecting closing quote for a string value'],
  ['{"a": ["\\x"]}', "Unrecognized character escape 'x' (code 120)"],
  ['{"a": ["\n"]}', 'Illegal unquoted character ((CTRL-CHAR, code 10))'],
  [{ a: ['x'.repeat(4096)] }, 'longer than 4096 characters'],
])('%j: %s', (pattern, reason) => {
  expect(refusal(pattern)).toContain(reason);
});

const tooComplex = 'Rule is too complex - try using fewer wildcard characters';
const wildcards = (...patterns: string[]) => ({ a: patterns.map((wildcard) => ({ wildcard })) });

test('wildcards together are refused where a value can be in more than ten places of them', () => {
  expect(refusal(wildcards('*:*:*:*:*:event-bus/*'))).toContain(tooComplex);
  expect(refusal(wildcards('*/in/*.bif', '*/in/*.tiff', '*/in/*.tif', '*/in/*.svs'))).toContain(tooComplex);
  expect(refusal({ a: [{ 'anything-but': { wildcard: '*a*a*a*a*a*a*' } }] })).toContain(tooComplex);
  expect(refusal({ $or: [wildcards('*/in/*.a', '*/in/*.b'), wildcards('*/in/*.c', '*/in/*.d')] })).toContain(
    tooComplex,
  );
  for (const pattern of [
    wildcards('*:*:*:*:event-bus/*'),
    wildcards('*.bif', '*.tiff', '*.tif', '*.svs'),
    wildcards('*/in/*.bif', '*/in/*.tif'),
    wildcards('/Users/*/dir/dir/dir/dir/dir/doc.txt'),
    { ...wildcards('*/in/*.a', '*/in/*.b'), b: [{ wildcard: '*/in/*.c' }] },
  ])
    expect(matchesEventPattern(pattern, {})).toBe(false);
});

test('$or makes no more than a thousand alternatives', () => {
  const choice = (key: string) => ({ $or: Array.from({ length: 10 }, (_, value) => ({ [key]: [value] })) });
  const thousand = { ...choice('a'), b: choice('b'), c: choice('c') };
  expect(matchesEventPattern(thousand, { a: 9, b: { b: 9 }, c: { c: 9 } })).toBe(true);
  expect(refusal({ ...thousand, d: { $or: [{ d: [1] }, { d: [2] }] } })).toContain(
    'over 1000 rule combinations',
  );
  // Each inside another's last branch makes few alternatives, but AWS multiplies all the same.
  const nest = (depth: number): object =>
    depth === 0 ? { z: [1] } : { $or: [{ [`a${depth}`]: [1] }, nest(depth - 1)] };
  expect(matchesEventPattern(nest(9), { z: 1 })).toBe(true);
  expect(refusal(nest(10))).toContain('over 1000 rule combinations');
});
