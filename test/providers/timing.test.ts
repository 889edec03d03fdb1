/** Rule: the margin is a tenth of the validity and at most a day, the warning one margin before; the account may say otherwise. */
import { expect, test } from 'vitest';
import { timingOf } from '../../providers/timing.ts';

const HOUR = 3_600_000;

test.each([
  ['P5D', 12 * HOUR],
  ['P30D', 24 * HOUR],
  ['PT8H', 48 * 60_000],
])('%s', (validity, margin) => {
  expect(timingOf({}, validity)).toMatchObject({ margin, warnBefore: margin, lapseAfter: 24 * HOUR });
});

test('own durations', () => {
  const own = timingOf(
    {
      authorizationValidity: 'PT10H',
      warnBefore: 'PT2H',
      repeats: ['PT1S'],
      closeAfter: 'P1D',
      giveUpAfter: 'PT1H',
    },
    'P5D',
  );
  expect(own).toMatchObject({
    validity: 10 * HOUR,
    margin: HOUR,
    warnBefore: 2 * HOUR,
    repeats: [1_000],
    giveUpAfter: HOUR,
    closeAfterCaptures: 24 * HOUR,
    closeAfterNone: 24 * HOUR,
  });
});
