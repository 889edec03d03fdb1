// What outlives a run: state and ids over continue-as-new, the word of a closed payment, and notices whenever they come.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cardPayment, type Engine, OPERATOR, SHOP, startEngine, until } from '../support/payments.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(inject('temporal'), {
    client: { continueAfter: 40 },
    account: { closeAfter: 'PT1S' },
  });
});
afterAll(() => engine.stop());

test('a payment goes on as a new run with its ids, its numbers and its ledger', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const handle = engine.client.workflow.getHandle(`payment/${body.id}`);
  const { runId } = await handle.describe();
  for (let k = 1; k <= 5; k += 1) {
    const { receipt } = await engine.payments.command(
      body.id,
      { type: 'capture', id: `c-${k}`, amount: 1_000 },
      SHOP,
    );
    expect(receipt).toMatchObject({ state: 'approved', sequenceNumber: k });
  }
  expect((await handle.describe()).runId).not.toBe(runId);

  const again = await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 1_000 }, SHOP);
  expect(again).toMatchObject({ repeated: false, receipt: { state: 'approved', sequenceNumber: 1 } });
  const other = engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 2_000 }, SHOP);
  await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict' });
  const ledger = await engine.payments.ledger(body.id);
  expect(ledger.map((entry) => entry.n)).toEqual(ledger.map((_, index) => index + 1));
  const { items } = await until(
    () => engine.payments.list({ account: body.account, limit: 200 }),
    (list) => list.items.some((each) => each.id === body.id),
  );
  expect(items.filter((each) => each.id === body.id)).toHaveLength(1);

  const { txid } = (await engine.payments.core(body.id)).machine.context.authorization.hold ?? {};
  expect(await engine.twin.admin.process(String(txid))).toMatchObject({ captured: 5_000, sequence: 5 });
  await engine.payments.command(body.id, { type: 'capture', id: 'c-6' }, SHOP);
});

test('a settled payment closes; repeats are answered from its last word and new commands are refused', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, { type: 'capture', id: 'c-1' }, SHOP);
  const view = await engine.client.workflow.getHandle(`payment/${body.id}`).result();
  expect(view).toMatchObject({ receipt: { state: 'approved' }, view: { status: 'captured' } });

  expect(await engine.payments.create(body, { by: 'shop' })).toMatchObject({
    repeated: true,
    receipt: { state: 'approved' },
  });
  const other = engine.payments.create({ ...body, metadata: { a: 'b' } }, { by: 'shop' });
  await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict' });
  const repeat = await engine.payments.command(body.id, { type: 'capture', id: 'c-1' }, SHOP);
  expect(repeat).toMatchObject({ repeated: true, receipt: { booked: 10_000 } });
  const late = engine.payments.command(body.id, { type: 'refund', id: 'r-1', amount: 100 }, SHOP);
  await expect(late).rejects.toMatchObject({ code: 'payment-closed', outcome: 'none' });
  expect((await engine.payments.get(body.id)).closed).not.toBeNull();
  const nobody = engine.payments.command('nobody', { type: 'capture', id: 'c-1' }, SHOP);
  await expect(nobody).rejects.toMatchObject({ code: 'not-found' });
});

test('a deadline acts by the plan, and what was held is given back', async () => {
  const deadline = new Date(Date.now() + 1_500).toISOString();
  const body = cardPayment({ plan: { onDeadline: 'release', deadline } });
  await engine.payments.create(body, { by: 'shop' });
  const view = await until(
    () => engine.payments.get(body.id),
    (seen) => seen.status === 'released',
    'the release',
  );
  expect(view).toMatchObject({ amounts: { released: { value: 10_000 }, held: { value: 0 } } });
  expect(view.releases).toMatchObject([{ id: 'deadline.release', state: 'approved', kind: 'void' }]);
});

test('an adoption is refused while another open payment has the hold', async () => {
  const first = cardPayment();
  await engine.payments.create(first, { by: 'shop' });
  const core = await engine.payments.core(first.id);
  const reference = core.machine.context.authorization.hold ?? {};
  const hold = `${first.account}/${String(reference['txid'])}`;
  await until(
    () => engine.client.workflow.getHandle(`payment/${first.id}`).describe(),
    ({ typedSearchAttributes }) => typedSearchAttributes.getAll().some((pair) => pair.value === hold),
  );
  const second = cardPayment({
    authorization: { adopt: { reference: { ...reference, sequenceNumber: 0 } } },
  });
  const shared = until(
    () =>
      engine.payments.create({ ...second, id: `${second.id}-x` }, { by: 'shop' }).then(
        () => 'taken',
        (error: unknown) => error,
      ),
    (answer) => answer !== 'taken',
  );
  expect(await shared).toMatchObject({ code: 'hold-shared' });
  await engine.payments.command(first.id, { type: 'release', id: 'r-1' }, OPERATOR);
});
