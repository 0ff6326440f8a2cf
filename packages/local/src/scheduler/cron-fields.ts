interface Range {
  readonly min: number;
  readonly max: number;
  /** What stands for `min`, `min + 1` and so on. */
  readonly names?: readonly string[];
}

/** A day of a month, or nothing where the month has none such. Months count from 1, weekdays from Sunday as 1. */
type DayRule = (month: Month) => readonly number[];

interface Month {
  readonly year: number;
  readonly month: number;
}

const RANGES = {
  minutes: { min: 0, max: 59 },
  hours: { min: 0, max: 23 },
  days: { min: 1, max: 31 },
  months: {
    min: 1,
    max: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  weekdays: { min: 1, max: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
  years: { min: 1970, max: 2199 },
} as const satisfies Record<string, Range>;

/** Thrown for a field that means nothing; what is thrown to the outside names the whole expression. */
class BadField extends Error {}

const bad = (): never => {
  throw new BadField();
};

const numberOf = (text: string, { min, max, names = [] }: Range): number => {
  const name = names.indexOf(text.toUpperCase());
  const value = name >= 0 ? min + name : /^\d+$/.test(text) ? Number(text) : bad();
  return value >= min && value <= max ? value : bad();
};

/** `*`, `5`, `1-5`, `FRI-MON`, each with an optional `/step`. */
const readPart = (part: string, range: Range): number[] => {
  const [span = '', step, ...more] = part.split('/');
  const every = step === undefined ? 1 : /^\d+$/.test(step) ? Number(step) : bad();
  if (more.length > 0 || every < 1) bad();
  const [first = '', last, ...others] =
    span === '*' ? [String(range.min), String(range.max)] : span.split('-');
  if (others.length > 0) bad();
  const from = numberOf(first, range);
  const to = last !== undefined ? numberOf(last, range) : step !== undefined ? range.max : from;
  const length = range.max - range.min + 1;
  const count = to >= from ? to - from : to - from + length;
  return Array.from(
    { length: Math.floor(count / every) + 1 },
    (_, index) => ((from + index * every - range.min) % length) + range.min,
  );
};

const readList = (field: string, range: Range): number[] =>
  [...new Set(field.split(',').flatMap((part) => readPart(part, range)))].sort((one, other) => one - other);

const lastDayOf = ({ year, month }: Month): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const weekdayOf = ({ year, month }: Month, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** The weekday, Monday to Friday, that is nearest to a day and in the same month. */
const nearestWeekday = (month: Month, day: number): number => {
  const weekday = weekdayOf(month, day);
  if (weekday === 7) return day === 1 ? day + 2 : day - 1;
  if (weekday === 1) return day === lastDayOf(month) ? day - 2 : day + 1;
  return day;
};

const readDayOfMonth = (part: string): DayRule => {
  if (part === 'L') return (month) => [lastDayOf(month)];
  if (part === 'LW') return (month) => [nearestWeekday(month, lastDayOf(month))];
  const [, near] = /^(\d+)W$/.exec(part) ?? [];
  if (near !== undefined) {
    const day = numberOf(near, RANGES.days);
    return (month) => (day > lastDayOf(month) ? [] : [nearestWeekday(month, day)]);
  }
  const days = readPart(part, RANGES.days);
  return (month) => days.filter((day) => day <= lastDayOf(month));
};

const readDayOfWeek = (part: string): DayRule => {
  const daysOn = (month: Month, weekday: number): number[] =>
    Array.from({ length: lastDayOf(month) }, (_, index) => index + 1).filter(
      (day) => weekdayOf(month, day) === weekday,
    );
  const [, nthOf, nth] = /^(\w+)#([1-5])$/.exec(part) ?? [];
  if (nthOf !== undefined) {
    const weekday = numberOf(nthOf, RANGES.weekdays);
    return (month) => daysOn(month, weekday).slice(Number(nth) - 1, Number(nth));
  }
  // A lone L is the last day of the week.
  const [, lastOf] = /^(\w+)L$/.exec(part) ?? [];
  if (lastOf !== undefined) {
    const weekday = numberOf(lastOf, RANGES.weekdays);
    return (month) => daysOn(month, weekday).slice(-1);
  }
  const weekdays = part === 'L' ? [7] : readPart(part, RANGES.weekdays);
  return (month) => weekdays.flatMap((weekday) => daysOn(month, weekday));
};

/** A list of days, any of which will do. */
const readDays = (field: string, read: (part: string) => DayRule): DayRule => {
  const rules = field.split(',').map(read);
  return (month) => [...new Set(rules.flatMap((rule) => rule(month)))].sort((one, other) => one - other);
};

export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** The days of a month that both day fields allow. */
  readonly daysOf: DayRule;
}

/** Reads `minutes hours day-of-month month day-of-week year`; undefined for what is not valid. */
export const readCron = (text: string): CronFields | undefined => {
  const [minutes = '', hours = '', day = '', month = '', weekday = '', year = '', ...more] = text.split(/ +/);
  // Exactly one of the two day fields is left to the other.
  if (more.length > 0 || (day === '?') === (weekday === '?')) return undefined;
  try {
    return {
      minutes: readList(minutes, RANGES.minutes),
      hours: readList(hours, RANGES.hours),
      months: readList(month, RANGES.months),
      years: readList(year, RANGES.years),
      daysOf: day === '?' ? readDays(weekday, readDayOfWeek) : readDays(day, readDayOfMonth),
    };
  } catch (error) {
    if (error instanceof BadField) return undefined;
    throw error;
  }
};
