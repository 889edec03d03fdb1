/** Rule: a token that asks too often is told to wait, and another token does not notice. */
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../api/problem.ts';
import { RateLimit } from '../../api/rate-limit.ts';
import { TOKENS } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';
import { wire } from './wire.ts';

describe('RateLimit', () => {
  it('gives the burst at once, then as many as the rate fills', () => {
    let now = 0;
    const limit = new RateLimit({ perSecond: 2, burst: 3 }, () => now);
    const taken = (name: string): boolean => {
      try {
        limit.take(name);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
        return false;
      }
    };
    expect([1, 2, 3, 4].map(() => taken('a'))).toEqual([true, true, true, false]);
    expect(taken('b')).toBe(true);
    now = 499;
    expect(taken('a')).toBe(false);
    now = 500;
    expect([taken('a'), taken('a')]).toEqual([true, false]);
    now = 1_000_000;
    expect([1, 2, 3, 4].map(() => taken('a'))).toEqual([true, true, true, false]);
  });

  it('says how many seconds to wait', () => {
    const limit = new RateLimit({ perSecond: 0.1, burst: 1 }, () => 0);
    limit.take('a');
    expect(() => limit.take('a')).toThrow(expect.objectContaining({ retryAfter: 10 }));
  });
});

it('answers 429 with Retry-After over a socket, by token', async () => {
  const { ask } = await wire(new MemoryPayments(), { rate: { perSecond: 0.01, burst: 2 } });
  const list = (token: string) => ask('GET', '/v1/payments', { token });
  expect([(await list(TOKENS.viewer)).status, (await list(TOKENS.viewer)).status]).toEqual([200, 200]);
  const { body, headers } = await list(TOKENS.viewer);
  expect(body).toMatchObject({ status: 429, code: 'too-many-requests', outcome: 'none', retryable: true });
  expect(headers.get('retry-after')).toBe('100');
  expect((await list(TOKENS.auditor)).status).toBe(200);
  expect((await ask('GET', '/healthz', { token: null })).status).toBe(200);
});
