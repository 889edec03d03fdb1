import type { Command } from '../payment/command.ts';
import type { Amounts } from '../payment/ledger.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import type { Explanation } from '../payment/rule.ts';
import type { Status } from '../payment/status.ts';
import { begin, step } from './core.ts';
import type { Effect, Input } from './core-input.ts';
import type { CoreState, PaymentFacts, TimerName } from './core-state.ts';
import { amountsOf, figures } from './payment-state.ts';
import { explain } from './rules.ts';

/** One thing that the plan does, `after` milliseconds from the authorisation. */
export interface PlannedStep {
  readonly after: number;
  readonly command: Command;
}

/** What happens in turn; instants are milliseconds from the authorisation, amounts minor units. */
export interface SimulatedEvent {
  readonly after: number;
  /** The entry of the ledger, as it would be written. */
  readonly entry: string;
  readonly operation: string | null;
  readonly status: Status;
  readonly amounts: Amounts;
  readonly held: number;
}

export interface SimulatedCall {
  readonly after: number;
  readonly operation: string;
  readonly action: 'authorise' | 'capture' | 'release' | 'refund';
  /** Minor units; of a release what it gives back. */
  readonly amount: number;
  /** Captures: whether it ends the hold. */
  readonly final: boolean;
  readonly sequenceNumber: number | null;
}

export interface Simulation {
  readonly calls: readonly SimulatedCall[];
  readonly events: readonly SimulatedEvent[];
  /** Steps that would be refused, with every rule and figure. */
  readonly refused: readonly { readonly after: number; readonly explanation: Explanation }[];
  /** In words, each once: what the provider may do to this plan, and what would ask for a person. */
  readonly risks: readonly string[];
  readonly end: { readonly status: Status | 'closed'; readonly amounts: Amounts; readonly held: number };
}

/** Entries of one plan; a machine that goes in circles is a defect of ours. */
const MOST_INPUTS = 10_000;

/**
 * Runs a whole plan on the machine without a provider: every call is approved as asked, but a release after a capture
 * that the provider may refuse for good is refused, so that the plan shows its worst honest end. Nothing is sent.
 *
 * @param facts - the payment as it would be created, with the account's capabilities.
 * @param steps - in any order; each is held against the rules at its moment.
 */
export function simulate(facts: PaymentFacts, steps: readonly PlannedStep[]): Simulation {
  const rehearsal = new Rehearsal(facts);
  for (const planned of [...steps].sort((a, b) => a.after - b.after)) {
    rehearsal.runUntil(planned.after);
    rehearsal.command(planned);
  }
  rehearsal.runUntil(Infinity);
  return rehearsal.result();
}

class Rehearsal {
  #state: CoreState;
  #now = 0;
  #inputs = 0;
  readonly #due: Input[] = [];
  readonly #calls: SimulatedCall[] = [];
  readonly #events: SimulatedEvent[] = [];
  readonly #refused: { after: number; explanation: Explanation }[] = [];
  readonly #risks = new Set<string>();
  #allocated = 0;

  constructor(facts: PaymentFacts) {
    const first = begin(facts, 0);
    this.#state = first.state;
    this.#note(0);
    this.#take(first.effects);
    this.#settle();
  }

  command({ after, command }: PlannedStep): void {
    this.#now = Math.max(this.#now, after);
    const { context } = this.#state.machine;
    const explanation = explain(context, command);
    for (const risk of explanation.would?.risks ?? []) this.#risks.add(risk);
    if (!explanation.legal) {
      this.#refused.push({ after, explanation });
      return;
    }
    const by = { kind: 'caller', name: 'plan', via: 'command' } as const;
    this.#give({ type: 'command', command, hash: command.id, by });
    this.#settle();
  }

  /** Lets the clock run, at most until the hold and its refunds are over. */
  runUntil(until: number): void {
    for (;;) {
      const next = this.#nextTimer();
      if (next === null || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      this.#give({ type: 'timer', timer: next.timer });
      this.#settle();
    }
    if (Number.isFinite(until)) this.#now = Math.max(this.#now, until);
  }

  result(): Simulation {
    const { context, value } = this.#state.machine;
    const sums = figures(context);
    for (const { code, message } of context.attentions) this.#risks.add(`${code}: ${message}`);
    return {
      calls: this.#calls,
      events: this.#events,
      refused: this.#refused,
      risks: [...this.#risks],
      end: { status: value, amounts: amountsOf(sums), held: sums.held },
    };
  }

  /** The end of the payment's keeping is no part of a plan. */
  #nextTimer(): { timer: TimerName; at: number } | null {
    const timers = (Object.entries(this.#state.timers) as [TimerName, number][]).filter(
      ([timer]) => timer !== 'close',
    );
    const [first] = timers.sort(([, a], [, b]) => a - b);
    return first === undefined ? null : { timer: first[0], at: first[1] };
  }

  #settle(): void {
    for (let input = this.#due.shift(); input !== undefined; input = this.#due.shift()) this.#give(input);
  }

  #give(input: Input): void {
    this.#inputs += 1;
    if (this.#inputs > MOST_INPUTS) throw new Error('the plan goes in circles');
    const before = this.#state.ledger.length;
    const done = step(this.#state, input, this.#now);
    this.#state = done.state;
    this.#note(before);
    this.#take(done.effects);
  }

  #note(from: number): void {
    for (const { type, operation, at, after, data } of this.#state.ledger.slice(from)) {
      const { authorized, captured, released, lapsed } = after.amounts;
      this.#events.push({
        after: Date.parse(at),
        entry: type,
        operation,
        status: after.status,
        amounts: after.amounts,
        held: authorized - captured - released - lapsed,
      });
      if (type === 'attention.raised') this.#risks.add(`${String(data['code'])}: ${String(data['message'])}`);
    }
  }

  #take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'call') {
        const { operation, action, amount } = effect.call;
        const released = this.#state.machine.context.operations.find(({ id }) => id === operation)?.amount;
        this.#calls.push({
          after: this.#now,
          operation,
          action,
          amount: action === 'release' ? (released ?? 0) : amount,
          final: 'final' in effect.call && effect.call.final,
          sequenceNumber: 'sequenceNumber' in effect.call ? effect.call.sequenceNumber : null,
        });
        this.#due.push({ type: 'result', number: effect.number, result: this.#answer(effect.call.action) });
      } else if (effect.type === 'read') {
        this.#due.push({ type: 'read', number: effect.number, result: this.#read() });
      } else if (effect.type === 'allocate') {
        this.#allocated += 1;
        this.#due.push({ type: 'allocated', number: effect.number, reference: String(this.#allocated) });
      }
    }
  }

  #answer(action: SimulatedCall['action']): CallResult {
    const { context } = this.#state.machine;
    if (action === 'authorise') return { outcome: 'approved', hold: {} };
    if (action === 'capture') return { outcome: 'approved', providerReference: 'simulated' };
    const refusable =
      action === 'release' &&
      context.capabilities.releaseAfterCapture === 'tried' &&
      figures(context).captured > 0;
    if (!refusable) return { outcome: 'approved' };
    const message = 'the provider may refuse a release after a capture';
    return { outcome: 'declined', decline: { code: 'may-refuse', message, hold: 'stands', again: 'no' } };
  }

  /** The books of a provider whose hold ends when it is said to. */
  #read(): ReadResult {
    const { authorization } = this.#state.machine.context;
    const ends = authorization.expiresAt === undefined ? Infinity : Date.parse(authorization.expiresAt);
    const remaining = this.#now >= ends ? 0 : figures(this.#state.machine.context).held;
    return { read: 'approved', remaining };
  }
}
