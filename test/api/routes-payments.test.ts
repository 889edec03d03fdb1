/** Rule: the payment calls of the HTTP contract answer with its statuses, fields and headers (agreement, section 6). */
import { describe, expect, it } from 'vitest';
import { CREATE, edge, eur } from './edge.ts';

describe('POST /v1/payments', () => {
  it('answers 201 with the payment object once the authorisation is approved', async () => {
    const { ask } = edge();
    const { status, body } = await ask('POST', '/v1/payments', { body: CREATE });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 'o-1',
      account: 'payone-de',
      provider: 'payone',
      status: 'authorized',
      requested: eur(10_000),
      authorization: { state: 'approved', providerReference: '4711', expiresBy: 'assumed' },
      plan: { captures: 'immediate', onDeadline: 'alert' },
      order: null,
      attention: null,
      attentions: [],
      legal: ['capture', 'release', 'void', 'reschedule', 'resolve'],
      limits: { capture: { max: 127, left: 127, final: 'free' }, refund: { max: null } },
      createdAt: '2026-11-21T12:00:00.000Z',
      closed: null,
    });
    expect(Object.keys(body['amounts'] as object)).toEqual([
      'authorized',
      'held',
      'captured',
      'reserved',
      'capturable',
      'released',
      'lapsed',
      'refunded',
      'refunding',
      'refundable',
      'chargedBack',
    ]);
    expect(body['amounts']).toMatchObject({ held: eur(10_000), capturable: eur(10_000), captured: eur(0) });
  });

  it('is 201 with status declined where the authorisation is declined', async () => {
    const { ask, payments } = edge();
    payments.script = () => ({
      outcome: 'declined',
      decline: { code: '33', message: 'expired', hold: 'stands', again: 'customer' },
    });
    const { status, body } = await ask('POST', '/v1/payments', { body: CREATE });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'declined',
      authorization: { state: 'declined', decline: { code: '33' } },
    });
  });

  it.each([
    ['pending', { outcome: 'pending', redirectUrl: 'https://bank.example/3ds' }, 'awaiting'],
    ['unknown', { outcome: 'unknown', reason: 'reset' }, 'authorizing'],
  ] as const)('is 202 with Location while the authorisation is %s', async (state, result, status) => {
    const { ask, payments } = edge();
    payments.script = () => result;
    const answer = await ask('POST', '/v1/payments', { body: CREATE });
    expect(answer.status).toBe(202);
    expect(answer.headers['location']).toBe('/v1/payments/o-1');
    expect(answer.body).toMatchObject({ status, authorization: { state } });
  });

  it('adopts a hold', async () => {
    const { ask, payments } = edge();
    const authorization = {
      adopt: { reference: { txid: '123', sequenceNumber: 2 }, expiresAt: '2026-11-25T14:00:00+02:00' },
    };
    const { status, body } = await ask('POST', '/v1/payments', { body: { ...CREATE, authorization } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'authorized',
      authorization: { expiresAt: '2026-11-25T12:00:00.000Z', expiresBy: 'caller' },
    });
    expect(payments.calls).toEqual([]);
  });

  it('repeats with the payment as it stands, and refuses the id for another body', async () => {
    const { ask, payments } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const { amount, ...others } = CREATE;
    expect((await ask('POST', '/v1/payments', { body: { ...others, amount } })).status).toBe(201);
    expect(payments.calls).toHaveLength(1);
    const other = await ask('POST', '/v1/payments', { body: { ...CREATE, amount: eur(9_999) } });
    expect(other.status).toBe(409);
    expect(other.body).toMatchObject({ code: 'idempotency-conflict', outcome: 'none', retryable: false });
  });

  it('names an unknown account and a refused currency by their path', async () => {
    const { ask } = edge();
    const account = await ask('POST', '/v1/payments', { body: { ...CREATE, account: 'elsewhere' } });
    expect(account.status).toBe(400);
    expect(account.body).toMatchObject({ code: 'validation', errors: [{ path: 'account' }] });
    const currency = await ask('POST', '/v1/payments', {
      body: { ...CREATE, amount: { value: 1, currency: 'XTS' } },
    });
    expect(currency.body).toMatchObject({ code: 'validation', errors: [{ path: 'amount.currency' }] });
  });

  it('refuses order lines that do not sum to the amount', async () => {
    const { ask } = edge();
    const lines = [{ id: 'a', description: 'Chair', quantity: 1, unitPrice: eur(9_000) }];
    const answer = await ask('POST', '/v1/payments', {
      body: { ...CREATE, order: { reference: 'O-1', lines } },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'lines-sum', errors: [{ path: 'order.lines' }] });
  });
});

