/**
 * The rule: one lease at a time over all payments, in order of asking; every grant has a number of its own; an unknown
 * outcome keeps the terminal until it is settled or its block passes; a counter only counts.
 */
import { describe, expect, it } from 'vitest';
import { Terminal } from '../../sim/terminal.ts';

const terminal = (blockFor: number | null = null): Terminal => new Terminal({ from: 'terminal', blockFor });
const said = (owner: Terminal): unknown[] => {
  const words = owner.said.map((word) => (word.type === 'allocated' ? word.reference : word.blockedBy));
  owner.said = [];
  return words;
};

describe('the terminal', () => {
  it('grants itself to whoever asks first, under a number of its own', () => {
    const owner = terminal();
    owner.ask(1, 'authorization', 0);
    expect(owner.said).toEqual([{ type: 'allocated', number: 1, reference: '41001' }]);
    expect(owner.leases('authorization', '41001')).toBe(true);
    expect(owner.leases('authorization', '41000')).toBe(false);
    owner.lease(1, 'done', 5);
    expect([owner.leases('authorization', '41001'), owner.isOurs]).toEqual([false, false]);
    said(owner);
    owner.ask(2, 'c-1', 6);
    expect(said(owner)).toEqual(['41002']);
  });

  it('says the same again to whoever asks twice', () => {
    const owner = terminal();
    owner.ask(1, 'authorization', 0);
    owner.ask(1, 'authorization', 1);
    expect(said(owner)).toEqual(['41001', '41001']);
  });

  it('lets one wait for another payment, and says what blocks it', () => {
    const owner = terminal();
    owner.other(1000, 5000, 0);
    owner.ask(1, 'c-1', 10);
    expect(said(owner)).toEqual([null]);
    owner.look(1000);
    expect(said(owner)).toEqual([{ payment: 'another', operation: 'authorization' }]);
    owner.look(6000);
    expect(said(owner)).toEqual(['41002']);
  });

  it('forgets a wish that was given up', () => {
    const owner = terminal();
    owner.other(1000, 0, 0);
    owner.ask(1, 'c-1', 10);
    owner.lease(1, 'done', 20);
    owner.look(1000);
    expect([said(owner), owner.isOurs]).toEqual([[null], false]);
  });

  it('stays with an unknown outcome until it is settled, or its block passes', () => {
    const kept = terminal();
    kept.ask(1, 'c-1', 0);
    kept.lease(1, 'unknown', 10);
    kept.look(1_000_000);
    expect(kept.isOurs).toBe(true);
    kept.lease(1, 'done', 1_000_001);
    expect(kept.isOurs).toBe(false);
    const passing = terminal(60_000);
    passing.ask(1, 'c-1', 0);
    passing.lease(1, 'unknown', 10);
    expect(passing.due).toContain(60_010);
    passing.look(60_010);
    expect(passing.isOurs).toBe(false);
  });

  it('counts without queue and lease where only a number is wanted', () => {
    const counter = new Terminal({ from: 'counter', blockFor: null });
    counter.ask(1, 'c-1', 0);
    counter.ask(2, 'c-2', 0);
    expect(said(counter)).toEqual(['41001', '41002']);
    expect(counter.leases('c-1', 'any')).toBe(true);
  });
});
