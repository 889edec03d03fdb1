// What callers are told when a payment cannot answer: nothing happened, or nobody knows; never a stall.
import { expect, inject, onTestFinished, test } from 'vitest';
import { PaymentError } from '../../temporal/payment-error.ts';
import {
  ACCOUNT,
  cardPayment,
  type Engine,
  type EngineOptions,
  SHOP,
  startEngine,
  until,
} from '../support/payments.ts';

async function start(options: EngineOptions): Promise<Engine> {
  const engine = await startEngine(inject('temporal'), options);
  onTestFinished(() => engine.stop());
  return engine;
}

test('without a worker a create is unavailable with an unknown outcome, and the same id is safe to repeat', async () => {
  const engine = await start({ worker: false, client: { acceptWithin: 1_500, readWithin: 1_000 } });
  const body = cardPayment();
  const first = engine.payments.create(body, { by: 'shop' });
  await expect(first).rejects.toMatchObject({ code: 'unavailable', outcome: 'unknown', retryable: true });
  await engine.startWorker();
  const answer = await until(
    () => engine.payments.create(body, { by: 'shop' }).catch((error: unknown) => error as PaymentError),
    (said) => !(said instanceof PaymentError),
    'the create',
  );
  expect(answer).toMatchObject({ receipt: { state: 'approved' } });
  const { processes } = await engine.twin.admin.books();
  expect(processes).toHaveLength(1);
});

test('the ninth command at once is refused before the server is asked, and the eight are done', async () => {
  const engine = await start({ account: { timeoutMs: 20_000 } });
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.twin.admin.fault({ match: { request: 'capture' }, fault: 'delay', delayMs: 1_500 });
  const asked = Array.from({ length: 14 }, (_, k) =>
    engine.payments.command(body.id, { type: 'capture', id: `c-${k}`, amount: 100 }, SHOP).then(
      ({ receipt }) => receipt.state,
      (error: unknown) => (error instanceof PaymentError ? `${error.code} ${error.outcome}` : String(error)),
    ),
  );
  const answers = await Promise.all(asked);
  expect(answers.filter((answer) => answer === 'too-many-requests none').length).toBe(6);
  expect(answers.filter((answer) => answer === 'approved').length).toBe(8);
  expect((await engine.payments.get(body.id)).amounts.captured.value).toBe(800);
});

test('of many clients’ commands at once, none that was told that nothing happened stands in the ledger', async () => {
  const engine = await start({ account: { timeoutMs: 20_000 } });
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.twin.admin.fault({ match: { request: 'capture' }, fault: 'delay', delayMs: 300 });
  const clients = Array.from({ length: 4 }, () => engine.anotherClient());
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_each, k) => {
      const id = `c-${k}`;
      const command = { type: 'capture', id, amount: 10 } as const;
      const said = await clients[k % 4]?.command(body.id, command, SHOP).catch((error: unknown) => error);
      return { id, said };
    }),
  );
  const refused = answers.filter(({ said }) => said instanceof PaymentError);
  for (const { said } of refused) expect(said).toMatchObject({ code: 'too-many-requests', retryable: true });
  const untouched = refused.filter(({ said }) => (said as PaymentError).outcome === 'none');
  expect(untouched.length).toBeGreaterThanOrEqual(8);
  const booked = new Set((await engine.payments.ledger(body.id)).map((entry) => entry.operation));
  expect(untouched.filter(({ id }) => booked.has(id))).toEqual([]);
  for (const { id, said } of answers) if (!(said instanceof PaymentError)) expect(booked).toContain(id);
});

test('an answer that takes longer than the acceptance is waited for', async () => {
  const engine = await start({ account: { timeoutMs: 20_000 }, client: { acceptWithin: 1_000 } });
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.twin.admin.fault({ match: { request: 'capture' }, fault: 'delay', delayMs: 3_000 });
  const { receipt, unanswered } = await engine.payments.command(
    body.id,
    { type: 'capture', id: 'c-1', amount: 100 },
    SHOP,
  );
  expect({ state: receipt.state, unanswered }).toEqual({ state: 'approved', unanswered: undefined });
});

test('what cannot be created is refused with its place, and nothing is started', async () => {
  const engine = await start({ worker: false });
  const refusal = (over: object) =>
    engine.payments.create(cardPayment(over), { by: 'shop' }).catch((error: unknown) => error);
  expect(await refusal({ account: 'nobody' })).toMatchObject({ code: 'validation', path: 'account' });
  expect(await refusal({ amount: { value: 100, currency: 'XXX' } })).toMatchObject({
    code: 'validation',
    path: 'amount.currency',
  });
  const lines = [{ id: 'a', description: 'A', quantity: 1, unitPrice: { value: 9_999, currency: 'EUR' } }];
  expect(await refusal({ order: { reference: 'o', lines } })).toMatchObject({ code: 'lines-sum' });
  const { items } = await engine.payments.list({ account: ACCOUNT, limit: 200 });
  expect(items.filter((each) => each.status === null)).toEqual([]);
});

