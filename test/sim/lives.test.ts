/**
 * The rule: whatever a life draws, M1–M10 hold after every step (safety), and once the faults stop it is
 * closed or asks for a person, and closes on the truth (liveness). A seed always lives the same life.
 */
import { describe, expect, it } from 'vitest';
import { drawLife } from '../../sim/draw.ts';
import { REAL_ENGINE } from '../../sim/engine.ts';
import { BEGIN } from '../../sim/facts.ts';
import { LifeRun } from '../../sim/life-run.ts';
import { liveStretch, modeOf } from '../../sim/lives.ts';
import { liveAll } from '../../sim/pool.ts';
import { PROVIDERS } from '../../sim/setting.ts';
import { summaryOf } from '../../sim/summary.ts';

const YEAR = 365 * 86_400_000;

describe('lives', () => {
  it.each(['safety', 'liveness'] as const)('300 seeds break nothing: %s', (modes) => {
    const tally = liveStretch({ from: 1, seeds: 300, modes });
    expect(
      tally.failures.map(({ life, invariant, message }) => `${life.seed} ${invariant} ${message}`),
    ).toEqual([]);
    expect(tally.lives).toBe(300);
  });

  it('meet every kind of fault', () => {
    const { met } = liveStretch({ from: 1, seeds: 1500, modes: 'both' });
    const kinds = [
      ...[
        'lost-before',
        'lost-after',
        'refused-connection',
        'slow',
        'frozen',
        'error',
        'decline',
        'busy',
        'pending',
        'redirect',
        'partial',
        'refusal',
        'paused',
        'amount',
      ].map((kind) => `call ${kind}`),
      ...['lost', 'late', 'reordered', 'duplicate'].map((kind) => `notice ${kind}`),
      ...['failed', 'slow', 'stale'].map((kind) => `read ${kind}`),
      ...['late', 'duplicate'].map((kind) => `grant ${kind}`),
      ...['before-record', 'before-send', 'after-send', 'after-answer'].map((point) => `crash ${point}`),
      ...['elsewhere capture', 'elsewhere refund', 'late-failure', 'chargeback'].map(
        (kind) => `provider ${kind}`,
      ),
    ];
    expect(kinds.filter((kind) => (met[kind] ?? 0) === 0)).toEqual([]);
  });

  it('are of all five providers and both plans, PAYONE most', () => {
    const { drawn } = liveStretch({ from: 1, seeds: 400, modes: 'both' });
    for (const provider of PROVIDERS) expect(drawn[provider]).toBeGreaterThan(20);
    expect(drawn['payone']).toBeGreaterThan(120);
    expect(drawn['plan collect']).toBeGreaterThan(40);
    const one = liveStretch({ from: 1, seeds: 10, modes: 'both', provider: 'ccv' });
    expect(one.drawn).toMatchObject({ ccv: 10 });
  });

  it('are the same for the same seed', () => {
    const life = (seed: number): string => {
      const run = new LifeRun(drawLife(seed, 'safety'), REAL_ENGINE);
      run.run(BEGIN + YEAR);
      return JSON.stringify([run.inputs, run.state]);
    };
    for (const seed of [3, 17, 50]) expect(life(seed)).toBe(life(seed));
  });

  it('of both modes take turns', () => {
    expect([modeOf(2, 'both'), modeOf(3, 'both'), modeOf(2, 'liveness')]).toEqual([
      'safety',
      'liveness',
      'liveness',
    ]);
  });

  it('come to the same on one thread and on two', async () => {
    const stretch = { from: 1, seeds: 500, modes: 'both' } as const;
    const seen: number[] = [];
    const two = await liveAll(stretch, 2, (sum) => seen.push(sum.lives));
    const one = await liveAll(stretch, 1, () => {});
    expect({ ...two, failures: [] }).toEqual({ ...one, failures: [] });
    expect(seen.at(-1)).toBe(500);
  });

  it('are summed up with no more certainty than they give', () => {
    const tally = liveStretch({ from: 1, seeds: 10, modes: 'safety' });
    expect(summaryOf({ ...tally, failed: 0, lives: 3000 }, 10)).toContain(
      '0 failures in 3000 lives: at 95 % at most 1.0e-3',
    );
    expect(summaryOf({ ...tally, failed: 2, lives: 3000 }, 10)).toContain('2 failures in 3000 lives');
  });
});
