/**
 * ISO 8601 durations with weeks, days, hours, minutes and seconds. A day is 24 hours; months and years have no fixed
 * length and are refused, fractions too.
 */

export type DurationErrorCode = 'not-a-duration' | 'too-long' | 'not-whole-seconds';

/** `not-a-duration` and `too-long` concern a text, `not-whole-seconds` a number of milliseconds. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
  readonly code: DurationErrorCode;

  constructor(code: DurationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The longest duration, a hundred years in milliseconds: added to any instant of today it still is a valid date. */
export const LONGEST_DURATION = 36_525 * DAY;

// The look-aheads ask for one component after P and one after T.
const DURATION =
  /^P(?=[0-9T])(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?$/;

/**
 * @param text - for example "P7D", "PT30M", "P1DT12H"; weeks may stand beside the others; no sign, no fraction.
 * @returns milliseconds, 0 up to {@link LONGEST_DURATION}.
 * @throws DurationError `not-a-duration` or `too-long`.
 */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  if (match === null) {
    throw new DurationError('not-a-duration', `${shown(text)} is no ISO 8601 duration of W, D, H, M, S`);
  }
  const [, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  const total =
    Number(weeks) * WEEK +
    Number(days) * DAY +
    Number(hours) * HOUR +
    Number(minutes) * MINUTE +
    Number(seconds) * SECOND;
  if (!(total <= LONGEST_DURATION)) {
    throw new DurationError('too-long', `${shown(text)} is longer than a hundred years`);
  }
  return total;
}

/** True exactly when {@link parseDuration} accepts the text. */
export function isDuration(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  try {
    parseDuration(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param ms - milliseconds: whole seconds, 0 up to {@link LONGEST_DURATION}.
 * @returns days, hours, minutes and seconds without those that are zero: 604 800 000 → "P7D", 0 → "PT0S".
 * @throws DurationError `not-whole-seconds` (negative and fractional ones too) or `too-long`.
 */
export function formatDuration(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0 || ms % SECOND !== 0) {
    throw new DurationError('not-whole-seconds', `${ms} ms is not a duration of whole seconds`);
  }
  if (ms > LONGEST_DURATION) throw new DurationError('too-long', `${ms} ms is longer than a hundred years`);
  const part = (count: number, letter: string): string => (count > 0 ? `${count}${letter}` : '');
  const days = part(Math.floor(ms / DAY), 'D');
  const time =
    part(Math.floor((ms % DAY) / HOUR), 'H') +
    part(Math.floor((ms % HOUR) / MINUTE), 'M') +
    part((ms % MINUTE) / SECOND, 'S');
  if (days === '' && time === '') return 'PT0S';
  return `P${days}${time === '' ? '' : `T${time}`}`;
}

const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
