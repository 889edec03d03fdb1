/** A read opens what is sealed, says what the books said and nothing of its own, and where it breaks it says nothing. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { seal, sealContext, unseal } from '../../activities/sealing.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import type { ProviderAccount } from '../../providers/provider.ts';
import { environment, fakeAccount } from './support/fake-account.ts';

const keyRing = new KeyRing([{ id: 'k', key: randomBytes(32) }]);
const CARD = '4111111111111111';

const readCall = (change: Partial<ReadCall> = {}): ReadCall => ({
  action: 'read',
  account: 'shop',
  payment: 'o-1',
  operation: 'c-1',
  kind: 'capture',
  amount: 4500,
  currency: 'EUR',
  hold: { txid: '4711' },
  keys: {},
  attempts: 1,
  ...change,
});

function run(
  read: ProviderAccount['read'],
  call: ReadCall = readCall(),
  change: Partial<ProviderAccount> = {},
): Promise<ReadResult> {
  const account = fakeAccount({ port: 1 }, { ...(read === undefined ? {} : { read }), ...change });
  const accounts = new Map([['shop', account]]);
  const activities = createProviderActivities({ accounts, keyRing, secrets: ['portal-secret'] });
  return environment().run(activities.read, call);
}

test.each<ReadResult>([
  { read: 'approved', booked: 4500, providerReference: '4711', hold: { txid: '4711' }, remaining: 0 },
  { read: 'approved', expiresAt: '2026-11-28T00:00:00Z', locked: true },
  { read: 'pending', remaining: 10 },
  { read: 'declined', decline: { code: '908', message: 'amount', hold: 'stands', again: 'no' } },
  { read: 'absent', offered: true, remaining: 10_000 },
  { read: 'absent', offered: false },
  { read: 'failed', reason: 'http-status' },
])('$read comes back as the books said it', async (said) => {
  expect(await run(() => Promise.resolve(said))).toEqual(said);
});

test.each<[string, ProviderAccount['read'], Partial<ReadCall>, string]>([
  ['an adapter that breaks', () => Promise.reject(new TypeError('broken')), {}, 'defect'],
  ['an adapter that says nothing known', () => Promise.resolve({ read: 'maybe' } as never), {}, 'defect'],
  ['an adapter that says nothing', () => Promise.resolve(undefined as never), {}, 'defect'],
  ['an account without books', undefined, {}, 'no-read'],
  ['an account that is not known', undefined, { account: 'other' }, 'unknown-account'],
  [
    'a sealed member of another payment',
    () => Promise.resolve({ read: 'pending' }),
    { hold: { txid: seal(keyRing, '4711', 'shop/o-2') } },
    'unsealable',
  ],
])('%s is a failed read', async (_, read, change, reason) => {
  expect(await run(read, readCall(change))).toEqual({ read: 'failed', reason });
});

test('sealed members reach the adapter open, and never come back', async () => {
  const context = sealContext(readCall());
  const seen: unknown[] = [];
  const result = await run(
    (call) => {
      seen.push(call.hold);
      return Promise.resolve({
        read: 'approved',
        hold: { txid: '4711', secret: 'given-anew', ours: 'portal-secret' },
        exchange: {
          method: 'GET',
          url: 'https://provider.example/books',
          request: { authorization: 'portal-secret', pair: 'sealed-before' },
          status: 200,
          response: { card: CARD, secret: 'given-anew', message: 'of sealed-before' },
          tookMs: 3,
        },
        extra: CARD,
      } as ReadResult);
    },
    readCall({ hold: { txid: '4711', secret: seal(keyRing, 'sealed-before', context) } }),
    { secretReference: ['secret'] },
  );
  expect(seen).toEqual([{ txid: '4711', secret: 'sealed-before' }]);
  const text = JSON.stringify(result);
  for (const private_ of [CARD, 'portal-secret', 'sealed-before', 'given-anew'])
    expect(text).not.toContain(private_);
  expect(result).not.toHaveProperty('extra');
  const secret = result.read === 'approved' ? String(result.hold?.['secret']) : '';
  expect(unseal(keyRing, secret, context)).toBe('given-anew');
});

test('texts of a decline and of a failure are masked', async () => {
  const decline = { code: '1', message: `card ${CARD}`, hold: 'stands', again: 'no' } as const;
  expect(JSON.stringify(await run(() => Promise.resolve({ read: 'declined', decline })))).not.toContain(CARD);
  expect(
    JSON.stringify(await run(() => Promise.resolve({ read: 'failed', reason: 'portal-secret refused' }))),
  ).not.toContain('portal-secret');
});
