/** The rule: a recorded trace, given to the core again, makes the same ledger; what the clock decides is not compared. */
import { describe, expect, it } from 'vitest';
import { begin, step } from '../../machines/core.ts';
import { PROVIDERS } from '../../sim/setting.ts';
import { comparable, recordTrace } from '../../sim/trace.ts';

describe('recorded traces', () => {
  it('make the same ledger again', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const trace = recordTrace(seed, seed % 2 === 0);
      let { state } = begin(trace.facts, trace.begin);
      for (const { at, input } of trace.inputs) state = step(state, input, at).state;
      expect(state.ledger).toEqual(trace.ledger);
    }
  });

  it('make the same ledger again for every provider', () => {
    for (const provider of PROVIDERS) {
      for (let seed = 1; seed <= 15; seed++) {
        const trace = recordTrace(seed, true, provider);
        let { state } = begin(trace.facts, trace.begin);
        for (const { at, input } of trace.inputs) state = step(state, input, at).state;
        expect(state.ledger).toEqual(trace.ledger);
      }
    }
  });

  it('contain no timer unless asked to', () => {
    const kinds = (seed: number, timers: boolean): Set<string> =>
      new Set(recordTrace(seed, timers).inputs.map(({ input }) => input.type));
    let withTimers = 0;
    for (let seed = 1; seed <= 40; seed++) {
      expect(kinds(seed, false).has('timer')).toBe(false);
      if (kinds(seed, true).has('timer')) withTimers++;
    }
    expect(withTimers).toBeGreaterThan(10);
  });

  it('have inputs of every kind', () => {
    const types = new Set<string>();
    for (let seed = 1; seed <= 60; seed++)
      for (const { input } of recordTrace(seed).inputs) types.add(input.type);
    expect([...types]).toEqual(expect.arrayContaining(['command', 'result', 'notice']));
  });

  it('compare without their instants', () => {
    const { ledger } = recordTrace(1);
    const later = ledger.map((entry) => ({ ...entry, at: '2030-01-01T00:00:00.000Z' }));
    expect(comparable(later)).toEqual(comparable(ledger));
    expect(JSON.stringify(comparable(ledger))).not.toMatch(/[0-9]{4}-[0-9]{2}-[0-9]{2}T/);
  });
});