describe('reading', () => {
  it('answers the payment, its ledger and the list', async () => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    expect((await ask('GET', '/v1/payments/o-1')).body).toMatchObject({ id: 'o-1', status: 'authorized' });
    const { entries } = (await ask('GET', '/v1/payments/o-1/ledger')).body as {
      entries: { type: string; n: number }[];
    };
    expect(entries.map((entry) => entry.type)).toEqual([
      'payment.created',
      'authorization.sent',
      'authorization.approved',
    ]);
    expect((await ask('GET', '/v1/payments?status=authorized&attention=&limit=10')).body).toMatchObject({
      items: [{ id: 'o-1', status: 'authorized', attention: null, closed: null }],
      next: null,
    });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'status=open', 'attention=bad', 'colour=red'])(
    'refuses the list filter %s',
    async (filter) => {
      const { ask } = edge();
      const answer = await ask('GET', `/v1/payments?${filter}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'validation', errors: [{ path: filter.split('=')[0] }] });
    },
  );

  it('answers 404 for a payment, an operation or an address that is not there', async () => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    for (const url of [
      '/v1/payments/none',
      '/v1/payments/-odd',
      '/v1/payments/o-1/captures/none',
      '/v1/nothing',
    ]) {
      const answer = await ask('GET', url);
      expect(answer.status, url).toBe(404);
      expect(answer.body).toMatchObject({ code: 'not-found' });
    }
  });
});

describe('GET …/explain', () => {
  it('gives every rule with its figures, and what would happen', async () => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const legal = await ask('GET', '/v1/payments/o-1/explain?command=capture&amount=4500&final=&capture=');
    expect(legal.status).toBe(200);
    expect(legal.body).toMatchObject({
      command: 'capture',
      legal: true,
      asked: 4_500,
      refusedBy: null,
      would: { state: 'sent' },
    });
    const refused = await ask('GET', '/v1/payments/o-1/explain?command=capture&amount=10001');
    expect(refused.body).toMatchObject({ legal: false, refusedBy: 'amount-exceeds-capturable', would: null });
    expect((await ask('GET', '/v1/payments/o-1/explain?command=void')).body).toMatchObject({
      command: 'void',
      legal: true,
    });
  });

  it('gives the rules for every withdrawal and resolution where the query names none', async () => {
    const { ask, payments } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const rules = async (query: string) => {
      const { status, body } = await ask('GET', `/v1/payments/o-1/explain?command=${query}`);
      return {
        status,
        legal: body['legal'],
        rules: (body['rules'] as { rule: string }[]).map((each) => each.rule),
      };
    };
    expect(await rules('withdraw')).toEqual({
      status: 200,
      legal: false,
      rules: ['not-closed', 'not-planned'],
    });
    expect(await rules('resolve')).toMatchObject({
      status: 200,
      rules: expect.arrayContaining(['not-closed']) as unknown,
    });
    payments.script = () => ({ outcome: 'unknown', reason: 'reset' });
    for (const id of ['c-1', 'c-2'])
      await ask('POST', '/v1/payments/o-1/captures', { body: { id, amount: eur(100) } });
    expect(await rules('withdraw')).toMatchObject({ status: 200, legal: true });
    expect((await ask('GET', '/v1/payments/o-1/explain?command=resolve&operation=c-1')).body).toMatchObject({
      code: 'validation',
      errors: [{ path: 'outcome' }],
    });
  });

  it('refuses a command that is none', async () => {
    const { ask } = edge();
    expect((await ask('GET', '/v1/payments/o-1/explain?command=steal')).status).toBe(400);
    expect((await ask('GET', '/v1/payments/o-1/explain')).status).toBe(400);
  });
});

describe('PATCH …/plan and POST …/resolutions', () => {
  it('changes the plan and answers with the payment', async () => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const body = { deadline: '2026-11-24T12:00:00Z', onDeadline: 'release' };
    const answer = await ask('PATCH', '/v1/payments/o-1/plan', { body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      deadline: '2026-11-24T12:00:00.000Z',
      plan: { captures: 'immediate', deadline: '2026-11-24T12:00:00.000Z', onDeadline: 'release' },
    });
    expect((await ask('PATCH', '/v1/payments/o-1/plan', { body: {} })).status).toBe(400);
  });

  it('names the field where the operation is not there', async () => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const body = { operation: 'zip', outcome: 'approved', evidence: 'seen', by: 'kim' };
    expect(await ask('POST', '/v1/payments/o-1/resolutions', { body })).toMatchObject({
      status: 400,
      body: { code: 'validation', errors: [{ path: 'operation' }] },
    });
  });

  it('settles an unknown outcome with evidence', async () => {
    const { ask, payments } = edge();
    payments.script = () => ({ outcome: 'unknown', reason: 'reset' });
    await ask('POST', '/v1/payments', { body: CREATE });
    const body = {
      operation: 'authorization',
      outcome: 'declined',
      evidence: 'seen in the merchant interface',
      by: 'kim',
    };
    const answer = await ask('POST', '/v1/payments/o-1/resolutions', { body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'declined' });
  });

  it.each([
    [{ evidence: 'x', by: 'kim' }, ''],
    [{ operation: 'c-1', evidence: 'x', by: 'kim' }, 'outcome'],
    [{ lock: 'lifted', attention: 'locked', evidence: 'x', by: 'kim' }, ''],
    [{ lock: 'lifted', by: 'kim' }, 'evidence'],
    [{ lock: 'lifted', evidence: 'x'.repeat(2_001), by: 'kim' }, 'evidence'],
    [{ lock: 'lifted', amount: 5, evidence: 'x', by: 'kim' }, 'amount'],
  ])('refuses the resolution %j at %s', async (body, path) => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const answer = await ask('POST', '/v1/payments/o-1/resolutions', { body });
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as { path: string }[]).map((error) => error.path)).toContain(path);
  });
});
