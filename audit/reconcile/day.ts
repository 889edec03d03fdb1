/** Days as text (`2026-11-21`) in a time zone, and the days between two of them. */

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The day after. */
export const nextDay = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** Days from one to the other, whichever is earlier. */
export const daysBetween = (a: string, b: string): number =>
  Math.abs(Date.parse(`${a}T00:00:00Z`) - Date.parse(`${b}T00:00:00Z`)) / DAY;

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  nextDay(text, 0) === text;

/** A local time belongs to the next day where it is not before the cut-off; `00:00` is none. */
export const cutOff = (day: string, time: string, dayEnds: string): string =>
  dayEnds !== '00:00' && time >= dayEnds ? nextDay(day) : day;

/** @returns which day an instant (milliseconds) belongs to, in the zone and with the cut-off. */
export function dayReader(timeZone: string, dayEnds: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  let minute = Number.NaN;
  let last = '';
  return (at) => {
    if (Math.floor(at / MINUTE) === minute) return last;
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
    minute = Math.floor(at / MINUTE);
    const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
    last = cutOff(day, `${part('hour')}:${part('minute')}`, dayEnds);
    return last;
  };
}

type Reading = (text: string) => string | null;

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  DD: '(?<day>\\d{2})',
  HH: '(?<hour>\\d{2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
};

/** Reads the date column of a file. @returns the day, or null where the text is not what the format says. */
export function dateReader(format: string, timeZone: string, dayEnds: string): Reading {
  if (format === 'RFC3339') {
    const dayOf = dayReader(timeZone, dayEnds);
    return (text) => {
      if (!/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/.test(text))
        return null;
      const at = Date.parse(text.replace(' ', 'T'));
      return Number.isNaN(at) ? null : dayOf(at);
    };
  }
  const source = format
    .split(/(YYYY|MM|DD|HH|mm|ss)/)
    .map((part) => TOKENS[part] ?? part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('');
  const pattern = new RegExp(`^${source}$`);
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) return null;
    const day = `${groups['year']}-${groups['month']}-${groups['day']}`;
    if (!isDay(day)) return null;
    const time = `${groups['hour'] ?? '00'}:${groups['minute'] ?? '00'}`;
    return cutOff(day, time, dayEnds);
  };
}
