/** Rule: what is not in the contract is refused by name, with nothing sent (agreement, section 6). */
import { describe, expect, it } from 'vitest';
import { CREATE, edge, eur, TOKENS } from './edge.ts';

const captures = '/v1/payments/o-1/captures';

describe('fields', () => {
  const line = { id: 'a', description: 'A', quantity: 1, unitPrice: eur(100) };
  it.each<[unknown, string]>([
    [{ amount: eur(0) }, 'amount.value'],
    [{ amount: eur(-1) }, 'amount.value'],
    [{ amount: eur(1.5) }, 'amount.value'],
    [{ amount: eur(2 ** 53) }, 'amount.value'],
    [{ amount: { value: '100', currency: 'EUR' } }, 'amount.value'],
    [{ amount: { value: 100, currency: 'eur' } }, 'amount.currency'],
    [{ amount: 100 }, 'amount'],
    [{ amuont: eur(100) }, 'amuont'],
    [{ id: '-c' }, 'id'],
    [{ id: 'x'.repeat(65) }, 'id'],
    [{ id: 'c-1.rest' }, 'id'],
    [{ id: 'observed-1' }, 'id'],
    [{ final: 'yes' }, 'final'],
    [{ lines: [] }, 'lines'],
    [{ lines: Array.from({ length: 401 }, () => line) }, 'lines'],
    [{ lines: [line, { ...line, quantity: 0 }] }, 'lines[1].quantity'],
    [{ lines: [{ ...line, colour: 'red' }] }, 'lines[0].colour'],
    [{ lines: [{ ...line, unitPrice: eur(-1) }] }, 'lines[0].unitPrice.value'],
    [{ lines: [{ ...line, deliveryDate: '2026-02-30' }] }, 'lines[0].deliveryDate'],
    [{ lines: [{ ...line, quantity: 999_999, unitPrice: eur(2 ** 52) }] }, 'lines[0]'],
    [{ amount: eur(100), vatAmount: eur(101) }, 'vatAmount.value'],
    [{ amount: eur(100), vatAmount: { value: 1, currency: 'USD' } }, 'vatAmount.currency'],
  ])('refuses the capture %j at %s', async (body, path) => {
    const { ask, payments } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const answer = await ask('POST', captures, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'validation', outcome: 'none', retryable: false });
    expect((answer.body['errors'] as { path: string }[]).map((error) => error.path)).toContain(path);
    expect(payments.calls).toHaveLength(1);
  });

  it('tells of the whole request without a path before it', async () => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    for (const body of [[], { evidence: 'seen', by: 'kim' }]) {
      const answer = await ask('POST', '/v1/payments/o-1/resolutions', { body });
      expect(answer.body).toMatchObject({
        code: 'validation',
        detail: expect.stringMatching(/^\w/) as unknown,
      });
    }
  });

  it('reports every field at fault at once', async () => {
    const { ask } = edge();
    const answer = await ask('POST', '/v1/payments', {
      body: { colour: 'red', amount: { value: 0, currency: 'EURO' } },
    });
    const paths = (answer.body['errors'] as { path: string }[]).map((error) => error.path);
    expect(paths).toEqual(
      expect.arrayContaining(['colour', 'amount.value', 'amount.currency', 'account', 'authorization']),
    );
  });

  it('wants either adopt or request', async () => {
    const { ask } = edge();
    const both = { adopt: { reference: { txid: '1' } }, request: { method: 'cc' } };
    for (const authorization of [{}, both]) {
      const answer = await ask('POST', '/v1/payments', { body: { ...CREATE, authorization } });
      expect(answer.body).toMatchObject({ code: 'validation', errors: [{ path: 'authorization' }] });
    }
  });
});

describe('bodies', () => {
  it.each(['{', '[]', '"x"', '{"__proto__":{"id":"x"}}', 'null!'])('refuses %s', async (raw) => {
    const { ask } = edge();
    const answer = await ask('POST', '/v1/payments', { raw });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'validation' });
  });

  it('refuses more than 1 MiB with 413 and another format with 415', async () => {
    const { ask } = edge();
    const large = await ask('POST', '/v1/payments', { raw: JSON.stringify({ id: 'x'.repeat(1_048_577) }) });
    expect(large.body).toMatchObject({ status: 413, code: 'payload-too-large' });
    const form = await ask('POST', '/v1/payments', {
      raw: 'a=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });
});

describe('tokens', () => {
  it.each([null, 'wrong-token-000001', ''])('answers 401 for the token %s', async (token) => {
    const { ask } = edge();
    const answer = await ask('GET', '/v1/payments', { token });
    expect(answer.body).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('asks for the token before it reads a body', async () => {
    const { ask } = edge();
    expect((await ask('POST', '/v1/payments', { token: null, raw: '{' })).status).toBe(401);
  });

  it.each([TOKENS.viewer, TOKENS.auditor])('lets %s read and do nothing else', async (token) => {
    const { ask, payments } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    expect((await ask('GET', '/v1/payments/o-1', { token })).status).toBe(200);
    for (const [method, url] of [
      ['POST', '/v1/payments'],
      ['POST', captures],
      ['POST', '/v1/payments/o-1/release'],
      ['POST', '/v1/payments/o-1/refunds'],
      ['POST', '/v1/payments/o-1/resolutions'],
      ['PATCH', '/v1/payments/o-1/plan'],
      ['DELETE', `${captures}/c-1`],
    ] as const) {
      expect((await ask(method, url, { token, body: {} })).body, url).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
    }
    expect(payments.calls).toHaveLength(1);
  });
});

describe('Idempotency-Key', () => {
  const capture = async (headers: Record<string, string>, body: object = { amount: eur(1) }) => {
    const { ask } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    return ask('POST', captures, { body, headers });
  };

  it('is the id where it fits the grammar', async () => {
    expect((await capture({ 'idempotency-key': 'order-7.c' })).body).toMatchObject({ id: 'order-7.c' });
  });

  it('is hashed where it does not', async () => {
    // printf 'a key with spaces' | sha256sum
    const { body } = await capture({ 'idempotency-key': 'a key with spaces' });
    expect(body['id']).toBe('k-4c7c4ce4c1d202513b89461164edc15f');
  });

  it('yields to the id in the body', async () => {
    expect(
      (await capture({ 'idempotency-key': 'header' }, { id: 'body', amount: eur(1) })).body,
    ).toMatchObject({ id: 'body' });
  });

  it('is hashed where it is longer than an id, and refused where it is empty', async () => {
    // printf 'x%.0s' $(seq 300) | sha256sum
    expect((await capture({ 'idempotency-key': 'x'.repeat(300) })).body['id']).toBe(
      'k-0d4e2ca9e9cbced7a7a5380eb29e1a37',
    );
    const { body } = await capture({ 'idempotency-key': '' });
    expect(body).toMatchObject({ code: 'validation', errors: [{ path: 'Idempotency-Key' }] });
  });

  it('is minted where there is neither', async () => {
    expect((await capture({})).body['id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