test('payments are listed by what they are, page by page', async () => {
  const engine = await start({});
  const ids: string[] = [];
  for (let k = 0; k < 3; k += 1) {
    const body = cardPayment();
    await engine.payments.create(body, { by: 'shop' });
    ids.push(body.id);
  }
  await engine.payments.command(ids[1] ?? '', { type: 'capture', id: 'c-1', amount: 100 }, SHOP);
  const filter = { account: ACCOUNT, status: 'authorized' } as const;
  const wanted = [ids[2], ids[0]];
  const seen = (items: readonly { id: string }[]) =>
    items.map((each) => each.id).filter((id) => ids.includes(id));
  await until(
    () => engine.payments.list({ ...filter, limit: 200 }),
    ({ items }) => seen(items).join() === wanted.join(),
    'the list',
  );
  const first = await engine.payments.list({ account: ACCOUNT, limit: 1 });
  const second = await engine.payments.list({ account: ACCOUNT, limit: 1, cursor: first.next ?? '' });
  expect([...seen(first.items), ...seen(second.items)]).toEqual([ids[2], ids[1]]);
  expect(first.items[0]).toMatchObject({ provider: 'payone', attention: null, closed: null });
  await expect(engine.payments.list({ status: "x' OR '1'='1" })).rejects.toMatchObject({
    code: 'validation',
    path: 'status',
  });
  for (const cursor of ['!', 'zip', `${first.next}A`, (first.next ?? '').slice(1)]) {
    await expect(engine.payments.list({ cursor }), cursor).rejects.toMatchObject({
      code: 'validation',
      path: 'cursor',
    });
  }
});

test('details beyond the provider’s limits are refused with their field, and nothing is bound or sent', async () => {
  const engine = await start({});
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const before = await engine.payments.ledger(body.id);
  const refusal = (over: object) =>
    engine.payments
      .command(body.id, { type: 'capture', id: 'c-1', amount: 1_000, ...over }, SHOP)
      .catch((error: unknown) => error);
  const line = (id: number) => ({
    id: `a-${id}`,
    description: 'A',
    quantity: 1,
    unitPrice: { value: 1, currency: 'EUR' },
  });
  const refused = [
    [{ id: 'authorization' }, 'id'],
    [{ description: 'x'.repeat(82) }, 'description'],
    [{ reference: 'x'.repeat(51) }, 'reference'],
    [{ invoice: { id: 'x'.repeat(21) } }, 'invoice.id'],
    [{ options: { sequencenumber: 7 } }, 'options.sequencenumber'],
    [{ lines: Array.from({ length: 401 }, (_each, index) => line(index)), amount: 401 }, 'lines'],
    [{ lines: [line(1)], amount: 2 }, 'lines'],
  ] as const;
  for (const [over, path] of refused) {
    const said = (await refusal(over)) as PaymentError;
    expect(said, JSON.stringify(over).slice(0, 60)).toMatchObject({ code: 'validation', outcome: 'none' });
    expect(said.path).toContain(path);
  }
  expect(await engine.payments.ledger(body.id)).toEqual(before);
  expect((await refusal({ description: 'x'.repeat(81) })) as object).toMatchObject({
    receipt: { state: 'approved' },
  });
});

test('a card number in a text is refused with its path before anything is sent', async () => {
  const engine = await start({ worker: false });
  const body = cardPayment({ metadata: { note: 'card 4111 1111 1111 1111' } });
  const said = engine.payments.create(body, { by: 'shop' });
  await expect(said).rejects.toMatchObject({ code: 'validation', outcome: 'none', path: 'metadata.note' });
  // There is no worker and no payment: an answer means that neither was asked.
  const command = { type: 'capture', id: 'c-1', description: '4111111111111111' } as const;
  const refused = engine.payments.command(body.id, command, SHOP);
  await expect(refused).rejects.toMatchObject({ code: 'validation', outcome: 'none', path: 'description' });
  await expect(engine.payments.get(body.id)).rejects.toMatchObject({ code: 'not-found' });
});

test('an authorisation that the provider’s limits refuse starts nothing', async () => {
  const engine = await start({ worker: false });
  const request = {
    method: 'cc',
    options: { pseudocardpan: 'abc' },
    customer: { lastname: 'Muster', country: 'DE' },
  };
  const said = engine.payments.create(cardPayment({ authorization: { request } }), { by: 'shop' });
  await expect(said).rejects.toMatchObject({
    code: 'validation',
    path: 'authorization.request.options.pseudocardpan',
  });
});
