/**
 * Rule: an address that was wrong too often is told to wait, a stranger behind the same address locks nobody out, and
 * nobody can say that it is another address unless the configuration trusts its proxy.
 */
import { describe, expect, it } from 'vitest';
import { Attempts, networkOf } from '../../api/attempts.ts';
import { hashToken } from '../../api/auth.ts';
import { ProblemError } from '../../api/problem.ts';
import { TOKENS } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';
import { lines, sendRaw } from './raw.ts';
import { wire } from './wire.ts';

const KNOWN = [
  { name: 'shop', hash: hashToken('right-1'), role: 'operator' },
  { name: 'desk', hash: hashToken('right-2'), role: 'viewer' },
] as const;

function door(burst: number, perSecond = 1) {
  const clock = { now: 0 };
  const attempts = new Attempts(KNOWN, { perSecond, burst }, () => clock.now);
  const ask = (token: string, address = '192.0.2.1'): string | number => {
    try {
      return attempts.admit(`Bearer ${token}`, address).name;
    } catch (error) {
      if (error instanceof ProblemError) return error.problem.status;
      throw error;
    }
  };
  return { clock, ask, attempts };
}

describe('Attempts', () => {
  it('takes so many failures at once, then as many as the rate fills', () => {
    const { ask, clock } = door(2);
    expect([1, 2, 3].map(() => ask('wrong'))).toEqual([401, 401, 429]);
    clock.now = 999;
    expect(ask('wrong')).toBe(429);
    clock.now = 1_000;
    expect([ask('wrong'), ask('wrong')]).toEqual([401, 429]);
  });

  it('does not look at another token of an address that must wait, right or wrong', () => {
    const { ask, clock } = door(1);
    ask('wrong');
    expect(ask('right-1')).toBe(429);
    clock.now = 1_000;
    expect(ask('right-1')).toBe('shop');
  });

  it('still takes a token that was right there before, and from other addresses all of them', () => {
    const { ask } = door(1);
    expect(ask('right-1')).toBe('shop');
    ask('wrong');
    expect([ask('wrong'), ask('right-2'), ask('right-1')]).toEqual([429, 429, 'shop']);
    expect(ask('right-2', '192.0.2.2')).toBe('desk');
  });

  it('says how many seconds to wait', () => {
    const { attempts, ask } = door(1, 0.1);
    ask('wrong');
    expect(() => attempts.admit(undefined, '192.0.2.1')).toThrow(expect.objectContaining({ retryAfter: 10 }));
  });

  it('remembers a bounded number of addresses', () => {
    const { ask } = door(1);
    ask('wrong');
    for (let at = 0; at < 10_000; at += 1) ask('wrong', `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    expect(ask('wrong')).toBe(401);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', networkOf('2001:db8:1:2:ffff::1')],
  ['nonsense', 'none'],
])('counts %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it('keeps networks of IPv6 apart', () => {
  expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
});

const wrong = (...headers: string[]): string =>
  lines('GET /v1/payments HTTP/1.1', 'host: x', 'authorization: Bearer wrong', ...headers, '');

describe('over a socket', () => {
  it('answers 429 with Retry-After, whatever address the client claims', async () => {
    const { url, ask } = await wire(new MemoryPayments(), { attempts: { perSecond: 0.01, burst: 2 } });
    const statuses: (number | undefined)[] = [];
    for (let at = 0; at < 4; at += 1) {
      const claims = [
        `x-forwarded-for: 198.51.100.${at}`,
        `forwarded: for=198.51.100.${at}`,
        `x-real-ip: 198.51.100.${at}`,
      ];
      const [answer] = await sendRaw(url, wrong(...claims));
      statuses.push(answer?.status);
    }
    expect(statuses).toEqual([401, 401, 429, 429]);
    const { headers, body } = await ask('GET', '/v1/payments', { token: null });
    expect(headers.get('retry-after')).toBe('100');
    expect(body).toMatchObject({ code: 'too-many-requests', outcome: 'none', retryable: true });
    expect((await ask('GET', '/v1/payments', { token: TOKENS.viewer })).status).toBe(429);
    expect((await ask('GET', '/healthz', { token: null })).status).toBe(200);
  });

  it('counts by the address that a trusted proxy names, and by the last one that it did not hear itself', async () => {
    const { url } = await wire(new MemoryPayments(), {
      attempts: { perSecond: 0.01, burst: 1 },
      trustProxy: ['127.0.0.0/8'],
    });
    const from = async (header: string) =>
      (await sendRaw(url, wrong(`x-forwarded-for: ${header}`)))[0]?.status;
    expect([await from('198.51.100.1'), await from('198.51.100.1')]).toEqual([401, 429]);
    expect(await from('198.51.100.2')).toBe(401);
    // The client wrote the first part itself; the proxy added the second.
    expect(await from('203.0.113.9, 198.51.100.2')).toBe(429);
  });

  it('does not trust a proxy of another network', async () => {
    const { url } = await wire(new MemoryPayments(), {
      attempts: { perSecond: 0.01, burst: 1 },
      trustProxy: ['10.0.0.0/8'],
    });
    const from = async (header: string) =>
      (await sendRaw(url, wrong(`x-forwarded-for: ${header}`)))[0]?.status;
    expect([await from('198.51.100.1'), await from('198.51.100.2')]).toEqual([401, 429]);
  });
});

describe('a token with an end', () => {
  const until = (expiresAt: number) =>
    wire(new MemoryPayments(), {
      tokens: [{ name: 'shop', hash: hashToken(TOKENS.operator), role: 'operator', expiresAt }],
    });

  it('is taken before it and refused from it on', async () => {
    const early = await until(Date.now() + 3_600_000);
    expect((await early.ask('GET', '/v1/payments')).status).toBe(200);
    const late = await until(Date.now());
    expect((await late.ask('GET', '/v1/payments')).body).toMatchObject({
      status: 401,
      code: 'unauthorized',
      detail: 'the token has expired',
    });
  });
});

it('says that it was reached over TLS only where a trusted proxy says so', async () => {
  const trusting = await wire(new MemoryPayments(), { trustProxy: ['127.0.0.1'] });
  const other = await wire(new MemoryPayments());
  const headers = { 'x-forwarded-proto': 'https' };
  const hsts = async ({ ask }: typeof other) =>
    (await ask('GET', '/healthz', { headers })).headers.get('strict-transport-security');
  expect(await hsts(trusting)).toBe('max-age=31536000');
  expect(await hsts(other)).toBeNull();
});
