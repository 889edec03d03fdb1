/** Rule: a notice is acknowledged only once it is durable; what is not authentic or readable is refused, counted and never repeated. */
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../payment/notice.ts';
import { edge } from './edge.ts';

const url = '/v1/notifications/payone-de';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const NOTICE: Notice = {
  identity: 'e-1',
  providerReference: '4711',
  about: 'capture',
  state: 'approved',
  sequenceNumber: 1,
  receivable: 4_500,
  price: null,
  balance: null,
  currency: 'EUR',
  at: '2026-11-21T12:00:00.000Z',
  facts: {},
};

describe('POST /v1/notifications/{account}', () => {
  it('needs no token and is acknowledged in the provider’s words once it is durable', async () => {
    const { ask, state, delivered, tally } = edge();
    state.verdict = { verdict: 'notice', notice: NOTICE };
    const answer = await ask('POST', url, { token: null, raw: 'txaction=capture', headers: form });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('TSOK');
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(delivered).toEqual([{ account: 'payone-de', notice: NOTICE }]);
    expect(tally.of('payone-de').accepted).toBe(1);
  });

  it('is not acknowledged while it is not durable', async () => {
    const { ask, state, tally } = edge();
    state.verdict = { verdict: 'notice', notice: NOTICE };
    state.durable = false;
    const answer = await ask('POST', url, { token: null, raw: 'a=1', headers: form });
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain('TSOK');
    expect(answer.headers['retry-after']).toBeDefined();
    expect(tally.of('payone-de').undelivered).toBe(1);
  });

  it('acknowledges what is of no consequence, without delivering it', async () => {
    const { ask, state, delivered } = edge();
    state.verdict = { verdict: 'ignored', why: 'invoice sent' };
    expect((await ask('POST', url, { token: null, raw: 'a=1', headers: form })).text).toBe('TSOK');
    expect(delivered).toEqual([]);
  });

  it.each([
    ['forged', 403, 'forbidden'],
    ['malformed', 400, 'validation'],
  ] as const)(
    'refuses what is %s with %i, counts it and repeats nothing of it',
    async (verdict, status, code) => {
      const { ask, state, tally, delivered } = edge();
      state.verdict = { verdict, why: 'key' };
      const answer = await ask('POST', url, { token: null, raw: 'secret=s3cr3t', headers: form });
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ code });
      expect(answer.text).not.toContain('s3cr3t');
      expect(tally.of('payone-de')[verdict]).toBe(1);
      expect(delivered).toEqual([]);
    },
  );

  it('takes bytes of any type, and none at all', async () => {
    const { ask, state } = edge();
    state.verdict = { verdict: 'notice', notice: NOTICE };
    expect(
      (await ask('POST', url, { token: null, raw: '<x/>', headers: { 'content-type': 'text/xml' } })).text,
    ).toBe('TSOK');
    expect((await ask('POST', url, { token: null })).text).toBe('TSOK');
  });

  it('answers 404 for an account that is not configured and 413 for more than 1 MiB', async () => {
    const { ask } = edge();
    expect(
      (await ask('POST', '/v1/notifications/none', { token: null, raw: 'a=1', headers: form })).status,
    ).toBe(404);
    const large = await ask('POST', url, { token: null, raw: 'x'.repeat(1_048_577), headers: form });
    expect(large.body).toMatchObject({ status: 413 });
  });
});

describe('an account that takes notices from anybody', () => {
  const rates = { address: { perSecond: 0.01, burst: 2 }, account: { perSecond: 0.02, burst: 3 } };
  const asking = (own: { readonly guarded?: boolean }) => {
    const at = edge(own, rates);
    at.state.verdict = { verdict: 'notice', notice: NOTICE };
    return {
      ...at,
      from: (address: string) =>
        at.ask('POST', url, { token: null, raw: 'a=1', headers: form, from: address }),
    };
  };

  it('takes so many of each address, and says when to come again', async () => {
    const { from, tally, delivered, log } = asking({ guarded: false });
    const all = [await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')];
    expect(all.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(all[2]).toMatchObject({
      headers: { 'retry-after': '100' },
      body: { code: 'too-many-requests', outcome: 'none', retryable: true },
    });
    expect((await from('192.0.2.2')).status).toBe(200);
    expect(delivered).toHaveLength(3);
    expect(tally.of('payone-de')).toMatchObject({ accepted: 3, limited: 1 });
    await from('192.0.2.1');
    expect(tally.of('payone-de').limited).toBe(2);
    expect(log().match(/too many notices to an account/g)).toHaveLength(1);
  });

  it('takes so many of all addresses together, and what one is refused costs the others nothing', async () => {
    const { from, log } = asking({ guarded: false });
    for (let count = 0; count < 5; count += 1) await from('192.0.2.1');
    expect((await from('192.0.2.2')).status).toBe(200);
    const refused = await from('192.0.2.3');
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '50' } });
    expect(log()).toContain('"why":"account"');
  });

  it.each([{ guarded: true }, {}])('is limited, and one of %j is not', async (own) => {
    const { from, tally } = asking(own);
    for (let count = 0; count < 10; count += 1) expect((await from('192.0.2.1')).status).toBe(200);
    expect(tally.of('payone-de')).toMatchObject({ accepted: 10, limited: 0 });
  });
});

describe('health', () => {
  it('says that it lives, and whether what it needs answers', async () => {
    const { ask, state } = edge();
    expect(await ask('GET', '/healthz', { token: null })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect(await ask('GET', '/readyz', { token: null })).toMatchObject({ status: 200 });
    state.missing = ['temporal'];
    expect(await ask('GET', '/readyz', { token: null })).toMatchObject({
      status: 503,
      body: { missing: ['temporal'] },
    });
  });

  describe('/{pathToken}', () => {
    const token = 'an-unguessable-token';
    const raw = 'secret=s3cr3t';

    it('hands what follows the name to the provider, where the account has no token', async () => {
      const { ask, state, incoming } = edge();
      state.verdict = { verdict: 'notice', notice: NOTICE };
      expect((await ask('POST', `${url}/${token}`, { token: null, raw, headers: form })).text).toBe('TSOK');
      expect((await ask('POST', url, { token: null, raw, headers: form })).text).toBe('TSOK');
      expect(incoming.map(({ path }) => path)).toEqual([token, undefined]);
    });

    it('takes the account’s own token', async () => {
      const { ask, state, delivered } = edge({ pathToken: token });
      state.verdict = { verdict: 'notice', notice: NOTICE };
      const answer = await ask('POST', `${url}/${token}`, { token: null, raw, headers: form });
      expect(answer).toMatchObject({ status: 200, text: 'TSOK' });
      expect(delivered).toHaveLength(1);
    });

    it.each(['', '/', '/another-unguessable', `/${token}x`, `/${token.toUpperCase()}`])(
      'refuses %j, counts it, asks the provider nothing and repeats nothing of it',
      async (path) => {
        const { ask, state, tally, delivered, incoming, log } = edge({ pathToken: token });
        state.verdict = { verdict: 'notice', notice: NOTICE };
        const answer = await ask('POST', url + path, { token: null, raw, headers: form });
        expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
        expect(tally.of('payone-de')).toMatchObject({ forged: 1, accepted: 0 });
        expect([delivered, incoming]).toEqual([[], []]);
        expect(log()).toContain('notice refused as forged');
        for (const text of ['s3cr3t', token, 'another-unguessable']) {
          expect(answer.text).not.toContain(text);
          expect(log()).not.toContain(text);
        }
      },
    );
  });
});
