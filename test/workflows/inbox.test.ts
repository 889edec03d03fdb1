// Notices that nobody claims: tried again, counted once, and left to a person in the end.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Notice } from '../../payment/notice.ts';
import { deliver, dismiss, type inbox, readInbox } from '../../workflows/inbox.ts';
import { type Engine, startEngine, until } from '../support/payments.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(inject('temporal'));
});
afterAll(() => engine.stop());

test('a notice without a payment is tried by the waits, kept for a person, and dismissed', async () => {
  const account = `nobody-${randomUUID()}`;
  const notice: Notice = {
    identity: 'n-1',
    providerReference: '123456789',
    about: 'nothing',
    state: 'approved',
    sequenceNumber: null,
    receivable: null,
    price: null,
    balance: null,
    currency: 'EUR',
    at: new Date().toISOString(),
    facts: {},
  };
  const handle = await engine.client.workflow.signalWithStart<typeof inbox, [Notice]>('inbox', {
    workflowId: `inbox/${account}`,
    taskQueue: engine.taskQueue,
    args: [{ account, waits: [100, 200], giveUpAfter: 1_000 }],
    signal: deliver,
    signalArgs: [notice],
  });
  await handle.signal(deliver, notice);
  const state = await until(
    () => handle.query(readInbox),
    ({ attention }) => attention.length > 0,
    'the attention',
  );
  expect(state).toMatchObject({
    waiting: [],
    attention: [{ why: 'no-payment', notice: { identity: 'n-1' } }],
  });
  expect(await handle.executeUpdate(dismiss, { args: ['n-2'] })).toBe(false);
  expect(await handle.executeUpdate(dismiss, { args: ['n-1'] })).toBe(true);
  // Nothing is left: it ends, and the next notice starts it again.
  await handle.result();
});

test('a hint that points where one already points is the same hint, under whatever identity', async () => {
  const account = `nobody-${randomUUID()}`;
  const hint = (identity: string, over: Partial<Notice> = {}): Notice => ({
    identity,
    providerReference: '/psp/creditcard/payments/1',
    about: 'hint',
    state: 'pending',
    sequenceNumber: null,
    receivable: null,
    price: null,
    balance: null,
    currency: '',
    at: new Date().toISOString(),
    facts: { number: '7', kind: 'a' },
    ...over,
  });
  const handle = await engine.client.workflow.signalWithStart<typeof inbox, [Notice]>('inbox', {
    workflowId: `inbox/${account}`,
    taskQueue: engine.taskQueue,
    args: [{ account, waits: [50], giveUpAfter: 500 }],
    signal: deliver,
    signalArgs: [hint('h-1')],
  });
  await handle.signal(deliver, hint('h-2', { facts: { kind: 'a', number: '7' } }));
  await handle.signal(deliver, hint('other-transaction', { facts: { number: '8', kind: 'a' } }));
  await handle.signal(deliver, hint('other-payment', { providerReference: '/psp/creditcard/payments/2' }));
  await handle.signal(deliver, hint('no-hint-1', { about: 'capture' }));
  await handle.signal(deliver, hint('no-hint-2', { about: 'capture' }));
  const kept = ['h-1', 'no-hint-1', 'no-hint-2', 'other-payment', 'other-transaction'];
  const state = await until(
    () => handle.query(readInbox),
    ({ waiting, attention }) => waiting.length === 0 && attention.length >= kept.length,
    'the attention',
  );
  const identities = (list: typeof state.attention) => list.map(({ notice }) => notice.identity).toSorted();
  expect(identities(state.attention)).toEqual(kept);
  // Also where it already stands before a person.
  await handle.signal(deliver, hint('h-3'));
  const after = await handle.query(readInbox);
  expect([after.waiting, identities(after.attention)]).toEqual([[], kept]);
  for (const identity of kept) expect(await handle.executeUpdate(dismiss, { args: [identity] })).toBe(true);
  await handle.result();
});
