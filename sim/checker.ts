import type { Effect, Step } from '../machines/core-input.ts';
import type { CoreState } from '../machines/core-state.ts';
import { created, takeFact } from '../machines/fold.ts';
import { amountsOf, figures } from '../machines/payment-state.ts';
import type { PaymentEvent } from '../machines/payment-event.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { CallResult } from '../payment/outcome.ts';
import { Accounts, type Account, isOpen, isThere } from './accounts.ts';
import { type Booking, type Books, authorizedIn } from './books.ts';
import { Violation } from './violation.ts';

/** What one operation sent last, and what came of it. */
interface Sent {
  readonly call: ProviderCall;
  readonly sequenceNumber: number | null;
  readonly attempt: number;
  /** What is definitely known; an answer that proves nothing about the attempts before it leaves it unknown. */
  outcome: CallResult | null;
}

/**
 * Holds every step of a life against the rules of money: against the ledger, the state and the
 * provider's own books. It keeps its own accounts and throws a {@link Violation} at the first breach.
 */
export class Checker {
  readonly accounts = new Accounts();
  /** Checks made so far. */
  checks = 0;
  private readonly books: Books | null;
  private entered = 0;
  private lastAt = '';
  private calls = 0;
  private readonly sent = new Map<string, Sent>();
  /** A person has answered attention `books-differ`. */
  private forgiven = false;

  /** @param books - the provider's own books, or null where there are none to hold against (M3 is then not checked). */
  constructor(books: Books | null) {
    this.books = books;
  }

  /** After every step. `timers` are those that really run, by name. */
  afterStep(step: Step, timers: ReadonlyMap<string, number>): void {
    const { state } = step;
    this.enterNew(state.ledger);
    for (const effect of step.effects) if (effect.type === 'call') this.call(effect, state);
    this.sums(state);
    this.driver(state, timers);
    this.closing(step);
  }

  /** What the provider, or the loss of its answer, told the engine about a call. */
  answered(operation: string, result: CallResult): void {
    const sent = this.sent.get(operation);
    if (sent === undefined) return;
    const settles = sent.attempt === 1 || (result.outcome === 'declined' && result.firstOnly !== true);
    const definite = result.outcome === 'approved' || result.outcome === 'pending' || settles;
    sent.outcome = definite ? result : { outcome: 'unknown', reason: 'settles nothing' };
  }

