const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a RangeError for what is no IANA time zone. */
const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
};

export const isTimeZone = (zone: string): boolean => {
  try {
    return formatOf(zone) !== undefined;
  } catch {
    return false;
  }
};

/** What a clock in a zone shows at a moment, as the moment at which one in UTC shows the same. */
export const toLocal = (moment: number, zone: string): number => {
  if (zone === 'UTC') return moment;
  const parts = formatOf(zone).formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
};

/** How far a zone's clock is ahead of UTC a day before and a day after it shows `local`. */
const offsetsAround = (local: number, zone: string): [number, number] => {
  const offset = (moment: number) => toLocal(moment, zone) - moment;
  return [offset(local - DAY), offset(local + DAY)];
};

/** The moment at which a zone's clock first shows `local`; undefined where it leaps over it. */
export const toMoment = (local: number, zone: string): number | undefined => {
  if (zone === 'UTC') return local;
  const moments = offsetsAround(local, zone)
    .map((offset) => local - offset)
    .filter((moment) => toLocal(moment, zone) === local);
  return moments.length === 0 ? undefined : Math.min(...moments);
};

/** As {@link toMoment}; a time that the clock leaps over is that long after the leap. */
export const toMomentOrAfterLeap = (local: number, zone: string): number =>
  toMoment(local, zone) ?? local - offsetsAround(local, zone)[0];
