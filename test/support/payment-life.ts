import { begin, step } from '../../machines/core.ts';
import type { Effect, Input, Reply, Step } from '../../machines/core-input.ts';
import type { CoreState, PaymentFacts, TimerName } from '../../machines/core-state.ts';
import type { Figures, PaymentState } from '../../machines/payment-state.ts';
import { figures, findOperation } from '../../machines/payment-state.ts';
import type { Capabilities, Timing } from '../../payment/capability.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { CaptureCommand, Command, RefundCommand, ResolveWord } from '../../payment/command.ts';
import type { Actor, LedgerEntry } from '../../payment/ledger.ts';
import type { Notice } from '../../payment/notice.ts';
import type { Operation } from '../../payment/operation.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import type { CallResult, Decline, Declined, NotPerformed } from '../../payment/outcome.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 10, 21, 9);
export const TXID = '345678901';
export const SHOP: Actor = { kind: 'caller', name: 'shop', via: 'command' };

const TIMING: Timing = {
  validity: 7 * DAY,
  margin: 16 * HOUR,
  warnBefore: 16 * HOUR,
  lapseAfter: DAY,
  awaitUntil: 2 * HOUR,
  unknownAfter: 30 * SECOND,
  gateAfter: 30 * MINUTE,
  repeats: [2 * SECOND, 10 * SECOND],
  giveUpAfter: 2 * DAY,
  absenceAfter: 120_000,
  resendAfter: 35_000,
  closeAfterCaptures: 400 * DAY,
  closeAfterNone: 14 * DAY,
};

/** PAYONE's capabilities for cards (agreement, sections 2 and 3). */
export const CARD: Capabilities = {
  remainder: 'final-flag',
  maxCaptures: null,
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'tried',
  refundAnchor: 'payment',
  resend: 'same-key',
  query: 'none',
  sequence: { max: 127, gate: 'response', declineUsesNumber: false },
  failures: null,
  allocates: null,
  maxAmount: 1_999_999_999,
  plans: ['immediate'],
  timing: TIMING,
};

/** A payment of 100.00 EUR at PAYONE that asks for its hold; every part can be another. */
export function factsOf(
  part: Partial<PaymentFacts> = {},
  capabilities: Partial<Capabilities> = {},
  timing: Partial<Timing> = {},
): PaymentFacts {
  return {
    id: 'p-1',
    account: 'payone-de',
    provider: 'payone',
    amount: 10_000,
    currency: 'EUR',
    capabilities: { ...CARD, timing: { ...TIMING, ...timing }, ...capabilities },
    plan: { captures: 'immediate', onDeadline: 'alert' },
    authorization: { request: { method: 'cc' } },
    reference: 'ref',
    hash: 'hash',
    by: 'shop',
    ...part,
  };
}

export const HOLD = { txid: TXID, clearingtype: 'cc' } as const;
export const approved: CallResult = { outcome: 'approved' };
export const authorisedAnswer: CallResult = { outcome: 'approved', providerReference: TXID, hold: HOLD };
export const lost: CallResult = { outcome: 'unknown', reason: 'lost' };
export const refusedConnection: NotPerformed = { outcome: 'not_performed', reason: 'refused-connection' };
/** PAYONE 907 (provider notes A7): the number is out of turn. */
export const outOfTurn: NotPerformed = {
  outcome: 'not_performed',
  reason: 'sequence',
  firstOnly: true,
  busy: true,
};

export function declined(code: string, part: Partial<Decline> = {}, more: Partial<Declined> = {}): Declined {
  return {
    outcome: 'declined',
    decline: { code, message: 'no', hold: 'stands', again: 'later', ...part },
    ...more,
  };
}

/** PAYONE 950: an earlier action is not finished. */
export const busy = declined('950', { again: 'no' }, { busy: true, firstOnly: true });

/** One payment whose inputs a test gives one by one. */
export class Life {
  state: CoreState;
  /** Milliseconds since the epoch. */
  at: number;
  /** Of the last step. */
  effects: readonly Effect[];
  replies: readonly Reply[];
  /** Every call that was asked for, in order. */
  readonly calls: ProviderCall[] = [];
  readonly reads: ReadCall[] = [];
  private notices = 0;
  private words = 0;

  constructor(facts: PaymentFacts = factsOf(), at = START) {
    this.at = at;
    const first = begin(facts, at);
    this.state = first.state;
    this.effects = first.effects;
    this.replies = first.replies;
    this.take(first);
  }

