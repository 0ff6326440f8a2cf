import { expect, test } from '@jest/globals';
import { readExpression } from './expression.ts';

const at = (text: string) => Date.parse(text);

/** The times that follow a moment, each in ISO 8601. */
const times = (expression: string, after: string, { zone = 'UTC', count = 3 } = {}) => {
  const read = readExpression(expression, zone);
  const found: string[] = [];
  let moment: number | undefined = at(after);
  while (moment !== undefined && found.length < count) {
    moment = read?.next(moment, at(after));
    if (moment !== undefined) found.push(new Date(moment).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
};

/** From the tables and examples of the EventBridge and EventBridge Scheduler user guides, and of their prose. */
test.each<[string, string, string[]]>([
  [
    'cron(0 10 * * ? *)',
    '2026-01-01T10:00Z',
    ['2026-01-02T10:00Z', '2026-01-03T10:00Z', '2026-01-04T10:00Z'],
  ],
  [
    'cron(15 12 * * ? *)',
    '2026-01-01T00:00Z',
    ['2026-01-01T12:15Z', '2026-01-02T12:15Z', '2026-01-03T12:15Z'],
  ],
  [
    'cron(0 18 ? * MON-FRI *)',
    '2026-01-02T00:00Z',
    ['2026-01-02T18:00Z', '2026-01-05T18:00Z', '2026-01-06T18:00Z'],
  ],
  ['cron(0 8 1 * ? *)', '2026-01-15T00:00Z', ['2026-02-01T08:00Z', '2026-03-01T08:00Z', '2026-04-01T08:00Z']],
  [
    'cron(0/15 * * * ? *)',
    '2026-01-01T00:01Z',
    ['2026-01-01T00:15Z', '2026-01-01T00:30Z', '2026-01-01T00:45Z'],
  ],
  [
    'cron(0/10 * ? * MON-FRI *)',
    '2026-01-02T23:45Z',
    ['2026-01-02T23:50Z', '2026-01-05T00:00Z', '2026-01-05T00:10Z'],
  ],
  [
    'cron(0/5 8-17 ? * MON-FRI *)',
    '2026-01-05T17:50Z',
    ['2026-01-05T17:55Z', '2026-01-06T08:00Z', '2026-01-06T08:05Z'],
  ],
  [
    'cron(15 10 ? * 6L 2026-2027)',
    '2026-01-01T00:00Z',
    ['2026-01-30T10:15Z', '2026-02-27T10:15Z', '2026-03-27T10:15Z'],
  ],
  [
    'cron(0 9 ? * 2#1 *)',
    '2026-01-06T00:00Z',
    ['2026-02-02T09:00Z', '2026-03-02T09:00Z', '2026-04-06T09:00Z'],
  ],
  [
    'cron(0 9 ? * FRI#5 *)',
    '2026-01-01T00:00Z',
    ['2026-01-30T09:00Z', '2026-05-29T09:00Z', '2026-07-31T09:00Z'],
  ],
  ['cron(0 0 L * ? *)', '2027-12-31T12:00Z', ['2028-01-31T00:00Z', '2028-02-29T00:00Z', '2028-03-31T00:00Z']],
  [
    'cron(0 0 3W * ? *)',
    '2026-01-01T00:00Z',
    ['2026-01-02T00:00Z', '2026-02-03T00:00Z', '2026-03-03T00:00Z'],
  ],
  [
    'cron(0 0 1W * ? *)',
    '2026-07-15T00:00Z',
    ['2026-08-03T00:00Z', '2026-09-01T00:00Z', '2026-10-01T00:00Z'],
  ],
  [
    'cron(0 0 31W * ? *)',
    '2026-05-01T00:00Z',
    ['2026-05-29T00:00Z', '2026-07-31T00:00Z', '2026-08-31T00:00Z'],
  ],
  [
    'cron(0 0 31 * ? *)',
    '2026-04-01T00:00Z',
    ['2026-05-31T00:00Z', '2026-07-31T00:00Z', '2026-08-31T00:00Z'],
  ],
  [
    'cron(0 0 29 FEB ? *)',
    '2026-01-01T00:00Z',
    ['2028-02-29T00:00Z', '2032-02-29T00:00Z', '2036-02-29T00:00Z'],
  ],
  [
    'cron(0 0 1 jan,JUL ? *)',
    '2026-01-01T00:00Z',
    ['2026-07-01T00:00Z', '2027-01-01T00:00Z', '2027-07-01T00:00Z'],
  ],
  [
    'cron(30 6,18 ? * SAT-SUN *)',
    '2026-01-01T00:00Z',
    ['2026-01-03T06:30Z', '2026-01-03T18:30Z', '2026-01-04T06:30Z'],
  ],
  [
    'cron(0 12 1/10 * ? *)',
    '2026-01-01T12:00Z',
    ['2026-01-11T12:00Z', '2026-01-21T12:00Z', '2026-01-31T12:00Z'],
  ],
  [
    'cron(0 0 1 1 ? 2027/2)',
    '2026-01-01T00:00Z',
    ['2027-01-01T00:00Z', '2029-01-01T00:00Z', '2031-01-01T00:00Z'],
  ],
  ['cron(0 0 1 1 ? 2025)', '2026-01-01T00:00Z', []],
  ['cron(0 0 31 2 ? *)', '2026-01-01T00:00Z', []],
  ['rate(5 minutes)', '2026-01-01T00:00Z', ['2026-01-01T00:05Z', '2026-01-01T00:10Z', '2026-01-01T00:15Z']],
  ['rate(1 hour)', '2026-01-01T00:00Z', ['2026-01-01T01:00Z', '2026-01-01T02:00Z', '2026-01-01T03:00Z']],
  ['rate(7 days)', '2026-01-01T00:00Z', ['2026-01-08T00:00Z', '2026-01-15T00:00Z', '2026-01-22T00:00Z']],
  ['at(2026-11-20T13:00:00)', '2026-01-01T00:00Z', ['2026-11-20T13:00Z']],
  ['at(2026-11-20T13:00:00)', '2026-11-20T13:00Z', []],
])('%s after %s', (expression, after, expected) => {
  expect(times(expression, after)).toEqual(expected);
});

test.each<[string, string, string, string[]]>([
  [
    'cron(0 9 * * ? *)',
    'Europe/Berlin',
    '2026-03-28T00:00Z',
    ['2026-03-28T08:00Z', '2026-03-29T07:00Z', '2026-03-30T07:00Z'],
  ],
  // The clock leaps from 2:00 to 3:00 on 29 March: that day is left out.
  [
    'cron(30 2 * * ? *)',
    'Europe/Berlin',
    '2026-03-28T00:00Z',
    ['2026-03-28T01:30Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z'],
  ],
  // It shows 2:30 twice on 25 October: once is enough.
  [
    'cron(30 2 * * ? *)',
    'Europe/Berlin',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z', '2026-10-27T01:30Z'],
  ],
  [
    'cron(0/30 * * * ? *)',
    'Europe/Berlin',
    '2026-10-25T00:00Z',
    ['2026-10-25T00:30Z', '2026-10-25T02:00Z', '2026-10-25T02:30Z'],
  ],
  [
    'cron(0/30 * * * ? *)',
    'America/New_York',
    '2026-03-08T06:00Z',
    ['2026-03-08T06:30Z', '2026-03-08T07:00Z', '2026-03-08T07:30Z'],
  ],
  // Lord Howe Island moves its clock by half an hour.
  [
    'cron(15 2 * * ? *)',
    'Australia/Lord_Howe',
    '2026-10-02T16:00Z',
    ['2026-10-04T15:15Z', '2026-10-05T15:15Z', '2026-10-06T15:15Z'],
  ],
  [
    'cron(0 0 1 * ? *)',
    'Pacific/Kiritimati',
    '2026-01-15T00:00Z',
    ['2026-01-31T10:00Z', '2026-02-28T10:00Z', '2026-03-31T10:00Z'],
  ],
  [
    'cron(30 23 L * ? *)',
    'America/Los_Angeles',
    '2026-01-15T00:00Z',
    ['2026-02-01T07:30Z', '2026-03-01T07:30Z', '2026-04-01T06:30Z'],
  ],
  ['at(2026-03-29T02:30:00)', 'Europe/Berlin', '2026-01-01T00:00Z', ['2026-03-29T01:30Z']],
  ['at(2026-10-25T02:30:00)', 'Europe/Berlin', '2026-01-01T00:00Z', ['2026-10-25T00:30Z']],
  ['at(2026-07-01T12:00:00)', 'Asia/Kolkata', '2026-01-01T00:00Z', ['2026-07-01T06:30Z']],
  // A day of a rate is 24 hours, whatever the clock does.
  [
    'rate(1 day)',
    'Europe/Berlin',
    '2026-03-28T08:00Z',
    ['2026-03-29T08:00Z', '2026-03-30T08:00Z', '2026-03-31T08:00Z'],
  ],
])('%s in %s after %s', (expression, zone, after, expected) => {
  expect(times(expression, after, { zone })).toEqual(expected);
});

/** The first of them were refused by AWS. */
test.each([
  'cron(0 1 * * * *)',
  'cron(7 20 * * NOT *)',
  'cron(INVALID)',
  'cron(0 dummy ? * MON-FRI *)',
  'cron(71 8 1 * ? *)',
  'cron()',
  'rate(10 seconds)',
  'rate(10 years)',
  'rate()',
  'rate(10)',
  'rate(10 minutess)',
  'rate(foo minutes)',
  'rate(-10 minutes)',
  'rate( 10 minutes )',
  ' rate(10 minutes)',
  'at(2021-12-31T23:59:59Z)',
  'at(2021-12-31)',
  'rate(0 minutes)',
  'at(2026-02-31T00:00:00)',
  'at(2026-01-01T25:00:00)',
  'cron(0 0 ? * ? *)',
  'cron(0 0 1 * ?)',
  'cron(0 0 1 * ? * *)',
  'cron(0 24 1 * ? *)',
  'cron(0 0 0 * ? *)',
  'cron(0 0 32 * ? *)',
  'cron(0 0 32W * ? *)',
  'cron(0 0 1 13 ? *)',
  'cron(0 0 ? * 8 *)',
  'cron(0 0 ? * 0 *)',
  'cron(0 0 ? * MON#6 *)',
  'cron(0 0 1 * ? 1969)',
  'cron(0/0 0 1 * ? *)',
  'cron(1-2-3 0 1 * ? *)',
  'cron(1/2/3 0 1 * ? *)',
  'cron(, 0 1 * ? *)',
  '',
])('refuses %j', (expression) => {
  expect(readExpression(expression)).toBeUndefined();
});
