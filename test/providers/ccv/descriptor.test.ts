/** Rule: what a payment may do at a terminal is data, with windows by environment. */
import { expect, test } from 'vitest';
import { capabilitiesOf } from '../../../providers/ccv/descriptor.ts';
import { ccv } from '../../../providers/ccv/provider.ts';
import { account, options, REFERENCE } from './calls.ts';

const MINUTE = 60_000;

test('one capture that frees the rest, no repeat, no query, no refund', () => {
  expect(capabilitiesOf(account())).toEqual({
    remainder: 'implicit',
    maxCaptures: 1,
    maxRefunds: 0,
    holds: 'money',
    voidable: true,
    releaseAfterCapture: 'none',
    refundAnchor: 'payment',
    resend: 'never',
    query: 'none',
    sequence: null,
    failures: null,
    allocates: { from: 'terminal', blockFor: null },
    maxAmount: null,
    plans: ['immediate', 'collect'],
    timing: {
      validity: 480 * MINUTE,
      margin: 48 * MINUTE,
      warnBefore: 48 * MINUTE,
      lapseAfter: 1_440 * MINUTE,
      awaitUntil: 120 * MINUTE,
      unknownAfter: 30_000,
      gateAfter: 5 * MINUTE,
      repeats: [2_000, 5_000, 10_000, 30_000],
      giveUpAfter: 5 * MINUTE,
      absenceAfter: 120_000,
      resendAfter: 65_000,
      closeAfterCaptures: 400 * 1_440 * MINUTE,
      closeAfterNone: 14 * 1_440 * MINUTE,
    },
  });
});

test.each([
  ['PETROL', 15, 1.5],
  ['EVCHARGING', 480, 48],
  ['CARPARKING', 7 * 1_440, 1_008],
])('%s holds for %d minutes', (environment, minutes, margin) => {
  const { timing } = capabilitiesOf(account({ environment }));
  expect(timing).toMatchObject({
    validity: minutes * MINUTE,
    margin: margin * MINUTE,
    warnBefore: margin * MINUTE,
  });
});

test('options of the account', () => {
  const own = account({
    environment: 'PETROL',
    authorizationValidity: 'P30D',
    warnBefore: 'PT1H',
    gateAfter: 'PT1M',
    repeats: ['PT1S'],
    closeAfter: 'PT3S',
  });
  expect(capabilitiesOf(own).timing).toMatchObject({
    validity: 30 * 1_440 * MINUTE,
    margin: 1_440 * MINUTE,
    warnBefore: 60 * MINUTE,
    gateAfter: MINUTE,
    giveUpAfter: MINUTE,
    repeats: [1_000],
    closeAfterCaptures: 3_000,
    closeAfterNone: 3_000,
  });
});

test('capabilities for a payment, or the field that forbids it', async () => {
  const terminal = ccv.configure('ccv-ev', { ...options() });
  const ask = (change: object) =>
    terminal.capabilities({
      currency: 'EUR',
      amount: 5_000,
      authorization: { request: { method: 'terminal' } },
      ...change,
    });
  const adopt = (reference: Record<string, string | number>) => ask({ authorization: { adopt: reference } });
  const pair = { authReference: REFERENCE, authReferenceVersion: '1' };
  expect(ask({})).toMatchObject({ maxCaptures: 1 });
  expect(adopt(pair)).toMatchObject({ maxCaptures: 1 });
  expect(adopt({ ...pair, authReferenceVersion: 1 })).toMatchObject({ maxCaptures: 1 });
  expect(ask({ currency: 'XAU' })).toMatchObject({ path: 'amount.currency' });
  expect(ask({ amount: 0 })).toMatchObject({ path: 'amount' });
  expect(ask({ authorization: { request: { method: 'cc' } } })).toMatchObject({
    path: 'authorization.request.method',
  });
  expect(adopt({ authReferenceVersion: '1' })).toMatchObject({
    path: 'authorization.adopt.reference.authReference',
  });
  expect(adopt({ ...pair, txid: '1' })).toMatchObject({ path: 'authorization.adopt.reference.txid' });
  const card = adopt({ ...pair, authReference: '4111 1111 1111 1111' });
  expect(card).toMatchObject({ path: 'authorization.adopt.reference.authReference' });
  expect(JSON.stringify(card)).not.toContain('4111');
  await terminal.close();
});
