/** Rule: captures, releases and refunds answer with the statuses, fields and headers of the contract (agreement, section 6). */
import { describe, expect, it } from 'vitest';
import type { CallResult } from '../../payment/outcome.ts';
import { CREATE, edge, eur } from './edge.ts';

async function authorised(collect = false) {
  const made = edge();
  await made.ask('POST', '/v1/payments', {
    body: collect ? { ...CREATE, plan: { captures: 'collect', onDeadline: 'capture' } } : CREATE,
  });
  return made;
}

describe('captures', () => {
  it('answers 201 with the capture, and reads it again', async () => {
    const { ask } = await authorised();
    const { status, body } = await ask('POST', '/v1/payments/o-1/captures', {
      body: { id: 'c-1', amount: eur(4_500) },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: 'c-1',
      state: 'approved',
      amount: eur(4_500),
      booked: eur(4_500),
      origin: 'engine',
      providerReference: '4711',
      at: '2026-11-21T12:00:00.000Z',
      final: false,
      frees: eur(0),
      sequenceNumber: 1,
    });
    expect((await ask('GET', '/v1/payments/o-1/captures/c-1')).body).toEqual(body);
    expect((await ask('GET', '/v1/payments/o-1/refunds/c-1')).status).toBe(404);
  });

  it('takes all that is capturable without a body, as the last capture', async () => {
    const { ask } = await authorised();
    const { status, body } = await ask('POST', '/v1/payments/o-1/captures');
    expect(status).toBe(201);
    expect(body).toMatchObject({ amount: eur(10_000), final: true });
  });

  it('takes the amount from the lines and keeps them', async () => {
    const { ask } = await authorised();
    const lines = [
      { id: 'chair', description: 'Chair', quantity: 2, unitPrice: eur(2_000), vatRate: 1_900 },
      { id: 'gift', type: 'voucher', description: 'Voucher', quantity: 1, unitPrice: eur(-500) },
    ];
    const { status, body } = await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', lines } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ amount: eur(3_500), lines });
  });

  it.each([
    ['planned', null],
    ['pending', { outcome: 'pending' }],
    ['unknown', { outcome: 'unknown', reason: 'reset' }],
  ] as const)('answers 202 with Location while it is %s', async (state, result) => {
    const { ask, payments } = await authorised(result === null);
    if (result !== null) payments.script = (): CallResult => result;
    const answer = await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100) } });
    expect(answer.status).toBe(202);
    expect(answer.headers['location']).toBe('/v1/payments/o-1/captures/c-1');
    expect(answer.body).toMatchObject({ id: 'c-1', state });
  });

  it('answers 201 with state declined and the decline', async () => {
    const { ask, payments } = await authorised();
    payments.script = () => ({
      outcome: 'declined',
      decline: { code: '30', message: 'no', hold: 'stands', again: 'later' },
    });
    const answer = await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100) } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ state: 'declined', decline: { code: '30', again: 'later' } });
  });

  it('repeats with the capture as it stands and asks the provider once', async () => {
    const { ask, payments } = await authorised();
    const body = { id: 'c-1', amount: eur(100) };
    const first = await ask('POST', '/v1/payments/o-1/captures', { body });
    const second = await ask('POST', '/v1/payments/o-1/captures', {
      body,
      headers: { 'idempotency-key': 'ignored' },
    });
    expect(second.body).toEqual(first.body);
    expect(payments.calls.filter((call) => call.action === 'capture')).toHaveLength(1);
    const other = await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(101) } });
    expect(other.body).toMatchObject({ status: 409, code: 'idempotency-conflict' });
  });

  it('refuses with code, rule and figures', async () => {
    const { ask } = await authorised();
    const more = await ask('POST', '/v1/payments/o-1/captures', { body: { amount: eur(10_001) } });
    expect(more.headers['content-type']).toContain('application/problem+json');
    expect(more.body).toMatchObject({
      type: 'https://tranche.dev/problems/amount-exceeds-capturable',
      status: 422,
      code: 'amount-exceeds-capturable',
      rule: 'amount-exceeds-capturable',
      outcome: 'none',
      retryable: false,
      figures: { capturable: 10_000, asked: 10_001 },
    });
    const currency = await ask('POST', '/v1/payments/o-1/captures', {
      body: { amount: { value: 1, currency: 'USD' } },
    });
    expect(currency.body).toMatchObject({ status: 422, code: 'currency-mismatch' });
    const sum = await ask('POST', '/v1/payments/o-1/captures', {
      body: { amount: eur(99), lines: [{ id: 'a', description: 'A', quantity: 1, unitPrice: eur(100) }] },
    });
    expect(sum.body).toMatchObject({ status: 422, code: 'lines-sum' });
  });
});

describe('withdrawing', () => {
  it('answers 200 with the planned capture not performed, again and again', async () => {
    const { ask } = await authorised(true);
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100), final: false } });
    for (const _ of [1, 2]) {
      const answer = await ask('DELETE', '/v1/payments/o-1/captures/c-1');
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ id: 'c-1', state: 'not_performed', reason: 'withdrawn' });
    }
  });

  it('refuses any other capture', async () => {
    const { ask } = await authorised();
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100) } });
    expect((await ask('DELETE', '/v1/payments/o-1/captures/c-1')).body).toMatchObject({
      status: 409,
      code: 'not-legal-now',
    });
    expect((await ask('DELETE', '/v1/payments/o-1/captures/none')).status).toBe(404);
  });
});

describe('release and refunds', () => {
  it('voids what nothing was captured of', async () => {
    const { ask } = await authorised();
    const { status, body } = await ask('POST', '/v1/payments/o-1/release', {
      body: { id: 'r-1', reason: 'cancelled' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: 'r-1', state: 'approved', kind: 'void', amount: eur(10_000) });
    expect((await ask('GET', '/v1/payments/o-1')).body).toMatchObject({
      status: 'released',
      legal: [],
    });
    expect((await ask('GET', '/v1/payments/o-1/releases/r-1')).status).toBe(200);
  });

  it('refunds all that is refundable without an amount, and refuses more', async () => {
    const { ask } = await authorised();
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(4_500) } });
    const more = await ask('POST', '/v1/payments/o-1/refunds', { body: { amount: eur(4_501) } });
    expect(more.body).toMatchObject({ status: 422, code: 'amount-exceeds-captured' });
    const { status, body } = await ask('POST', '/v1/payments/o-1/refunds', {
      body: { id: 'f-1', capture: 'c-1' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 'f-1',
      state: 'approved',
      amount: eur(4_500),
      capture: 'c-1',
      sequenceNumber: 2,
    });
  });
});
