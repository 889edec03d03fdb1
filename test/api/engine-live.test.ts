/** Rule: over sockets and a real engine no command is lost or done twice, however many come at once and however short they wait. */
import { expect, inject, onTestFinished, test } from 'vitest';
import { enginePayments } from '../../api/engine.ts';
import { ACCOUNT, cardPayment, type Engine, startEngine, until } from '../support/payments.ts';
import { eur, TOKENS } from './edge.ts';
import { wire } from './wire.ts';

async function start() {
  const engine: Engine = await startEngine(inject('temporal'), { account: { timeoutMs: 20_000 } });
  onTestFinished(() => engine.stop());
  const edge = await wire(enginePayments(engine.payments, 'caller'), {
    pace: { least: 50, most: 200, heartbeat: 1_000 },
  });
  const create = async () => {
    const body = cardPayment();
    expect((await edge.ask('POST', '/v1/payments', { body })).status).toBe(201);
    return `/v1/payments/${body.id}`;
  };
  const slow = (request: string, delayMs: number, times = 1) =>
    engine.twin.admin.fault({ match: { request }, fault: 'delay', delayMs, times });
  return { engine, ...edge, create, slow };
}

test('of 24 captures at once each is taken in or told to come again, and all are done once', async () => {
  const { engine, ask, create, slow } = await start();
  const payment = await create();
  await slow('capture', 200, 24);
  let refused = 0;
  await Promise.all(
    Array.from({ length: 24 }, async (_each, k) => {
      for (let attempt = 0; attempt < 60; attempt += 1) {
        const body = { id: `c-${k}`, amount: eur(100 + k), final: false };
        const answer = await ask('POST', `${payment}/captures`, { body });
        if (answer.status === 201 || answer.status === 202) return;
        expect(answer.body).toMatchObject({ status: 429, code: 'too-many-requests', retryable: true });
        const seconds = Number(answer.headers.get('retry-after'));
        expect(seconds).toBeGreaterThan(0);
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      }
      throw new Error(`c-${k} was never taken in`);
    }),
  );
  expect(refused).toBeGreaterThan(0);
  const done = await until(
    () => ask('GET', payment),
    ({ body }) => (body['captures'] as { state: string }[]).every(({ state }) => state === 'approved'),
    'all captures',
  );
  const wanted = Array.from({ length: 24 }, (_each, k) => 100 + k);
  const captures = done.body['captures'] as { id: string; booked: { value: number } }[];
  expect(captures.map(({ booked }) => booked.value).sort((a, b) => a - b)).toEqual(wanted);
  expect((done.body['amounts'] as { captured: unknown }).captured).toEqual(
    eur(wanted.reduce((sum, value) => sum + value, 0)),
  );
  const { processes } = await engine.twin.admin.books();
  expect(processes.map(({ captured }) => captured)).toEqual([wanted.reduce((sum, value) => sum + value, 0)]);
});

test('a caller that waits for a second hears 202 of what was taken in, and a refusal all the same', async () => {
  const { ask, create, slow } = await start();
  const payment = await create();
  await slow('capture', 4_000);
  const body = { id: 'c-1', amount: eur(100) };
  const wait = (n: number) => ({ prefer: `wait=${n}` });
  const first = await ask('POST', `${payment}/captures`, { body, headers: wait(1) });
  expect([first.status, first.headers.get('preference-applied'), first.body['state']]).toEqual([
    202,
    'wait=1',
    'sent',
  ]);
  expect(first.headers.get('location')).toBe(`${payment}/captures/c-1`);
  const other = { id: 'c-1', amount: eur(101) };
  expect((await ask('POST', `${payment}/captures`, { body: other, headers: wait(0) })).body).toMatchObject({
    code: 'idempotency-conflict',
  });
  const more = { id: 'c-2', amount: eur(10_000) };
  expect((await ask('POST', `${payment}/captures`, { body: more, headers: wait(0) })).body).toMatchObject({
    code: 'amount-exceeds-capturable',
  });
  const again = await ask('POST', `${payment}/captures`, { body });
  expect([again.status, again.body['state']]).toEqual([201, 'approved']);

  await slow('preauthorization', 4_000);
  const created = cardPayment();
  const early = await ask('POST', '/v1/payments', { body: created, headers: wait(0) });
  expect([early.status, early.headers.get('location'), early.body['status']]).toEqual([
    202,
    `/v1/payments/${created.id}`,
    'authorizing',
  ]);
  const none = await ask('POST', '/v1/payments/none/captures', { body, headers: wait(0) });
  expect(none.body).toMatchObject({ status: 404, code: 'not-found' });
});

test('a listener sees each entry as it comes, and the list finds the payment page by page', async () => {
  const { ask, create, url } = await start();
  const payment = await create();
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const answer = await fetch(`${url}${payment}/events`, {
    headers: { authorization: `Bearer ${TOKENS.viewer}`, 'last-event-id': '1' },
    signal: gone.signal,
  });
  await ask('POST', `${payment}/captures`, { body: { id: 'c-1', amount: eur(100) } });
  const body = answer.body?.getReader();
  let text = '';
  while (!text.includes('capture.approved')) text += new TextDecoder().decode((await body?.read())?.value);
  const seen = [...text.matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n));
  expect(seen).toEqual(seen.map((_n, k) => k + 2));

  const second = await create();
  const filter = `/v1/payments?account=${ACCOUNT}&limit=1`;
  const wanted = [second, payment].map((path) => path.replace('/v1/payments/', ''));
  const found = await until(
    async () => {
      const ids: string[] = [];
      let next: string | null = '';
      while (next !== null && ids.length < 20) {
        const page = await ask('GET', `${filter}${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`);
        ids.push(...(page.body['items'] as { id: string }[]).map(({ id }) => id));
        next = page.body['next'] as string | null;
      }
      return ids.filter((id) => wanted.includes(id));
    },
    (ids) => ids.length === 2,
    'the list',
  );
  expect(found).toEqual(wanted);
  const captured = await until(
    () => ask('GET', `${filter}&status=partially_captured`),
    ({ body: page }) => (page['items'] as { id: string }[]).some(({ id }) => id === wanted[1]),
    'the filter',
  );
  expect(captured.status).toBe(200);
  expect((await ask('GET', `${filter}&attention=any`)).body['items']).toEqual([]);
});
