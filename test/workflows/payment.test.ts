// One workflow is one payment: commands, refusals, repeats and receipts on a real server, and what they cost in events.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CreateBody } from '../../temporal/create-body.ts';
import { cardPayment, type Engine, eventsOf, OPERATOR, SHOP, startEngine } from '../support/payments.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(inject('temporal'), { twin: { settleMs: 600_000 } });
});
afterAll(() => engine.stop());

const created = async (over: Partial<CreateBody> = {}, card?: string): Promise<string> => {
  const body = cardPayment(over, card);
  await engine.payments.create(body, { by: 'shop' });
  return body.id;
};
const lengthOf = async (id: string): Promise<number> =>
  (await eventsOf(engine.client, `payment/${id}`)).length;

test('a payment is authorised, captured in parts with numbers 1 and 2, and refunded with number 3', async () => {
  const body = cardPayment();
  const { receipt } = await engine.payments.create(body, { by: 'shop' });
  expect(receipt).toMatchObject({ operation: 'authorization', state: 'approved', booked: 10_000 });

  const first = await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 3_000 }, SHOP);
  expect(first.receipt).toMatchObject({ state: 'approved', booked: 3_000, final: false, sequenceNumber: 1 });
  const last = await engine.payments.command(body.id, { type: 'capture', id: 'c-2' }, SHOP);
  expect(last.receipt).toMatchObject({ state: 'approved', booked: 7_000, final: true, sequenceNumber: 2 });
  const back = await engine.payments.command(body.id, { type: 'refund', id: 'r-1', amount: 500 }, SHOP);
  expect(back.receipt).toMatchObject({ kind: 'refund', state: 'approved', booked: 500, sequenceNumber: 3 });

  const view = await engine.payments.get(body.id);
  expect(view).toMatchObject({
    status: 'captured',
    amounts: { captured: { value: 10_000 }, refunded: { value: 500 } },
  });
  const books = await engine.twin.admin.process(view.authorization.providerReference ?? '');
  expect(books).toMatchObject({ captured: 10_000, refunded: 500 });
});

test('a capture costs 11 events and a payment at most 30 beside its captures', async () => {
  const id = await created();
  const before = await lengthOf(id);
  const costs: number[] = [];
  for (let k = 1; k <= 4; k += 1) {
    const from = await lengthOf(id);
    await engine.payments.command(id, { type: 'capture', id: `c-${k}`, amount: 1_000 }, SHOP);
    costs.push((await lengthOf(id)) - from);
  }
  // The first one changes the class of the payment: one upsert more, which belongs to the fixed cost.
  expect(costs).toEqual([12, 11, 11, 11]);
  expect(before + 1).toBeLessThanOrEqual(30);
});

test('a refused command and a repeated id cost no event', async () => {
  const id = await created();
  await engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 4_000 }, SHOP);
  const before = await lengthOf(id);

  const refused = engine.payments.command(id, { type: 'capture', id: 'c-2', amount: 6_001 }, SHOP);
  await expect(refused).rejects.toMatchObject({
    code: 'amount-exceeds-capturable',
    rule: 'amount-exceeds-capturable',
    outcome: 'none',
    message: expect.stringContaining('6 000'),
  });
  const again = await engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 4_000 }, SHOP);
  expect(again).toMatchObject({
    repeated: true,
    receipt: { state: 'approved', booked: 4_000, sequenceNumber: 1 },
  });
  const other = engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 4_001 }, SHOP);
  await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict' });
  // The id of a capture is taken for a refund too, and the engine's own ids are nobody's.
  const refund = engine.payments.command(id, { type: 'refund', id: 'c-1', amount: 100 }, SHOP);
  await expect(refund).rejects.toMatchObject({ code: 'idempotency-conflict' });
  const own = engine.payments.command(id, { type: 'release', id: 'authorization' }, SHOP);
  await expect(own).rejects.toMatchObject({ code: 'validation', path: 'id' });

  expect(await lengthOf(id)).toBe(before);
  // A refused id is not bound: it may be used for what is legal.
  const legal = await engine.payments.command(id, { type: 'capture', id: 'c-2', amount: 6_000 }, SHOP);
  expect(legal.receipt).toMatchObject({ state: 'approved', booked: 6_000, final: true });
});

test('a repeated create is answered as the payment stands now; another body under its id is refused', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const again = await engine.payments.create(body, { by: 'shop' });
  expect(again).toMatchObject({ repeated: true, receipt: { state: 'approved', operation: 'authorization' } });
  const other = engine.payments.create(
    { ...body, amount: { value: 9_999, currency: 'EUR' } },
    { by: 'shop' },
  );
  await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict' });
});

