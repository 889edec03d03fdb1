/** Rule: what PaymentOptions can do is said as data. */
import { expect, test } from 'vitest';
import { capabilitiesOf } from '../../../providers/paymentoptions/descriptor.ts';
import { account } from './calls.ts';

test('one capture, refunds anchored to it, and never a repeat', () => {
  expect(capabilitiesOf(account())).toMatchObject({
    remainder: 'implicit',
    maxCaptures: 1,
    voidable: true,
    releaseAfterCapture: 'none',
    refundAnchor: 'capture',
    resend: 'never',
    query: 'operations',
    sequence: null,
    timing: { validity: 5 * 86_400_000 },
  });
});
