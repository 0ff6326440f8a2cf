import { expect, test } from '@jest/globals';
import { judge, parseExplanations } from './explanations.ts';
import type { Finding } from './findings.ts';
import { merged } from './findings.ts';
import { reportOf } from './report.ts';

const finding = (rule: string, where: string, target = 'dev'): Finding => ({
  rule,
  where,
  message: 'no key',
  targets: [target],
});
const parse = (text: string) => parseExplanations(text, ['checkov', 'limits']);
const reason = 'because';

test.each([
  ['checkov: [{ rule: A, where: b }]', 'checkov[0] has no reason'],
  ['checkov: [{ rule: A, where: b, reason: " " }]', 'checkov[0] has no reason'],
  ['checkov: [{ rule: A, reason: c }]', 'checkov[0] has no where'],
  ['checkov: [{ where: b, reason: c }]', 'checkov[0] has no rule'],
  ['checkov: [{ rule: A, where: b, reason: c, until: d }]', 'checkov[0] has a field "until"'],
  ['chekov: []', 'there is no check "chekov"'],
])('%s is refused: %s', (text, why) => {
  expect(() => parse(text)).toThrow(why);
});

test('a finding that is not explained stays open', () => {
  const { checkov = [] } = parse(`checkov: [{ rule: A, where: "orders.*Table", reason: ${reason} }]`);
  const [explained, other, rule] = [
    finding('A', 'orders.OrdersTable'),
    finding('A', 'orders.Queue'),
    finding('B', 'orders.OrdersTable'),
  ] as const;

  expect(judge([explained, other, rule], checkov)).toEqual({ open: [other, rule], explained: 1, unused: [] });
});

test('an explanation of nothing fails, and one of two that fit does not', () => {
  const explanations = [
    { rule: 'A', where: '*', reason },
    { rule: '*', where: 'orders.Queue', reason },
    { rule: 'B', where: '*', reason },
  ];
  expect(judge([finding('A', 'orders.Queue')], explanations).unused).toEqual([explanations[2]]);
});

test('the report shows what is open with its stages, and what is explained for nothing', () => {
  const found = merged([
    finding('A', 'orders.Queue', 'dev'),
    finding('A', 'orders.Queue', 'prod'),
    finding('B', 'x'),
  ]);
  const verdict = judge(found, [
    { rule: 'B', where: 'x', reason },
    { rule: 'C', where: 'y', reason },
  ]);
  const report = reportOf({ name: 'checkov', of: '2 templates', verdict });

  expect(report).toMatch(/^✗ checkov\s+2 templates, 1 findings explained, 1 open\n/);
  expect(report).toContain('orders.Queue [dev, prod]: no key');
  expect(report).toContain('C  y: explained, but not found any more');
  const fine = judge(found.slice(1), [{ rule: 'B', where: 'x', reason }]);
  expect(reportOf({ name: 'checkov', of: '2 templates', verdict: fine })).toMatch(/^✓/);
});
