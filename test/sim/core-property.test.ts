/**
 * The rule: whatever order commands, answers, reads, grants, notices, timers and people come in, the core takes or
 * refuses each without a throw of its own, and M1, M2, M4–M7, M9 and M10 hold after every step. No
 * provider stands behind it here: answers and notices are arbitrary, contradictory ones too.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IllegalCommand } from '../../machines/core-command.ts';
import { begin, step } from '../../machines/core.ts';
import type { Input, Step } from '../../machines/core-input.ts';
import { figures } from '../../machines/payment-state.ts';
import { explain } from '../../machines/rules.ts';
import type { Command } from '../../payment/command.ts';
import type { Notice } from '../../payment/notice.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ReadResult } from '../../payment/read.ts';
import { Checker } from '../../sim/checker.ts';
import { drawLife } from '../../sim/draw.ts';
import { BEGIN, factsOf } from '../../sim/facts.ts';
import { outcomeOfError } from '../../sim/payone-answer.ts';

/** One thing that happens, by kind and two numbers that are read against the state of that moment. */
interface Move {
  readonly kind:
    | 'capture'
    | 'refund'
    | 'release'
    | 'withdraw'
    | 'resolve'
    | 'reschedule'
    | 'answer'
    | 'read'
    | 'grant'
    | 'notice'
    | 'timer'
    | 'poke'
    | 'cancel';
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const moves = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('capture' as const, 'answer' as const, 'answer' as const) },
      { weight: 6, arbitrary: fc.constantFrom('read' as const, 'read' as const, 'grant' as const) },
      { weight: 3, arbitrary: fc.constantFrom('notice' as const, 'timer' as const, 'resolve' as const) },
      { weight: 2, arbitrary: fc.constantFrom('refund' as const, 'release' as const, 'withdraw' as const) },
      { weight: 1, arbitrary: fc.constantFrom('reschedule' as const, 'poke' as const, 'cancel' as const) },
    ),
    a: fc.nat(40),
    b: fc.nat(40),
    c: fc.nat(40),
  }),
  { minLength: 5, maxLength: 60, size: 'max' },
);

const RESULTS: readonly CallResult[] = [
  ...[1, 2, 3, 4, 5].map(
    () => ({ outcome: 'approved', providerReference: '770000001', hold: { txid: '770000001' } }) as const,
  ),
  { outcome: 'approved', providerReference: '770000001', hold: { txid: '770000001' } },
  { outcome: 'unknown', reason: 'timeout' },
  { outcome: 'unknown', reason: 'timeout', answered: 7 },
  { outcome: 'pending', providerReference: '770000001', hold: { txid: '770000001' } },
  { outcome: 'not_performed', reason: 'refused-connection' },
  ...[2, 80, 91, 907, 908, 935, 950].map(outcomeOfError),
  { outcome: 'not_performed', reason: 'paused', pausedFor: 1000 },
  { outcome: 'declined', decline: { code: 'locked', message: 'no', hold: 'stands', again: 'no' } },
];
const NO = { code: '51', message: 'no', hold: 'stands', again: 'later' } as const;
const READS: readonly ReadResult[] = [
  { read: 'approved', providerReference: '770000001', hold: { txid: '770000001' } },
  { read: 'approved', booked: 7, remaining: 3 },
  { read: 'approved', remaining: 0 },
  { read: 'pending' },
  { read: 'declined', decline: NO, remaining: 5 },
  { read: 'declined', decline: { ...NO, hold: 'gone' }, locked: true },
  ...[1, 2, 3, 4, 5].map(() => ({ read: 'absent', offered: true }) as const),
  { read: 'absent', offered: true, remaining: 0 },
  { read: 'absent', offered: false },
  { read: 'failed', reason: 'timeout' },
];
const ABOUT = [
  'capture',
  'refund',
  'authorization',
  'charge',
  'chargeback',
  'chargeback-reversed',
  'balance',
  'nothing',
] as const;

/** Drives the core with the moves of one life and checks every step. */
class Driver {
  readonly checker = new Checker(null);
  readonly timers = new Map<string, number>();
  now = BEGIN;
  state;
  private nth = 0;

  constructor(seed: number) {
    const drawn = drawLife(seed, 'safety');
    const adopted = seed % 5 === 0 ? null : (drawn.setting.adopted ?? 0);
    const first = begin(factsOf({ ...drawn, setting: { ...drawn.setting, adopted } }), BEGIN);
    this.state = first.state;
    this.after(first);
  }

  move(move: Move): void {
    this.nth++;
    this.now += 1000;
    const input = this.inputOf(move);
    if (input !== null) this.take(input);
  }

  private take(input: Input): void {
    if (input.type === 'command' && !explain(this.state.machine.context, input.command).legal) {
      const before = JSON.stringify(this.state);
      this.mustRefuse(input);
      if (JSON.stringify(this.state) !== before) throw new Error('a refused command changed the state');
      return;
    }
    if (input.type === 'result') this.checker.answered(this.state.running?.operation ?? '', input.result);
    this.after(step(this.state, input, this.now));
  }

  private mustRefuse(input: Input): void {
    try {
      step(this.state, input, this.now);
    } catch (error) {
      if (error instanceof IllegalCommand) return;
      throw error;
    }
    throw new Error(`${JSON.stringify(input)} was taken though explain refuses it`);
  }

  private after(taken: Step): void {
    this.state = taken.state;
    for (const effect of taken.effects) {
      if (effect.type === 'timer.start') this.timers.set(effect.timer, effect.at);
      else if (effect.type === 'timer.cancel') this.timers.delete(effect.timer);
    }
    this.checker.afterStep(taken, this.timers);
  }

