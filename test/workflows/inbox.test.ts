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
