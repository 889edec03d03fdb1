/** Rule: a watched call is told once with names, outcome and time, never with a payload; watching changes no result and fails no call. */
import { expect, test } from 'vitest';
import type { CommandActivities, ProviderActivities } from '../../activities/contract.ts';
import {
  type CallObserver,
  type SeenCall,
  type SeenRead,
  type SeenRefusal,
  watchCalls,
  watchCommands,
} from '../../activities/metrics.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import { captureCall } from './support/fake-account.ts';

const exchange = {
  method: 'POST',
  url: 'https://p.example',
  request: {},
  status: 200,
  response: {},
  tookMs: 80,
};
const accounts = new Map([['shop', { provider: 'payone' }]]);
const readCall: ReadCall = {
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

function recorder() {
  const seen: (SeenCall | SeenRead | SeenRefusal)[] = [];
  const note = (one: SeenCall | SeenRead | SeenRefusal): void => void seen.push(one);
  return { seen, observer: { called: note, read: note, refused: note } };
}

const activities = (
  result: CallResult | Error,
  read: ReadResult = { read: 'pending' },
): ProviderActivities => {
  const act = async (): Promise<CallResult> => {
    if (result instanceof Error) throw result;
    return result;
  };
  return { authorise: act, capture: act, release: act, refund: act, read: async () => read };
};

const watch = (inner: ProviderActivities, observer: CallObserver): ProviderActivities =>
  watchCalls(inner, accounts, [observer]);

test.each<[CallResult, Partial<SeenCall>]>([
  [
    { outcome: 'approved', booked: 4500, exchange },
    { outcome: 'approved', status: 200, providerMs: 80, heldBack: false },
  ],
  [
    { outcome: 'declined', decline: { code: '908', message: 'secret', hold: 'stands', again: 'no' } },
    { outcome: 'declined', code: '908', heldBack: false },
  ],
  [
    { outcome: 'unknown', reason: 'timeout' },
    { outcome: 'unknown', reason: 'timeout', heldBack: null },
  ],
  [
    { outcome: 'not_performed', reason: 'breaker-open', pausedFor: 5 },
    { outcome: 'not_performed', providerMs: null, heldBack: true },
  ],
])('%o', async (result, told) => {
  const { seen, observer } = recorder();
  expect(await watch(activities(result), observer).capture(captureCall())).toBe(result);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    account: 'shop',
    provider: 'payone',
    payment: 'o-1',
    operation: 'c-1',
    action: 'capture',
    attempt: 1,
    ...told,
  });
  expect(JSON.stringify(seen)).not.toMatch(/secret|4711|4500/);
});

test('a failure passes through and is told as failed', async () => {
  const { seen, observer } = recorder();
  const failure = new Error('no such account');
  const call = captureCall({ account: 'gone' });
  await expect(watch(activities(failure), observer).capture(call)).rejects.toBe(failure);
  expect(seen).toMatchObject([{ account: 'gone', provider: 'unknown', outcome: 'failed', reason: null }]);
});

test('a read is told by its result', async () => {
  const { seen, observer } = recorder();
  const failed: ReadResult = { read: 'failed', reason: 'breaker-open' };
  await watch(activities({ outcome: 'approved' }, failed), observer).read(readCall);
  expect(seen).toMatchObject([{ kind: 'capture', result: 'failed', heldBack: true, provider: 'payone' }]);
});

test('an observer that breaks breaks no call', async () => {
  const broken = (): never => {
    throw new Error('disk full');
  };
  const observer: CallObserver = { called: broken, read: broken, refused: broken };
  const result = await watch(activities({ outcome: 'approved' }), observer).capture(captureCall());
  expect(result).toEqual({ outcome: 'approved' });
});

test('what a payment refuses is told, what it takes in is not', async () => {
  const { seen, observer } = recorder();
  let accepted = false;
  const commands: CommandActivities = {
    createPayment: async () => ({ accepted: false, code: 'validation', rule: null, message: 'private' }),
    commandPayment: async () =>
      accepted
        ? { accepted: true, operation: 'c-1', state: 'approved', booked: 1 }
        : { accepted: false, code: 'not-legal-now', rule: 'not-final', message: 'private' },
  };
  const watched = watchCommands(commands, [observer]);
  await watched.createPayment({ payment: 'o-1', body: {} });
  await watched.commandPayment({ payment: 'o-1', command: { type: 'capture', id: 'c-1' } });
  accepted = true;
  await watched.commandPayment({ payment: 'o-1', command: { type: 'capture', id: 'c-2' } });
  expect(seen).toEqual([
    { payment: 'o-1', command: 'create', operation: 'authorization', code: 'validation', rule: null },
    { payment: 'o-1', command: 'capture', operation: 'c-1', code: 'not-legal-now', rule: 'not-final' },
  ]);
});