  private inputOf({ kind, a, b, c }: Move): Input | null {
    const context = this.state.machine.context;
    const operations = context.operations;
    const id = `x-${this.nth}`;
    switch (kind) {
      case 'capture': {
        const { capturable } = figures(context);
        const amount = a < 30 ? Math.max(1, Math.floor((capturable * a) / 30)) : capturable + a - 30;
        return this.command({
          type: 'capture',
          id,
          ...(a % 7 === 0 ? {} : { amount }),
          ...(b % 5 === 0 ? { final: b % 2 === 0 } : {}),
        });
      }
      case 'refund':
        return this.command({ type: 'refund', id, ...(a % 5 === 0 ? {} : { amount: a }) });
      case 'release':
        return this.command({ type: 'release', id });
      case 'withdraw':
        return this.command({
          type: 'withdraw',
          id,
          capture: operations[a % Math.max(1, operations.length)]?.id ?? 'none',
        });
      case 'reschedule':
        return this.command({
          type: 'reschedule',
          id,
          plan: { captures: a % 2 === 0 ? 'collect' : 'immediate' },
        });
      case 'resolve':
        return this.resolve(id, a, b);
      case 'answer': {
        const { running } = this.state;
        const result = RESULTS[a % RESULTS.length];
        return running === null || result === undefined
          ? null
          : { type: 'result', number: running.number, result };
      }
      case 'read': {
        const { reading } = this.state;
        const result = READS[a % READS.length];
        this.now += 30_000;
        return reading === null || result === undefined
          ? null
          : { type: 'read', number: reading.number, result };
      }
      case 'grant': {
        const number = (this.state.allocation?.number ?? 0) + (b % 7 === 0 ? 1 : 0);
        if (number === 0) return null;
        const blockedBy = b % 2 === 0 ? null : { payment: 'q', operation: 'c-1' };
        return a % 4 === 0
          ? { type: 'queued', number, blockedBy }
          : { type: 'allocated', number, reference: String(this.nth) };
      }
      case 'timer': {
        const [next] = [...this.timers].sort((left, right) => left[1] - right[1]);
        if (next === undefined) return null;
        this.now = Math.max(this.now, next[1]);
        this.timers.delete(next[0]);
        return { type: 'timer', timer: next[0] as 'clock' };
      }
      case 'notice':
        return { type: 'notice', notice: this.notice(a, b, c) };
      case 'poke':
        return { type: 'poke' };
      case 'cancel':
        return { type: 'cancel-requested' };
    }
  }

  private command(command: Command): Input {
    return {
      type: 'command',
      command,
      hash: JSON.stringify(command),
      by: { kind: 'caller', name: 'shop', via: 'command' },
    };
  }

  private resolve(id: string, a: number, b: number): Input {
    const context = this.state.machine.context;
    const open = [context.authorization, ...context.operations].filter(
      (each) => each.state === 'unknown' || each.state === 'pending',
    );
    const operation = open[a % Math.max(1, open.length)];
    const base = { type: 'resolve', id, evidence: 'seen', by: 'ada' } as const;
    if (operation !== undefined) {
      const outcome = (['approved', 'declined', 'not_performed'] as const)[b % 3] ?? 'declined';
      const reference = operation.kind === 'authorization' ? { reference: { txid: '770000001' } } : {};
      return this.command({ ...base, word: { operation: operation.id, outcome, ...reference } });
    }
    const attention = context.attentions[0]?.code;
    if (attention !== undefined && b % 2 === 0) return this.command({ ...base, word: { attention } });
    return this.command({ ...base, word: { remainder: b % 2 === 0 ? 'released' : 'lapsed' } });
  }

  /** Only PAYONE's notices name operations; the others tell of the authorisation, or that something may have changed. */
  private notice(a: number, b: number, c: number): Notice {
    const told = this.notify(a, b, c);
    if (this.state.facts.provider === 'payone') return told;
    const about = a % 3 === 0 ? 'authorization' : 'hint';
    return {
      ...told,
      about,
      providerReference: this.state.facts.holdKey ?? '770000001',
      sequenceNumber: null,
    };
  }

  private notify(a: number, b: number, c: number): Notice {
    const { usedUp } = this.state.machine.context.sequence;
    return {
      identity: `n-${this.nth - (c % 13 === 0 ? 1 : 0)}`,
      providerReference: '770000001',
      about: ABOUT[a % ABOUT.length] ?? 'nothing',
      state: (['approved', 'approved', 'failed', 'pending'] as const)[b % 4] ?? 'approved',
      sequenceNumber: Math.max(0, usedUp - 1 + (c % 4)),
      receivable: c % 5 === 0 ? null : Math.floor((this.state.facts.amount * c) / 40),
      price: a,
      balance: 0,
      currency: this.state.facts.currency,
      at: new Date(this.now).toISOString(),
      facts: {},
    };
  }
}

describe('the core', () => {
  it('keeps the rules of money in every order of things', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), moves, (seed, life) => {
        const driver = new Driver(seed);
        for (const move of life) driver.move(move);
        driver.checker.fold(driver.state);
        for (const { type } of driver.state.ledger) met.set(type, (met.get(type) ?? 0) + 1);
        expect(JSON.parse(JSON.stringify(driver.state))).toEqual(driver.state);
      }),
      { numRuns: 400 },
    );
    const wanted = ['capture', 'refund', 'release'].flatMap((kind) =>
      ['sent', 'approved', 'unknown', 'declined'].map((verb) => `${kind}.${verb}`),
    );
    expect(wanted.filter((type) => !met.has(type))).toEqual([]);
  });

  it('does the same for the same inputs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), moves, (seed, life) => {
        const [one, other] = [new Driver(seed), new Driver(seed)];
        for (const move of life) {
          one.move(move);
          other.move(move);
        }
        expect(one.state).toEqual(other.state);
      }),
      { numRuns: 50 },
    );
  });
});