test('commands that come at once are taken in order, one at the provider at a time', async () => {
  const id = await created();
  const all = await Promise.all(
    [1, 2, 3, 4, 5].map((k) =>
      engine.payments.command(id, { type: 'capture', id: `c-${k}`, amount: 1_000 + k }, SHOP),
    ),
  );
  expect(all.map(({ receipt }) => receipt.state)).toEqual([
    'approved',
    'approved',
    'approved',
    'approved',
    'approved',
  ]);
  const view = await engine.payments.get(id);
  const numbers = view.captures
    .filter((each) => each.state === 'approved')
    .map((each) => each.sequenceNumber);
  expect(numbers).toEqual([1, 2, 3, 4, 5]);
  const books = await engine.twin.admin.process(view.authorization.providerReference ?? '');
  expect(books.captured).toBe(view.amounts.captured.value);
  const ledger = await engine.payments.ledger(id);
  let atProvider = 0;
  for (const { type } of ledger.filter((entry) => entry.type.startsWith('capture.'))) {
    if (type === 'capture.sent') atProvider += 1;
    if (type === 'capture.approved') atProvider -= 1;
    expect(atProvider).toBeLessThanOrEqual(1);
  }
});

test('a decline is an answer and gives its number back', async () => {
  const id = await created({ amount: { value: 200_000, currency: 'EUR' } });
  const no = await engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 77_033 }, SHOP);
  expect(no.receipt).toMatchObject({ state: 'declined', decline: { code: '33' } });
  const yes = await engine.payments.command(id, { type: 'capture', id: 'c-2', amount: 5_000 }, SHOP);
  expect(yes.receipt).toMatchObject({ state: 'approved', sequenceNumber: 1 });
});

test('a pending capture is answered at once, stops the lane, and a person can resolve it', async () => {
  const id = await created({}, '9410017000000003');
  const first = await engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 1_000 }, SHOP);
  expect(first.receipt).toMatchObject({ state: 'pending' });
  const second = await engine.payments.command(id, { type: 'capture', id: 'c-2', amount: 2_000 }, SHOP);
  expect(second.receipt).toMatchObject({ state: 'planned' });
  const withdrawn = await engine.payments.command(id, { type: 'withdraw', id: 'w-1', capture: 'c-2' }, SHOP);
  expect(withdrawn.receipt).toMatchObject({ operation: 'c-2', state: 'not_performed', reason: 'withdrawn' });
  const resolved = await engine.payments.command(
    id,
    {
      type: 'resolve',
      id: 's-1',
      word: { operation: 'c-1', outcome: 'approved' },
      evidence: 'seen in the portal',
      by: 'anna',
    },
    OPERATOR,
  );
  expect(resolved.receipt).toMatchObject({ operation: 'c-1', state: 'approved', booked: 1_000 });
});

test('a plan is changed, and explain says what would happen without writing anything', async () => {
  const id = await created();
  const moved = await engine.payments.command(
    id,
    { type: 'reschedule', id: 'p-1', plan: { onDeadline: 'release' } },
    SHOP,
  );
  expect(moved.receipt).toMatchObject({ operation: null, state: null });
  expect((await engine.payments.get(id)).plan.onDeadline).toBe('release');
  const before = await lengthOf(id);
  const explained = await engine.payments.explain(id, { type: 'capture', id: 'x', amount: 20_000 });
  expect(explained).toMatchObject({ legal: false, refusedBy: 'amount-exceeds-capturable' });
  expect(await lengthOf(id)).toBe(before);
});

test('a cancel request ends nothing: a person is called and the payment goes on', async () => {
  const id = await created();
  await engine.client.workflow.getHandle(`payment/${id}`).cancel();
  const done = await engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 1_000 }, SHOP);
  expect(done.receipt).toMatchObject({ state: 'approved' });
  expect((await engine.payments.get(id)).attention?.code).toBe('cancel-requested');
  await engine.payments.command(
    id,
    {
      type: 'resolve',
      id: 's-1',
      word: { attention: 'cancel-requested' },
      evidence: 'asked by mistake',
      by: 'anna',
    },
    OPERATOR,
  );
  const last = await engine.payments.command(id, { type: 'capture', id: 'c-2' }, SHOP);
  expect(last.receipt).toMatchObject({ state: 'approved', final: true });
});
