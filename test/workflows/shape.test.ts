// Whoever can reach the server can say anything to a payment: what is no request, notice or result changes nothing.
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect, inject, onTestFinished, test } from 'vitest';
import { bodyHash } from '../../temporal/body-hash.ts';
import type { EngineOptions } from '../support/payments.ts';
import { cardPayment, type Engine, eventsOf, SHOP, startEngine } from '../support/payments.ts';

async function start(options: EngineOptions = {}): Promise<Engine> {
  const engine = await startEngine(inject('temporal'), { twin: { settleMs: 600_000 }, ...options });
  onTestFinished(() => engine.stop());
  return engine;
}

const command = { type: 'capture', id: 'b-1', amount: 5 } as const;
const good = { command, hash: bodyHash(command), ...SHOP, request: 'r' };

test('a raw update that is no request is refused as such and leaves no event', async () => {
  const engine = await start();
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const handle = engine.client.workflow.getHandle(`payment/${body.id}`);
  const refusal = async (name: string, args: unknown[]): Promise<unknown> =>
    handle.executeUpdate(name, { args: args as [] }).then(
      () => 'taken',
      (error: unknown) => {
        const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
        return cause instanceof ApplicationFailure ? cause.type : cause;
      },
    );
  const before = await eventsOf(engine.client, `payment/${body.id}`);
  const bad: unknown[] = [
    undefined,
    null,
    {},
    5,
    { ...good, command: null },
    { ...good, command: { ...command, type: 'refund' } },
    { ...good, command: { ...command, type: 'bogus' } },
    { ...good, command: { ...command, id: '__proto__' } },
    { ...good, command: { ...command, id: 7 } },
    { ...good, command: { ...command, id: 'x'.repeat(129) } },
    { ...good, hash: undefined },
    { ...good, hash: 'h' },
    { ...good, hash: good.hash.toUpperCase() },
    { ...good, by: undefined },
    { ...good, by: '' },
    { ...good, role: 'engine' },
  ];
  for (const asked of bad) {
    expect(await refusal('capture', asked === undefined ? [] : [asked]), JSON.stringify(asked)).toBe(
      'validation',
    );
  }
  for (const asked of [undefined, null, {}, { hash: 7, request: 'r' }]) {
    expect(await refusal('create', asked === undefined ? [] : [asked])).toBe('validation');
  }
  expect(await refusal('create', [{ hash: good.hash, request: 'r' }])).toBe('idempotency-conflict');
  // The authorisation's own id is no command's, whatever the edge let pass.
  const own = { ...good, command: { ...command, id: 'authorization' } };
  expect(await refusal('capture', [own])).toBe('idempotency-conflict');
  expect(await eventsOf(engine.client, `payment/${body.id}`)).toEqual(before);
  expect(await refusal('capture', [good])).toBe('taken');
});

test('a signal that is no notice is passed over', async () => {
  const engine = await start();
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const handle = engine.client.workflow.getHandle(`payment/${body.id}`);
  const { seen, ledger, deferred } = await engine.payments.core(body.id);
  const notice = {
    identity: 'n',
    providerReference: '1',
    about: 'capture',
    state: 'approved',
    currency: 'EUR',
  };
  const bad = [{}, 5, null, ...Object.keys(notice).map((name) => ({ ...notice, [name]: 1 }))];
  for (const told of bad) await handle.signal('notice', told);
  await handle.signal('notice');
  const after = await engine.payments.core(body.id);
  expect({ seen: after.seen, ledger: after.ledger, deferred: after.deferred }).toEqual({
    seen,
    ledger,
    deferred,
  });
  const { receipt } = await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 5 }, SHOP);
  expect(receipt.state).toBe('approved');
});

test.each([[{ outcome: 'maybe' }], [null], ['approved'], [{}]])(
  'a result without an outcome is unknown: %j',
  async (result) => {
    const engine = await start({ activities: { capture: () => Promise.resolve(result) } });
    const body = cardPayment();
    await engine.payments.create(body, { by: 'shop' });
    const { receipt } = await engine.payments.command(
      body.id,
      { type: 'capture', id: 'c-1', amount: 5 },
      SHOP,
    );
    expect(receipt).toMatchObject({ state: 'unknown' });
    const ledger = await engine.payments.ledger(body.id);
    expect(ledger.find(({ type }) => type === 'capture.unknown')?.data).toMatchObject({ reason: 'defect' });
  },
);