  /** M9: the ledger, folded entry by entry, gives what every entry believed and the state that the driver holds. */
  fold(state: CoreState): void {
    const [first, ...rest] = state.ledger;
    if (first === undefined) throw new Violation('M9', 'the ledger is empty');
    try {
      let snapshot = created(first, first.at);
      for (const entry of rest) {
        snapshot = takeFact(snapshot, entry as PaymentEvent).snapshot;
        if (snapshot.value !== 'closed' && snapshot.value !== entry.after.status) {
          throw new Violation(
            'M9',
            `entry ${entry.n} says ${entry.after.status}, the fold ${snapshot.value}`,
          );
        }
        const folded = amountsOf(figures(snapshot.context));
        if (!same(folded, entry.after.amounts)) {
          throw new Violation(
            'M9',
            `entry ${entry.n} ${entry.type} says ${JSON.stringify(entry.after.amounts)}, the fold ${JSON.stringify(folded)}`,
          );
        }
        this.checks += 2;
      }
      if (snapshot.value !== state.machine.value || !same(snapshot.context, state.machine.context)) {
        throw new Violation(
          'M9',
          `the folded state ${snapshot.value} is not the state ${state.machine.value}`,
        );
      }
    } catch (error) {
      if (error instanceof Violation) throw error;
      throw new Violation(
        'M9',
        `the fold refuses the ledger: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** M3 over everything: no intent twice, nothing reported that is not so. */
  everyEffect(): void {
    for (const account of this.accounts.operations.values()) this.effectOf(account);
  }

  private enterNew(ledger: readonly LedgerEntry[]): void {
    if (ledger.length < this.entered)
      throw new Violation('ledger', `${ledger.length} entries where ${this.entered} were`);
    for (; this.entered < ledger.length; this.entered++) {
      const entry = ledger[this.entered] as LedgerEntry;
      if (entry.n !== this.entered + 1)
        throw new Violation('ledger', `entry ${this.entered + 1} is numbered ${entry.n}`);
      if (entry.at < this.lastAt)
        throw new Violation('ledger', `entry ${entry.n} at ${entry.at} follows ${this.lastAt}`);
      if (this.accounts.closed)
        throw new Violation('M5', `entry ${entry.n} ${entry.type} follows payment.closed`);
      this.lastAt = entry.at;
      this.accounts.enter(entry);
      this.entry(entry);
      this.checks += 5;
    }
  }

  private entry(entry: LedgerEntry): void {
    const { accounts } = this;
    if (!Object.values(entry.after.amounts).every(Number.isSafeInteger))
      throw new Violation('M7', `entry ${entry.n} carries ${JSON.stringify(entry.after.amounts)}`);
    const differences = accounts.differences(entry.after.amounts);
    if (differences.length > 0)
      throw new Violation('M6', `entry ${entry.n} ${entry.type}: ${differences.join(', ')}`);
    if (entry.type === 'payment.closed') {
      const open = [...accounts.operations.values()].find(isOpen);
      if (open !== undefined) throw new Violation('M5', `closed while ${open.id} is ${open.state}`);
      if (accounts.held > 0) throw new Violation('M5', `closed while ${accounts.held} is held`);
      if (accounts.attentions.size > 0)
        throw new Violation('M5', `closed under attention ${[...accounts.attentions].join(', ')}`);
    }
    if (entry.type === 'attention.cleared' && entry.data['code'] === 'books-differ') this.forgiven = true;
    const account = accounts.operations.get(entry.operation ?? '');
    if (account !== undefined && entry.type !== 'final.set') this.effectOf(account);
  }

  /** M3: at most one effect in the provider's books; reported as approved, exactly one; as ended without effect, none. */
  private effectOf(account: Account): void {
    this.checks++;
    if (account.origin === 'observed' || this.books === null) return;
    if (account.kind === 'authorization') {
      const holds = this.books.holds.filter((hold) => hold.state !== 'failed');
      if (holds.length > 1) throw new Violation('M3', `${holds.length} holds for one authorisation`);
      const booked = authorizedIn(this.books);
      if (account.state === 'approved' && account.booked !== booked) {
        throw new Violation(
          'M3',
          `authorisation approved with ${account.booked}, the provider holds ${booked}`,
        );
      }
      if (account.state === 'declined' && holds.length > 0)
        throw new Violation('M3', 'authorisation declined, the provider has it');
      return;
    }
    const carrier = this.accounts.operations.get(account.sentWith ?? account.id) ?? account;
    const asked = this.askedBy(carrier);
    const effects = this.books.bookings.filter((booking) => isEffectOf(booking, carrier, asked));
    if (effects.length > 1) throw new Violation('M3', `${account.id} took effect ${effects.length} times`);
    const [effect] = effects;
    if (account.state === 'approved' && account.sent && account.sentWith === null)
      this.approvedEffect(account, effect);
    const stands = effect !== undefined && effect.state !== 'reversed';
    if ((account.state === 'declined' || account.state === 'not_performed') && stands) {
      throw new Violation('M3', `${account.id} ended ${account.state}, the provider booked ${effect.amount}`);
    }
  }

  /** What the call of an operation asks for: its own amount and those of the captures that travel with it. */
  private askedBy(carrier: Account): number {
    let asked = carrier.amount;
    for (const other of this.accounts.operations.values())
      if (other.sentWith === carrier.id) asked += other.amount;
    return asked;
  }

  private approvedEffect(account: Account, effect: Booking | undefined): void {
    if (effect === undefined)
      throw new Violation('M3', `${account.id} approved, the provider never booked it`);
    if (effect.state === 'pending')
      throw new Violation('M3', `${account.id} approved, the provider still decides`);
    if (effect.kind !== account.kind)
      throw new Violation('M3', `${account.id} is a ${account.kind}, booked as ${effect.kind}`);
  }

  private call(effect: Extract<Effect, { type: 'call' }>, state: CoreState): void {
    const { call, number } = effect;
    const { accounts } = this;
    this.checks += 8;
    if (number <= this.calls || state.running?.number !== number) {
      throw new Violation(
        'lane',
        `call ${number} after ${this.calls}, and ${String(state.running?.number)} runs`,
      );
    }
    this.calls = number;
    const account = accounts.operations.get(call.operation);
    if (account === undefined)
      throw new Violation('M3', `a call for ${call.operation}, which was never planned`);
    if (account.state !== 'sent')
      throw new Violation('M3', `a call for ${account.id}, which is ${account.state}`);
    for (const other of accounts.operations.values()) {
      if (other !== account && isThere(other) && other.sentWith !== account.id) {
        throw new Violation('lane', `${account.id} goes out while ${other.id} is ${other.state}`);
      }
    }
    if (!Number.isSafeInteger(call.amount) || call.amount < 0)
      throw new Violation('M7', `${account.id} sends ${call.amount}`);
    const before = this.sent.get(account.id);
    const repeat = before !== undefined && before.outcome?.outcome === 'unknown';
    this.bound(call, account, before, repeat);
    this.numbered(call, before, repeat);
    if (!repeat) this.covered(call, account);
    this.sent.set(account.id, {
      call,
      sequenceNumber: 'sequenceNumber' in call ? call.sequenceNumber : null,
      attempt: call.attempt,
      outcome: null,
    });
  }

  /** M10: the same key and body while the outcome is unknown; another go only after a definitive no that allows it. */
  private bound(call: ProviderCall, account: Account, before: Sent | undefined, repeat: boolean): void {
    if (before === undefined) {
      if (call.attempt !== 1)
        throw new Violation('M10', `${account.id} first goes out as attempt ${call.attempt}`);
      return;
    }
    if (before.outcome === null)
      throw new Violation('M10', `${account.id} goes out again before it was answered`);
    const { outcome } = before.outcome;
    if (repeat) {
      if (call.attempt < 2) throw new Violation('M10', `${account.id} repeats as attempt ${call.attempt}`);
      if (!sameBody(call, before.call)) throw new Violation('M10', `${account.id} repeats with another body`);
      return;
    }
    const again = outcome === 'not_performed' || (outcome === 'declined' && before.outcome.busy === true);
    if (!again) throw new Violation('M10', `${account.id} goes out again after ${outcome}`);
  }

  /** M4: a first send takes the next number, a repeat keeps its own; without numbers there is none. */
  private numbered(call: ProviderCall, before: Sent | undefined, repeat: boolean): void {
    if (!('sequenceNumber' in call)) return;
    const next = this.accounts.numbers ? this.accounts.usedUp + 1 : null;
    const expected = repeat ? before?.sequenceNumber : next;
    if (call.sequenceNumber !== expected) {
      throw new Violation(
        'M4',
        `${call.operation} takes number ${String(call.sequenceNumber)}, ${String(expected)} is next`,
      );
    }
  }

  /** M1 and M2 at the moment of sending. */
  private covered(call: ProviderCall, account: Account): void {
    const { sums, held } = this.accounts;
    if (call.action === 'capture') {
      const asked = this.askedBy(account);
      if (call.amount !== asked)
        throw new Violation('M1', `${account.id} sends ${call.amount}, asked ${asked}`);
      const reserved = this.accounts.disturbed ? call.amount : sums.reserved;
      if (call.amount <= 0 || reserved > held) {
        throw new Violation(
          'M1',
          `${account.id} sends ${call.amount}, held ${held}, reserved ${sums.reserved}`,
        );
      }
    } else if (call.action === 'release') {
      if (sums.reserved > 0)
        throw new Violation('M1', `${account.id} releases while ${sums.reserved} is reserved`);
      if (held <= 0) throw new Violation('M6', `${account.id} releases where nothing is held`);
    } else if (call.action === 'refund') {
      if (call.amount !== account.amount)
        throw new Violation('M2', `${account.id} sends ${call.amount}, asked ${account.amount}`);
      const { disturbed, refundable } = this.accounts;
      const refunding = disturbed ? call.amount : sums.refunding;
      if (refunding > refundable)
        throw new Violation(
          'M2',
          `${account.id} sends ${call.amount}, refundable ${refundable}, refunding ${refunding}`,
        );
    }
  }

  /** Sums that a provider's report broke need a person; what we sent never breaks them. */
  private sums(state: CoreState): void {
    this.checks += 3;
    const { accounts, books } = this;
    const context = state.machine.context;
    const own = figures(context);
    if (own.held !== accounts.held)
      throw new Violation('M6', `held ${own.held}, by the entries ${accounts.held}`);
    if (accounts.held < 0 && !this.excused())
      throw new Violation('M6', `held ${accounts.held} and no attention`);
    if (books === null) return;
    let ours = 0;
    for (const booking of books.bookings) {
      if (
        booking.kind === 'capture' &&
        booking.operation !== null &&
        booking.state !== 'failed' &&
        booking.state !== 'reversed'
      ) {
        ours += booking.amount;
      }
    }
    if (ours > authorizedIn(books))
      throw new Violation('M1', `our captures ${ours} above ${authorizedIn(books)} authorised`);
  }

  /** A provider's report may break the sums; then a person was asked or has answered. */
  private excused(): boolean {
    return this.forgiven || this.accounts.attentions.has('books-differ');
  }

  private driver(state: CoreState, timers: ReadonlyMap<string, number>): void {
    this.checks += 2;
    const { allocation } = state;
    const soon = state.running !== null || (allocation?.phase === 'asked' && !allocation.queued);
    if (!soon && state.waiting.length > 0) {
      throw new Violation('waiting', `${state.waiting[0]?.command} waits while nothing runs`);
    }
    const known = Object.entries(state.timers);
    if (known.length !== timers.size || known.some(([name, at]) => timers.get(name) !== at)) {
      throw new Violation(
        'timers',
        `state ${JSON.stringify(state.timers)}, running ${JSON.stringify([...timers])}`,
      );
    }
  }

  private closing(step: Step): void {
    const completes = step.effects.some((effect) => effect.type === 'complete');
    if (completes && !this.accounts.closed)
      throw new Violation('M5', 'the workflow completes while the payment is open');
    if (step.state.machine.value === 'closed' && !this.accounts.closed)
      throw new Violation('M5', 'closed without an entry');
  }
}

/** A booking made elsewhere with our number, kind and amount cannot be told from ours by anyone. */
function isEffectOf(booking: Booking, account: Account, asked: number): boolean {
  if (booking.state === 'failed') return false;
  if (booking.operation !== null) return booking.operation === account.id;
  const { kind, sequenceNumber, amount } = booking;
  return (
    account.state === 'approved' &&
    kind === account.kind &&
    sequenceNumber === account.sequenceNumber &&
    amount === asked
  );
}

/** Whether two calls ask for the same under the same key; the attempt is ours alone. */
function sameBody(left: ProviderCall, right: ProviderCall): boolean {
  return same({ ...left, attempt: 0 }, { ...right, attempt: 0 });
}

/** Deep equality of plain JSON, whatever the order of its keys. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  for (const name of names) {
    if (!same((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]))
      return false;
  }
  return true;
}
