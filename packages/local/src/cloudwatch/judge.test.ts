import { expect, test } from '@jest/globals';
import { parseAlarmRule } from './alarm-rule.ts';
import { type AlarmState, judge } from './judge.ts';

/** `X` breaches, `0` doesn't, `-` is missing: the five periods that an alarm of three looks at. */
const seriesOf = (points: string) =>
  new Map(
    [...points].flatMap((point, index): [number, number][] =>
      point === '-' ? [] : [[index, point === 'X' ? 9 : 0]],
    ),
  );

const [OK, ALARM, NONE] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

// The tables of "Configuring how CloudWatch alarms treat missing data"; `now` stands for the state that it is in.
test.each<[number, string, ...(AlarmState | 'now')[]]>([
  [3, '0-X-X', OK, OK, OK, OK],
  [3, '----0', OK, OK, OK, OK],
  [3, '-----', NONE, 'now', ALARM, OK],
  [3, '0XX-X', ALARM, ALARM, ALARM, ALARM],
  [3, '--X--', ALARM, 'now', ALARM, OK],
  [2, '0-X-X', ALARM, ALARM, ALARM, ALARM],
  [2, '00X0X', ALARM, ALARM, ALARM, ALARM],
  [2, '0-X--', OK, OK, ALARM, OK],
  [2, '----0', OK, OK, ALARM, OK],
  [2, '---X-', ALARM, 'now', ALARM, OK],
])('%i of 3, %s', (DatapointsToAlarm, points, ...expected) => {
  for (const [index, TreatMissingData] of ['missing', 'ignore', 'breaching', 'notBreaching'].entries())
    for (const current of [OK, ALARM, NONE]) {
      const alarm = {
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 3,
        DatapointsToAlarm,
        TreatMissingData,
      };
      const wanted = expected[index] === 'now' ? current : expected[index];
      expect([TreatMissingData, judge(alarm, seriesOf(points), current).state]).toEqual([
        TreatMissingData,
        wanted,
      ]);
    }
});

const states: Record<string, AlarmState> = { a: 'ALARM', 'b c': 'OK', d: 'INSUFFICIENT_DATA' };

test.each<[string, boolean]>([
  ['ALARM(a)', true],
  ['ALARM("b c")', false],
  ['NOT ALARM("b c") AND INSUFFICIENT_DATA(d)', true],
  ['TRUE OR FALSE AND FALSE', true],
  ['(TRUE OR FALSE) AND FALSE', false],
  ['NOT (OK(a) OR OK( "b c" ))', false],
])('%s', (rule, holds) => {
  expect(parseAlarmRule(rule)((alarm) => states[alarm] as AlarmState)).toBe(holds);
});

test.each(['', 'ALARM(', 'ALARM(a) OK(d)', 'ALARM(a) AND', '(ALARM(a)', 'UNKNOWN(a)'])(
  '"%s" is no rule',
  (rule) => {
    expect(() => parseAlarmRule(rule)).toThrow(/Invalid alarm rule/);
  },
);
