// Contract: durations are ISO 8601 with W, D, H, M, S; a day is 24 hours; months, years and fractions are refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DurationError,
  formatDuration,
  isDuration,
  LONGEST_DURATION,
  parseDuration,
} from '../../payment/duration.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof DurationError) return error.code;
    throw error;
  }
  return 'none';
};

test.each([
  ['PT0S', 0],
  ['PT30S', 30_000],
  ['PT2M', 120_000],
  ['PT30M', 1_800_000],
  ['PT2H', 7_200_000],
  ['PT24H', 86_400_000],
  ['P1D', 86_400_000],
  ['P7D', 604_800_000],
  ['P1W', 604_800_000],
  ['P400D', 34_560_000_000],
  ['P1DT12H', 129_600_000],
  ['P1W1DT1H1M1S', 694_861_000],
  ['PT90M', 5_400_000],
  ['P007D', 604_800_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
  expect(isDuration(text)).toBe(true);
});

test.each([
  '',
  'P',
  'PT',
  'P1DT',
  'T1H',
  '1D',
  'P1M',
  'P1Y',
  'P1Y2M',
  'PT1.5S',
  'PT1,5S',
  'P0.5D',
  '-P1D',
  '+P1D',
  'P-1D',
  'p1d',
  'P1d',
  ' P1D',
  'P1D ',
  'P1D\n',
  'P1H',
  'PT1D',
  'PT1S1M',
  'P1D1W',
  'P1DD',
  'P١D',
  'x'.repeat(1000),
])('%j is refused', (text) => {
  expect(codeOf(() => parseDuration(text))).toBe('not-a-duration');
  expect(isDuration(text)).toBe(false);
  expect(() => parseDuration(text)).toThrow(/^[^]{0,110}$/);
});

test('nothing is longer than a hundred years', () => {
  expect(parseDuration('P36525D')).toBe(LONGEST_DURATION);
  for (const text of ['P36525DT1S', 'P99999999W', `P${'9'.repeat(400)}D`]) {
    expect(codeOf(() => parseDuration(text))).toBe('too-long');
  }
  expect(codeOf(() => formatDuration(LONGEST_DURATION + 1000))).toBe('too-long');
});

test.each([
  [0, 'PT0S'],
  [1000, 'PT1S'],
  [60_000, 'PT1M'],
  [90_000, 'PT1M30S'],
  [3_600_000, 'PT1H'],
  [86_400_000, 'P1D'],
  [604_800_000, 'P7D'],
  [90_061_000, 'P1DT1H1M1S'],
])('%d ms is written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([1, 999, 1500, 0.5, -1000, Number.NaN, Number.POSITIVE_INFINITY])(
  '%d ms is no whole number of seconds',
  (ms) => {
    expect(codeOf(() => formatDuration(ms))).toBe('not-whole-seconds');
  },
);

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LONGEST_DURATION / 1000 }), (seconds) => {
      expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000);
    }),
    { numRuns: 10_000 },
  );
});

test('any component may stand alone or with others, and their lengths add up', () => {
  const part = fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined });
  fc.assert(
    fc.property(part, part, part, part, part, (w, d, h, m, s) => {
      const write = (count: number | undefined, letter: string) =>
        count === undefined ? '' : `${count}${letter}`;
      const time = write(h, 'H') + write(m, 'M') + write(s, 'S');
      const text = `P${write(w, 'W')}${write(d, 'D')}${time === '' ? '' : `T${time}`}`;
      if (text === 'P') return;
      const days = (w ?? 0) * 7 + (d ?? 0);
      expect(parseDuration(text)).toBe((((days * 24 + (h ?? 0)) * 60 + (m ?? 0)) * 60 + (s ?? 0)) * 1000);
    }),
  );
});
