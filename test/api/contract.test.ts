/** Rule: every line of the table of calls holds over a socket: statuses, fields, headers and problems (agreement, section 6). */
import { describe, expect, it } from 'vitest';
import { PROBLEM_CODES, problemOf } from '../../api/problem.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { PaymentError, type PaymentErrorCode } from '../../temporal/payment-error.ts';
import { CREATE, eur, TOKENS } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';
import { wire } from './wire.ts';

async function open() {
  const payments = new MemoryPayments();
  return { payments, ...(await wire(payments)) };
}

async function authorised(over: object = {}) {
  const made = await open();
  const { status } = await made.ask('POST', '/v1/payments', { body: { ...CREATE, ...over } });
  expect(status).toBe(201);
  return made;
}

const UNKNOWN: CallResult = { outcome: 'unknown', reason: 'reset' };
const paths = (body: Record<string, unknown>) =>
  ((body['errors'] ?? []) as { path: string }[]).map(({ path }) => path);

describe('the calls', () => {
  it('POST /v1/payments', async () => {
    const { ask, payments } = await open();
    const adopt = { reference: { txid: '1', sequenceNumber: 0, clearingtype: 'cc' } };
    const body = {
      ...CREATE,
      authorization: { adopt: { ...adopt, authorizedAt: '2026-11-21T13:00:00+01:00' } },
      plan: { captures: 'collect', deadline: '2026-11-24T12:00:00Z', onDeadline: 'capture' },
      order: {
        reference: 'O-1',
        lines: [{ id: 'a', description: 'A', quantity: 2, unitPrice: eur(5_000), vatRate: 1_900 }],
      },
      metadata: { channel: 'web' },
    };
    const made = await ask('POST', '/v1/payments', { body });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      status: 'authorized',
      authorization: { state: 'approved', authorizedAt: '2026-11-21T12:00:00.000Z' },
      plan: { captures: 'collect', onDeadline: 'capture' },
      deadline: '2026-11-24T12:00:00.000Z',
      order: body.order,
      metadata: body.metadata,
    });
    payments.script = () => UNKNOWN;
    const slow = await ask('POST', '/v1/payments', { body: { ...CREATE, id: 'o-2' } });
    expect([slow.status, slow.headers.get('location')]).toEqual([202, '/v1/payments/o-2']);
    const other = await ask('POST', '/v1/payments', { body: { ...CREATE, id: 'o-2', amount: eur(1) } });
    expect(other.body).toMatchObject({ status: 409, code: 'idempotency-conflict' });
  });

  it('GET /v1/payments/{id}', async () => {
    const { ask } = await authorised();
    const { status, body } = await ask('GET', '/v1/payments/o-1', { token: TOKENS.viewer });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(
      'id account provider status requested authorization amounts captures releases refunds plan order deadline attention attentions legal limits createdAt closed'.split(
        ' ',
      ),
    );
    expect((await ask('GET', '/v1/payments/none')).body).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('POST …/captures', async () => {
    const { ask, payments } = await authorised();
    const invoice = {
      id: 'I-1',
      deliveryMode: 'PDF',
      deliveryDate: '2026-11-21',
      deliveryEndDate: '2026-11-22',
      appendix: 'x',
    };
    const body = {
      id: 'c-1',
      amount: eur(4_500),
      final: false,
      description: 'Parcel',
      reference: 'P-1',
      vatAmount: eur(718),
      invoice,
      options: { settleaccount: 'yes' },
      override: true,
    };
    const made = await ask('POST', '/v1/payments/o-1/captures', { body });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ id: 'c-1', state: 'approved', booked: eur(4_500), final: false });
    payments.script = () => UNKNOWN;
    const slow = await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-2', amount: eur(1) } });
    expect([slow.status, slow.headers.get('location')]).toEqual([202, '/v1/payments/o-1/captures/c-2']);
    for (const [over, code, figures] of [
      [{ amount: eur(9_000) }, 'amount-exceeds-capturable', { capturable: 5_499, asked: 9_000, reserved: 1 }],
      [{ amount: { value: 1, currency: 'USD' } }, 'currency-mismatch', undefined],
      [
        { amount: eur(2), lines: [{ id: 'a', description: 'A', quantity: 1, unitPrice: eur(1) }] },
        'lines-sum',
        { lines: 1, amount: 2 },
      ],
    ] as const) {
      const refused = await ask('POST', '/v1/payments/o-1/captures', { body: over });
      expect(refused.body).toMatchObject({
        status: 422,
        code,
        outcome: 'none',
        retryable: false,
        ...(figures === undefined ? {} : { figures }),
      });
    }
  });

  it('GET …/captures/{c} and DELETE …/captures/{c}', async () => {
    const { ask } = await authorised({ plan: { captures: 'collect', onDeadline: 'capture' } });
    const planned = { id: 'c-1', amount: eur(100), final: false };
    expect((await ask('POST', '/v1/payments/o-1/captures', { body: planned })).status).toBe(202);
    expect((await ask('GET', '/v1/payments/o-1/captures/c-1')).body).toMatchObject({ state: 'planned' });
    for (const _again of [1, 2]) {
      const gone = await ask('DELETE', '/v1/payments/o-1/captures/c-1');
      expect([gone.status, gone.body['state'], gone.body['reason']]).toEqual([
        200,
        'not_performed',
        'withdrawn',
      ]);
    }
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-2', amount: eur(100), final: true } });
    expect((await ask('DELETE', '/v1/payments/o-1/captures/c-2')).body).toMatchObject({
      status: 409,
      code: 'not-legal-now',
      rule: 'not-planned',
    });
    expect((await ask('DELETE', '/v1/payments/o-1/captures/c-9')).status).toBe(404);
    expect((await ask('DELETE', '/v1/payments/o-9/captures/c-1')).status).toBe(404);
  });

  it('POST …/release', async () => {
    const { ask } = await authorised();
    const made = await ask('POST', '/v1/payments/o-1/release', { body: { id: 'r-1', reason: 'cancelled' } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ id: 'r-1', state: 'approved', kind: 'void', amount: eur(10_000) });
    expect((await ask('GET', '/v1/payments/o-1/releases/r-1')).body).toEqual(made.body);
    const again = await ask('POST', '/v1/payments/o-1/release', { body: { id: 'r-2' } });
    expect(again.body).toMatchObject({ status: 409, code: 'not-legal-now', rule: 'nothing-held' });
  });

  it('POST …/refunds', async () => {
    const { ask } = await authorised();
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(4_500) } });
    const more = await ask('POST', '/v1/payments/o-1/refunds', { body: { amount: eur(4_501) } });
    expect(more.body).toMatchObject({
      status: 422,
      code: 'amount-exceeds-captured',
      figures: { asked: 4_501 },
    });
    const part = { id: 'f-1', capture: 'c-1', amount: eur(1_500), vatAmount: eur(10), reason: 'returned' };
    expect((await ask('POST', '/v1/payments/o-1/refunds', { body: part })).body).toMatchObject({
      id: 'f-1',
      state: 'approved',
      capture: 'c-1',
      sequenceNumber: 2,
    });
    const rest = await ask('POST', '/v1/payments/o-1/refunds', { body: { id: 'f-2' } });
    expect(rest.body).toMatchObject({ amount: eur(3_000) });
    expect((await ask('GET', '/v1/payments/o-1/refunds/f-2')).body).toEqual(rest.body);
  });

  it('POST …/resolutions', async () => {
    const { ask, payments } = await authorised();
    payments.script = () => UNKNOWN;
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100) } });
    const said = { operation: 'c-1', outcome: 'approved', evidence: 'statement', by: 'kim' };
    for (const id of ['s-1', 's-1', 's-2']) {
      const { status, body } = await ask('POST', '/v1/payments/o-1/resolutions', { body: { ...said, id } });
      expect([status, (body['amounts'] as { captured: unknown }).captured]).toEqual([200, eur(100)]);
    }
    const contrary = await ask('POST', '/v1/payments/o-1/resolutions', {
      body: { ...said, outcome: 'declined' },
    });
    expect(contrary.body).toMatchObject({ status: 409, code: 'not-legal-now', rule: 'already-resolved' });
    const nothing = await ask('POST', '/v1/payments/o-1/resolutions', { body: { evidence: 'x', by: 'kim' } });
    expect(nothing.body).toMatchObject({ status: 400, code: 'validation' });
  });

  it('PATCH …/plan', async () => {
    const { ask } = await authorised();
    const body = { captures: 'collect', deadline: '2026-11-24T13:00:00+01:00', onDeadline: 'release' };
    const changed = await ask('PATCH', '/v1/payments/o-1/plan', { body });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      id: 'o-1',
      plan: { captures: 'collect', deadline: '2026-11-24T12:00:00.000Z', onDeadline: 'release' },
    });
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100), final: true } });
    const late = await ask('PATCH', '/v1/payments/o-1/plan', { body: { captures: 'immediate' } });
    expect(late.body).toMatchObject({ status: 409, code: 'not-legal-now' });
  });

  it('GET /v1/payments', async () => {
    const { ask } = await open();
    for (let k = 0; k < 52; k += 1) await ask('POST', '/v1/payments', { body: { ...CREATE, id: `o-${k}` } });
    const first = await ask('GET', '/v1/payments?status=authorized&provider=payone&account=payone-de');
    const { items, next } = first.body as { items: { id: string }[]; next: string };
    expect(Object.keys(items[0] ?? {})).toEqual(
      'id account provider status attention deadline createdAt closed'.split(' '),
    );
    expect([items.length, typeof next]).toEqual([50, 'string']);
    const last = await ask('GET', `/v1/payments?cursor=${encodeURIComponent(next)}&limit=200`);
    expect([(last.body['items'] as unknown[]).length, last.body['next']]).toEqual([2, null]);
    expect((await ask('GET', '/v1/payments?attention=any')).body['items']).toEqual([]);
    expect((await ask('GET', '/v1/payments?attention=outcome-unknown')).body['items']).toEqual([]);
    for (const bad of ['limit=0', 'limit=201', 'limit=1.5', 'attention=some', 'status=open', 'page=2']) {
      const refused = await ask('GET', `/v1/payments?${bad}`);
      expect([refused.status, paths(refused.body)], bad).toEqual([400, [bad.split('=')[0]]]);
    }
  });

  it('GET …/ledger', async () => {
    const { ask } = await authorised();
    const { status, body } = await ask('GET', '/v1/payments/o-1/ledger', { token: TOKENS.auditor });
    expect(status).toBe(200);
    const entries = body['entries'] as { n: number; after: object }[];
    expect(entries.map(({ n }) => n)).toEqual([1, 2, 3]);
    for (const entry of entries)
      expect(Object.keys(entry).sort()).toEqual('after at by data n operation rule type'.split(' '));
  });

  it('GET …/explain', async () => {
    const { ask } = await authorised();
    const of = async (query: string) => (await ask('GET', `/v1/payments/o-1/explain?${query}`)).body;
    expect(await of('command=capture&amount=4500&final=&capture=')).toMatchObject({
      command: 'capture',
      legal: true,
      asked: 4_500,
      refusedBy: null,
      would: { state: 'sent', final: false, frees: 0, calls: [{ operation: 'capture' }] },
    });
    expect(await of('command=void')).toMatchObject({ command: 'void', legal: true });
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(4_500) } });
    const { legal } = (await ask('GET', '/v1/payments/o-1')).body as { legal: string[] };
    for (const command of ['capture', 'release', 'void', 'refund', 'withdraw', 'reschedule'])
      expect((await of(`command=${command}`))['legal'], command).toBe(legal.includes(command));
    const refused = await of('command=capture&amount=5501&currency=EUR&override=true');
    expect(refused).toMatchObject({ legal: false, refusedBy: 'amount-exceeds-capturable', would: null });
    expect((refused['rules'] as unknown[]).length).toBeGreaterThan(5);
    expect(await of('command=refund&amount=1&capture=c-1')).toMatchObject({ legal: true });
    for (const bad of ['command=steal', 'amount=1', 'command=capture&amount=-1', 'command=capture&sum=1'])
      expect((await of(bad))['status'], bad).toBe(400);
    expect((await ask('GET', '/v1/payments/o-9/explain?command=capture')).status).toBe(404);
  });

  it('GET /healthz, /readyz, /openapi.json and /docs, without a token', async () => {
    const missing: string[] = [];
    const { ask } = await wire(new MemoryPayments(), { missing: async () => missing });
    const of = (path: string) => ask('GET', path, { token: null });
    expect((await of('/healthz')).body).toEqual({ status: 'ok' });
    expect((await of('/readyz')).body).toEqual({ status: 'ready' });
    missing.push('temporal');
    expect(await of('/readyz')).toMatchObject({ status: 503, body: { missing: ['temporal'] } });
    expect((await of('/openapi.json')).body).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    expect((await of('/docs')).headers.get('content-type')).toBe('text/html; charset=utf-8');
  });
});

