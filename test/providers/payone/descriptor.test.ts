/** Rule: what a payment may do at PAYONE is data by clearing type and account, with the agreed defaults. */
import { expect, test } from 'vitest';
import { capabilitiesOf, CLEARING_TYPES } from '../../../providers/payone/descriptor.ts';
import { account } from './calls.ts';

test('a card', () => {
  expect(capabilitiesOf(account(), 'cc')).toEqual({
    remainder: 'final-flag',
    maxCaptures: null,
    maxRefunds: null,
    holds: 'money',
    voidable: true,
    releaseAfterCapture: 'tried',
    refundAnchor: 'payment',
    resend: 'same-key',
    query: 'none',
    sequence: { max: 127, gate: 'response', declineUsesNumber: false },
    failures: null,
    allocates: null,
    maxAmount: 1_999_999_999,
    plans: ['immediate', 'collect'],
    timing: {
      validity: 604_800_000,
      margin: 60_480_000,
      warnBefore: 60_480_000,
      lapseAfter: 86_400_000,
      awaitUntil: 7_200_000,
      unknownAfter: 30_000,
      gateAfter: 1_800_000,
      repeats: [2_000, 10_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000],
      giveUpAfter: 172_800_000,
      absenceAfter: 120_000,
      resendAfter: 35_000,
      closeAfterCaptures: 34_560_000_000,
      closeAfterNone: 1_209_600_000,
    },
  });
});

test.each([
  ['cc', 'money', true, true],
  ['wlt', 'money', true, true],
  ['elv', 'nothing', false, false],
  ['rec', 'nothing', false, false],
  ['vor', 'nothing', false, false],
  ['cod', 'nothing', false, false],
  ['fnc', 'nothing', false, false],
  ['sb', 'moved', false, false],
])('%s holds %s', (type, holds, voidable, expires) => {
  const capabilities = capabilitiesOf(account(), type);
  expect(capabilities).toMatchObject({
    holds,
    voidable,
    releaseAfterCapture: holds === 'money' ? 'tried' : 'none',
  });
  expect(capabilities?.timing.validity !== null).toBe(expires);
});

test('the eight clearing types and no other', () => {
  expect(Object.keys(CLEARING_TYPES).sort()).toEqual(['cc', 'cod', 'elv', 'fnc', 'rec', 'sb', 'vor', 'wlt']);
  for (const other of ['', 'CC', 'toString', '__proto__', 'csh'])
    expect(capabilitiesOf(account(), other)).toBeNull();
});

test('a wallet is voided by amount 0 only where that is trusted', () => {
  for (const [wallet, voidable] of [
    ['PPE', true],
    ['AMZ', true],
    ['PDT', false],
    [undefined, true],
  ] as const) {
    expect(capabilitiesOf(account(), 'wlt', wallet)).toMatchObject({ voidable });
  }
});

test('options of the account', () => {
  const own = account({
    authorizationValidity: 'P30D',
    warnBefore: 'PT1H',
    lapseAfter: 'PT0S',
    awaitUntil: 'PT1M',
    unknownAfter: 'PT1S',
    gateAfter: 'PT2S',
    repeats: ['PT1S', 'PT2S'],
    giveUpAfter: 'PT9S',
    closeAfter: 'PT3S',
    sequenceGate: 'notification',
    declineUsesNumber: true,
  });
  expect(capabilitiesOf(own, 'cc')).toMatchObject({
    sequence: { gate: 'notification', declineUsesNumber: true },
    timing: {
      validity: 2_592_000_000,
      margin: 86_400_000,
      warnBefore: 3_600_000,
      lapseAfter: 0,
      awaitUntil: 60_000,
      unknownAfter: 1_000,
      gateAfter: 2_000,
      repeats: [1_000, 2_000],
      giveUpAfter: 9_000,
      closeAfterCaptures: 3_000,
      closeAfterNone: 3_000,
    },
  });
  expect(capabilitiesOf(account({ margin: 'PT5M' }), 'cc')?.timing).toMatchObject({
    margin: 300_000,
    warnBefore: 300_000,
  });
});
