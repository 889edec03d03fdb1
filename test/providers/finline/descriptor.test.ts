/** Rule: what finline can do is said as data, and durations of the account win over the defaults. */
import { expect, test } from 'vitest';
import { capabilitiesOf } from '../../../providers/finline/descriptor.ts';
import { account } from './calls.ts';

const DAY = 86_400_000;

test('one capture, the rest free, one repeat once absence is proven', () => {
  expect(capabilitiesOf(account())).toMatchObject({
    remainder: 'implicit',
    maxCaptures: 1,
    maxRefunds: null,
    voidable: true,
    releaseAfterCapture: 'none',
    refundAnchor: 'payment',
    resend: 'once-absent',
    query: 'operations',
    sequence: null,
    plans: ['immediate', 'collect'],
    timing: { validity: 5 * DAY, margin: DAY / 2, warnBefore: DAY / 2 },
  });
});

test('an agreed automatic void is said by the account', () => {
  const own = account({ authorizationValidity: 'PT24H', margin: 'PT4H', warnBefore: 'PT1H' });
  expect(capabilitiesOf(own).timing).toMatchObject({
    validity: DAY,
    margin: 4 * 3_600_000,
    warnBefore: 3_600_000,
  });
});
