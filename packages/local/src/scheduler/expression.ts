import { type CronFields, readCron } from './cron-fields.ts';
import { toLocal, toMoment, toMomentOrAfterLeap } from './time-zone.ts';

/** When a schedule is due. Times in milliseconds since 1970. */
export interface Expression {
  readonly kind: 'rate' | 'cron' | 'at';
  /** The first time after a moment; undefined where there is none. A rate counts from `anchor`, which is due itself. */
  next(after: number, anchor: number): number | undefined;
}

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const DAY = UNITS.day;
/** Longer than any change of a zone's clock. */
const LONGEST_SHIFT = 3 * UNITS.hour;

const readRate = (text: string): Expression | undefined => {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text) ?? [];
  const every = Number(value) * (UNITS[unit as keyof typeof UNITS] ?? 0);
  if (!(every > 0)) return undefined;
  return {
    kind: 'rate',
    next: (after, anchor) =>
      after < anchor ? anchor : anchor + (Math.floor((after - anchor) / every) + 1) * every,
  };
};

/** Once, in a zone's time: what its clock leaps over is due after the leap. */
const readAt = (text: string, zone: string): Expression | undefined => {
  const [, time] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text) ?? [];
  const local = Date.parse(`${time}Z`);
  // Date takes the 31st of February for a day in March.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(time ?? '')) return undefined;
  const due = toMomentOrAfterLeap(local, zone);
  return { kind: 'at', next: (after) => (due > after ? due : undefined) };
};

/** The local days from one on, on which a cron expression is due at all. */
function* daysFrom(cron: CronFields, local: number): Generator<number> {
  const [year, month] = [new Date(local).getUTCFullYear(), new Date(local).getUTCMonth() + 1];
  for (const y of cron.years)
    for (const m of cron.months) {
      if (y < year || (y === year && m < month)) continue;
      for (const day of cron.daysOf({ year: y, month: m })) {
        const start = Date.UTC(y, m - 1, day);
        if (start + DAY > local) yield start;
      }
    }
}

/** A time that the zone's clock leaps over is left out, one that it shows twice is due the first time. */
const readCronExpression = (text: string, zone: string): Expression | undefined => {
  const [, fields] = /^cron\((.+)\)$/.exec(text) ?? [];
  const cron = fields === undefined ? undefined : readCron(fields);
  if (cron === undefined) return undefined;
  return {
    kind: 'cron',
    next: (after) => {
      const from = toLocal(after, zone) - LONGEST_SHIFT;
      for (const day of daysFrom(cron, from))
        for (const hour of cron.hours)
          for (const minute of cron.minutes) {
            const local = day + hour * UNITS.hour + minute * UNITS.minute;
            const due = local < from ? undefined : toMoment(local, zone);
            if (due !== undefined && due > after) return due;
          }
      return undefined;
    },
  };
};

/** Reads `rate(5 minutes)`, `cron(0 12 ? * MON-FRI *)` or `at(2030-01-01T12:00:00)`; undefined for what is none of them. */
export const readExpression = (text: string, zone = 'UTC'): Expression | undefined =>
  readRate(text) ?? readCronExpression(text, zone) ?? readAt(text, zone);