  private take(done: Step): this {
    this.state = done.state;
    this.effects = done.effects;
    this.replies = done.replies;
    for (const effect of done.effects) {
      if (effect.type === 'call') this.calls.push(effect.call);
      if (effect.type === 'read') this.reads.push(effect.call);
    }
    return this;
  }

  /** One input, `after` milliseconds later. */
  give(input: Input, after = SECOND): this {
    this.at += after;
    return this.take(step(this.state, input, this.at));
  }

  command(command: Command): this {
    return this.give({ type: 'command', command, hash: `hash of ${command.id}`, by: SHOP });
  }

  capture(id: string, amount?: number, more: Partial<CaptureCommand> = {}): this {
    return this.command({ type: 'capture', id, ...(amount === undefined ? {} : { amount }), ...more });
  }

  release(id = 'v-1'): this {
    return this.command({ type: 'release', id });
  }

  refund(id: string, amount?: number, more: Partial<RefundCommand> = {}): this {
    return this.command({ type: 'refund', id, ...(amount === undefined ? {} : { amount }), ...more });
  }

  say(word: ResolveWord, id?: string): this {
    this.words += 1;
    return this.command({
      type: 'resolve',
      id: id ?? `said-${this.words}`,
      word,
      evidence: 'the merchant portal shows it',
      by: 'ann',
    });
  }

  /** Ends the call that runs. */
  answer(result: CallResult): this {
    if (this.state.running === null) throw new Error('no call runs');
    return this.give({ type: 'result', number: this.state.running.number, result });
  }

  /** Ends the read that runs. */
  found(result: ReadResult): this {
    if (this.state.reading === null) throw new Error('no read runs');
    return this.give({ type: 'read', number: this.state.reading.number, result }, 0);
  }

  /** Waits for the next read and answers it. */
  read(result: ReadResult): this {
    if (this.state.reading === null) this.fire('read');
    return this.found(result);
  }

  /** Grants what was asked for last. */
  grant(reference: string): this {
    if (this.state.allocation === null) throw new Error('nothing was asked for');
    return this.give({ type: 'allocated', number: this.state.allocation.number, reference });
  }

  /** Fires a timer at its instant. */
  fire(timer: TimerName): this {
    const due = this.state.timers[timer];
    if (due === undefined) throw new Error(`timer ${timer} does not run`);
    this.at = Math.max(this.at, due);
    return this.give({ type: 'timer', timer }, 0);
  }

  notice(part: Partial<Notice>): this {
    this.notices += 1;
    const notice: Notice = {
      identity: `event ${this.notices}`,
      providerReference: TXID,
      about: 'capture',
      state: 'approved',
      sequenceNumber: null,
      receivable: null,
      price: null,
      balance: null,
      currency: 'EUR',
      at: new Date(this.at).toISOString(),
      facts: {},
      ...part,
    };
    return this.give({ type: 'notice', notice });
  }

  get payment(): PaymentState {
    return this.state.machine.context;
  }

  get status(): string {
    return this.state.machine.value;
  }

  get sums(): Figures {
    return figures(this.payment);
  }

  get ledger(): readonly LedgerEntry[] {
    return this.state.ledger;
  }

  get last(): ProviderCall | undefined {
    return this.calls.at(-1);
  }

  get attentions(): readonly string[] {
    return this.payment.attentions.map((attention) => attention.code);
  }

  operation(id: string): Operation {
    const operation = findOperation(this.payment, id);
    if (operation === undefined) throw new Error(`no operation ${id}`);
    return operation;
  }

  /** The types of the entries from `n` on. */
  types(from = 1): readonly string[] {
    return this.ledger.filter((entry) => entry.n >= from).map((entry) => entry.type);
  }

  /** The newest entry of a type. */
  entry(type: string): LedgerEntry {
    const entry = this.ledger.findLast((each) => each.type === type);
    if (entry === undefined) throw new Error(`no entry ${type}`);
    return entry;
  }
}

/** A life whose authorisation is approved, 100.00 EUR held. */
export function authorised(
  part: Partial<PaymentFacts> = {},
  capabilities: Partial<Capabilities> = {},
  timing: Partial<Timing> = {},
): Life {
  return new Life(factsOf(part, capabilities, timing)).answer(authorisedAnswer);
}

/** Captures in turn, each approved. */
export function captured(amounts: readonly number[], capabilities: Partial<Capabilities> = {}): Life {
  const life = authorised({}, capabilities);
  amounts.forEach((amount, at) => life.capture(`c-${at + 1}`, amount).answer(approved));
  return life;
}
