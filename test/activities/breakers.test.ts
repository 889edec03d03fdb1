// Calls of an account whose provider does not answer are held back unsent, each told when to come again.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';
import { Breakers } from '../../activities/breakers.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { CallResult, Exchange } from '../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import { captureCall, environment, fakeAccount, startTwin, type Twin } from './support/fake-account.ts';

const keyRing = new KeyRing([{ id: 'k', key: randomBytes(32) }]);
const twins: Twin[] = [];

afterEach(async () => {
  await Promise.all(twins.splice(0).map((twin) => twin.close()));
});

const exchange: Exchange = {
  method: 'POST',
  url: 'http://x/',
  request: {},
  status: 503,
  response: {},
  tookMs: 1,
};
const broken: CallResult = { outcome: 'unknown', reason: 'status', exchange };

async function twinWith(answer: CallResult): Promise<Twin> {
  const twin = await startTwin(answer);
  twins.push(twin);
  return twin;
}

const run = (
  activities: ReturnType<typeof createProviderActivities>,
  call: ProviderCall,
): Promise<CallResult> => environment().run(activities[call.action], call);

test('after its failures a call, first or repeated, is not sent and says when it may be', async () => {
  const twin = await twinWith(broken);
  const good = await twinWith({ outcome: 'approved' });
  const activities = createProviderActivities({
    accounts: new Map([
      ['shop', fakeAccount(twin)],
      ['other', fakeAccount(good, { name: 'other' })],
    ]),
    keyRing,
    breakers: new Map([['shop', { failures: 2, openFor: 60_000 }]]),
  });
  await run(activities, captureCall());
  await run(activities, captureCall());
  for (const attempt of [1, 2]) {
    const held = await run(activities, captureCall({ attempt }));
    expect(held).toEqual({
      outcome: 'not_performed',
      reason: 'breaker-open',
      busy: true,
      firstOnly: true,
      pausedFor: expect.any(Number) as number,
    });
    const { pausedFor = 0 } = held as { pausedFor?: number };
    expect(pausedFor).toBeGreaterThan(0);
    expect(pausedFor).toBeLessThanOrEqual(66_000);
  }
  expect(twin.bodies).toHaveLength(2);
  expect(await run(activities, captureCall({ account: 'other' }))).toEqual({ outcome: 'approved' });
});

test('reads are held back too, and tell as much about the provider as calls', async () => {
  const read: ReadCall = {
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
  };
  const answers: ReadResult[] = [
    { read: 'absent', offered: true },
    { read: 'failed', reason: 'timeout' },
  ];
  const account = fakeAccount(await twinWith(broken), {
    read: () => Promise.resolve(answers.shift() ?? { read: 'pending' }),
  });
  const activities = createProviderActivities({
    accounts: new Map([['shop', account]]),
    keyRing,
    breakers: new Map([['shop', { failures: 2, openFor: 60_000 }]]),
  });
  const ask = () => environment().run(activities.read, read);
  await run(activities, captureCall());
  expect(await ask(), 'an answer').toMatchObject({ read: 'absent' });
  expect(await run(activities, captureCall())).toMatchObject({ outcome: 'unknown' });
  expect(await ask(), 'no answer').toMatchObject({ reason: 'timeout' });
  expect(await ask()).toEqual({ read: 'failed', reason: 'breaker-open' });
  expect(await run(activities, captureCall())).toMatchObject({ reason: 'breaker-open' });
});

test('what the provider’s limits refuse is refused while calls are held back, and is no try', async () => {
  const twin = await twinWith(broken);
  const account = fakeAccount(twin, {
    check: (call) => (call.amount === 1 ? { path: 'amount', message: 'too small' } : null),
  });
  const activities = createProviderActivities({
    accounts: new Map([['shop', account]]),
    keyRing,
    breakers: new Map([['shop', { failures: 1, openFor: 60_000 }]]),
  });
  await run(activities, captureCall());
  expect(await run(activities, captureCall({ amount: 1 }))).toMatchObject({ reason: 'validation' });
});

test('opening and closing are told once each, by the account’s name and counts alone', async () => {
  const lines: unknown[] = [];
  const log = {
    warn: (message: string, attributes: object) => lines.push([message, attributes]),
    info: (message: string, attributes: object) => lines.push([message, attributes]),
  };
  const breakers = new Breakers(new Map([['shop', { failures: 1, openFor: 1 }]]));
  const through = (result: CallResult) => breakers.through('shop', log, () => Promise.resolve(result));
  await through(broken);
  await delay(10);
  await through(broken);
  await delay(10);
  expect(await through({ outcome: 'approved' })).toEqual({ result: { outcome: 'approved' } });
  await through({ outcome: 'approved' });
  expect(lines).toEqual([
    ['the provider does not answer: its calls are held back', { account: 'shop', failures: 1, openFor: 1 }],
    ['the provider answers again: its calls go out', { account: 'shop' }],
  ]);
});

test('an adapter that breaks leaves the turn to the next', async () => {
  const breakers = new Breakers(new Map([['shop', { failures: 1, openFor: 1 }]]));
  const log = { warn: () => undefined, info: () => undefined };
  await breakers.through('shop', log, () => Promise.resolve(broken));
  await delay(10);
  await expect(breakers.through('shop', log, () => Promise.reject(new TypeError('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await breakers.through('shop', log, () => Promise.resolve(broken))).toEqual({ result: broken });
});