describe('the rules of all calls', () => {
  it('ask for a token, and for a role where something is written', async () => {
    const { ask } = await authorised();
    for (const token of [null, 'not-a-token-00001']) {
      const { body, headers } = await ask('GET', '/v1/payments/o-1', { token });
      expect(body).toMatchObject({ status: 401, code: 'unauthorized' });
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
    const { body } = await ask('POST', '/v1/payments/o-1/captures', { token: TOKENS.viewer, body: {} });
    expect(body).toMatchObject({ status: 403, code: 'forbidden', outcome: 'none' });
  });

  it('refuse an unknown field and an unknown parameter by name', async () => {
    const { ask } = await authorised();
    const field = await ask('POST', '/v1/payments/o-1/release', { body: { why: 'x' } });
    expect([field.status, paths(field.body)]).toEqual([400, ['why']]);
    const parameter = await ask('GET', '/v1/payments/o-1?full=1');
    expect([parameter.status, paths(parameter.body)]).toEqual([400, ['full']]);
  });

  it('take 1 MiB of JSON and nothing else', async () => {
    const { ask, url } = await authorised();
    const large = await ask('POST', '/v1/payments', { body: { id: 'x'.repeat(1_048_577) } });
    expect(large.body).toMatchObject({ status: 413, code: 'payload-too-large', outcome: 'none' });
    const fits = await ask('POST', '/v1/payments', { body: { id: 'x'.repeat(1_048_000) } });
    expect(fits.status).toBe(400);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const other = await ask('POST', '/v1/payments', { body: {}, headers: { 'content-type': type } });
      expect(other.body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    }
    const bare = await fetch(`${url}/v1/payments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKENS.operator}` },
      body: new Uint8Array([123, 125]),
    });
    expect(bare.status).toBe(415);
  });

  it('take the id from the body, else from Idempotency-Key, else mint one', async () => {
    const { ask } = await authorised();
    const idOf = async (headers: Record<string, string>, body: object = {}) =>
      (await ask('POST', '/v1/payments/o-1/captures', { body: { amount: eur(1), ...body }, headers })).body[
        'id'
      ];
    expect(await idOf({ 'idempotency-key': 'key-1' }, { id: 'c-1' })).toBe('c-1');
    expect(await idOf({ 'idempotency-key': 'key-1' })).toBe('key-1');
    expect(await idOf({ 'idempotency-key': 'key-1' })).toBe('key-1');
    // printf 'a key with spaces' | sha256sum
    expect(await idOf({ 'idempotency-key': 'a key with spaces' })).toBe('k-4c7c4ce4c1d202513b89461164edc15f');
    // printf 'Schlüssel' | sha256sum: the bytes as they are sent
    const bytes = Buffer.from('Schlüssel', 'utf8').toString('latin1');
    expect(await idOf({ 'idempotency-key': bytes })).toBe('k-1fbd7a00cacba0b89a31bb00cd29e60d');
    const [one, two] = [await idOf({}), await idOf({})];
    expect(one).not.toBe(two);
  });

  it('answer another method with 405 and the methods there are', async () => {
    const { ask } = await open();
    const { status, headers, body } = await ask('PUT', '/v1/payments/o-1', { body: {} });
    expect([status, headers.get('allow'), body['code']]).toEqual([405, 'GET, HEAD', 'method-not-allowed']);
    expect((await ask('GET', '/v2/payments')).status).toBe(404);
    for (const path of ['..%2f..%2fetc', 'x'.repeat(200), '%00', `x/captures/${'é'.repeat(99)}`])
      expect((await ask('GET', `/v1/payments/${path}`)).status, path).toBe(404);
    expect((await ask('GET', '/v1/payments/%zz')).body).toMatchObject({ status: 400, code: 'validation' });
    expect((await ask('QUERY', '/v1/payments')).body).toMatchObject({ status: 405 });
  });

  const ENGINE: readonly (readonly [PaymentErrorCode, number])[] = [
    ['validation', 400],
    ['not-found', 404],
    ['idempotency-conflict', 409],
    ['not-legal-now', 409],
    ['payment-locked', 409],
    ['payment-closed', 409],
    ['hold-shared', 409],
    ['amount-exceeds-capturable', 422],
    ['amount-exceeds-captured', 422],
    ['capture-limit-reached', 422],
    ['currency-mismatch', 422],
    ['lines-sum', 422],
    ['unsupported-by-provider', 422],
    ['too-many-requests', 429],
    ['unavailable', 503],
  ];
  it.each(ENGINE)('answer the refusal %s with %i', async (code, status) => {
    const payments = new MemoryPayments();
    const { ask } = await wire(payments);
    const retryable = status === 429 || status === 503;
    payments.command = async () => {
      throw new PaymentError(code, 'so it is', {
        rule: 'a-rule',
        figures: { asked: 1 },
        retryable,
        outcome: status === 503 ? 'unknown' : 'none',
      });
    };
    const { body, headers } = await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1' } });
    expect(body).toMatchObject({ status, code, retryable, rule: 'a-rule', figures: { asked: 1 } });
    expect(headers.get('retry-after')).toBe(retryable ? '1' : null);
  });

  it('tell nothing of a defect, and log it once', async () => {
    const payments = new MemoryPayments();
    const { ask, log } = await wire(payments);
    payments.get = async () => {
      throw new Error('the secret 4711');
    };
    const { body, text } = await ask('GET', '/v1/payments/o-1');
    expect(body).toMatchObject({ status: 500, code: 'internal', outcome: 'unknown' });
    expect(text).not.toContain('4711');
    expect(log().trim().split('\n')).toHaveLength(1);
  });

  it('know no code without its status', () => {
    for (const code of PROBLEM_CODES) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(problemOf(new Error('x')).problem.code).toBe('internal');
  });
});
