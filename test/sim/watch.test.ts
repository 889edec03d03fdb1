/**
 * The rule: the watch sees a repeat that was not allowed, a send at the brake or under a lock, a reference used twice,
 * a call without its lease, and a rest that nothing releases. Each case takes a sound life and spoils one thing.
 */
import { describe, expect, it } from 'vitest';
import type { Effect, Step } from '../../machines/core-input.ts';
import { drawLife } from '../../sim/draw.ts';
import { type Engine, REAL_ENGINE } from '../../sim/engine.ts';
import { live } from '../../sim/live.ts';
import type { Decision, Life } from '../../sim/life.ts';
import type { ProviderName, Setting } from '../../sim/setting.ts';

const sound = {
  amount: 10_000,
  adopted: 0,
  plan: 'immediate',
  onDeadline: 'alert',
  deadlineAfter: null,
  lenient: false,
  latency: 40,
  noticeDelay: 200,
  calmAfter: null,
} as const;

function life<Name extends ProviderName>(
  provider: Name,
  own: Partial<Extract<Setting, { provider: Name }>>,
  decisions: readonly Decision[],
): Life {
  const { setting } = drawLife(1, 'safety', { provider });
  return { seed: 1, mode: 'safety', setting: { ...setting, ...sound, ...own } as Setting, decisions };
}

const capture = (n: number, amount = 100, override = false): Decision => ({
  kind: 'command',
  after: n * 1000,
  command: { type: 'capture', id: `c-${n}`, amount, ...(override ? { override: true } : {}) },
});
const refused = (nth: number): Decision => ({
  kind: 'call',
  nth,
  fault: { kind: 'refusal', again: 'later', lost: false },
});

const calls = (change: (effect: Extract<Effect, { type: 'call' }>) => Effect): Engine => ({
  ...REAL_ENGINE,
  step: (state, input, at): Step => {
    const step = REAL_ENGINE.step(state, input, at);
    return { ...step, effects: step.effects.map((each) => (each.type === 'call' ? change(each) : each)) };
  },
});

const broken = (spoiled: Life, engine: Engine = REAL_ENGINE): string | null =>
  live(spoiled, engine).broken?.message ?? null;

const lost: Decision = { kind: 'call', nth: 1, fault: { kind: 'lost-before' } };
const failedReads = [1, 2, 3].map((nth): Decision => ({ kind: 'read', nth, fault: { kind: 'failed' } }));

describe('the watch', () => {
  it('sees a repeat before three reads over the time of the rule did not find it', () => {
    const once = life('finline', { readLag: 0 }, [capture(1), lost]);
    expect(broken(once)).toBeNull();
    const hasty: Engine = {
      ...REAL_ENGINE,
      step: (state, input, at) =>
        REAL_ENGINE.step(
          input.type === 'read' && state.looking !== null
            ? { ...state, looking: { ...state.looking, absent: 5, absentSince: 0, remaining: 10_000 } }
            : state,
          input,
          at,
        ),
    };
    expect(broken(once, hasty)).toMatch(/repeats after [1-4] reads without it over/);
    expect(broken(life('finline', { readLag: 0 }, [capture(1), lost, ...failedReads]))).toBeNull();
  });

  it('sees a send at the brake that nobody overrides', () => {
    const tried = [1, 2, 3].flatMap((n) => [capture(n, 100, true), refused(n)]);
    const braked = life('swedbankpay', { digits: false }, [...tried, capture(4)]);
    expect(broken(braked)).toBeNull();
    const blind: Engine = {
      ...REAL_ENGINE,
      begin: (facts, at) => {
        const { failures } = facts.capabilities;
        const capabilities = { ...facts.capabilities, failures: failures && { ...failures, brake: 99 } };
        return REAL_ENGINE.begin({ ...facts, capabilities }, at);
      },
    };
    expect(broken(braked, blind)).toMatch(/after 3 failed captures, and nobody overrides/);
    expect(broken(life('swedbankpay', { digits: false }, [...tried, capture(4, 100, true)]))).toBeNull();
  });

  it('sees a call without a reference, without a lease, and under a used reference', () => {
    const two = life('ccv', { validity: 604_800_000, adopted: null }, [capture(1)]);
    expect(broken(two)).toBeNull();
    const naked = calls((effect) => {
      const { allocated: _none, ...call } = effect.call;
      return { ...effect, call } as Effect;
    });
    expect(broken(two, naked)).toMatch(/without an allocated reference/);
    const same = calls((effect) => ({ ...effect, call: { ...effect.call, allocated: '41001' } }));
    expect(broken(two, same)).toMatch(/under 41001, which was used before/);
    const other = calls((effect) => ({ ...effect, call: { ...effect.call, allocated: '7' } }));
    expect(broken(two, other)).toMatch(/holds no lease/);
  });

  it('sees a hold that lapsed by a read while the provider holds it', () => {
    const expiring = life('finline', { readLag: 0, showsExpiry: true, holdEndsAfter: 3_000_000_000 }, []);
    expect(broken(expiring)).toBeNull();
    const wrong: Engine = {
      ...REAL_ENGINE,
      step: (state, input, at) =>
        REAL_ENGINE.step(
          state,
          input.type === 'read' ? { ...input, result: { ...input.result, remaining: 0 } } : input,
          at,
        ),
    };
    expect(broken(expiring, wrong)).toMatch(/hold.lapsed .*the provider holds 10000/);
  });

  it('sees an unknown outcome that nobody looks for any more', () => {
    const silent: Engine = {
      ...REAL_ENGINE,
      step: (state, input, at): Step => {
        const step = REAL_ENGINE.step(state, input, at);
        const { read: _none, ...timers } = step.state.timers;
        const effects = step.effects.filter((each) => !('timer' in each) || each.timer !== 'read');
        return { ...step, state: { ...step.state, timers }, effects };
      },
    };
    expect(broken(life('finline', { readLag: 0 }, [capture(1), lost]), silent)).toMatch(/nobody reads on/);
  });

  it('sees a person who is asked about books that agree', () => {
    const hasty: Engine = {
      ...REAL_ENGINE,
      step: (state, input, at) =>
        REAL_ENGINE.step(
          state.difference === null
            ? state
            : { ...state, difference: { ...state.difference, since: at - 3_600_000 } },
          input,
          at,
        ),
    };
    const slow = life('finline', { readLag: 60_000 }, [capture(1)]);
    expect(broken(slow)).toBeNull();
    expect(broken(slow, hasty)).toMatch(/books-differ by a read, and both hold 0/);
  });
});
