import { step } from '../machines/core.ts';
import type { Effect, Input } from '../machines/core-input.ts';
import type { CoreState, TimerName } from '../machines/core-state.ts';
import { findOperation } from '../machines/payment-state.ts';
import { explain } from '../machines/rules.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Command } from '../payment/command.ts';
import type { Actor, LedgerEntry } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import type { Explanation } from '../payment/rule.ts';
import { bodyHash } from '../temporal/body-hash.ts';

/** Something that did not happen. Durations are milliseconds. */
export type Supposition =
  | { readonly kind: 'command'; readonly command: Command; readonly by: Actor }
  /** What the provider answers to the call of this operation that runs. */
  | { readonly kind: 'outcome'; readonly operation: string; readonly result: CallResult }
  | { readonly kind: 'read'; readonly result: ReadResult }
  | { readonly kind: 'notice'; readonly notice: Notice }
  /** Time passes, and what is due happens. */
  | { readonly kind: 'clock'; readonly after: number }
  | { readonly kind: 'poke' }
  | { readonly kind: 'cancel' };

/** What the core made of something that it was told. */
export interface Followed {
  /** RFC 3339. */
  readonly at: string;
  readonly what: string;
  readonly entries: readonly LedgerEntry[];
  /** What would go out or be asked; nothing is. */
  readonly asks: readonly Effect[];
  /** Every rule with its figures, where a command would be refused. */
  readonly refused: Refused | null;
}

/** As `explain` tells it; no rule is asked where the id is taken by something else. */
export type Refused = Omit<Explanation, 'refusedBy'> & {
  readonly refusedBy: Explanation['refusedBy'] | 'idempotency-conflict';
};

/** A supposition that says nothing at this point. */
export class NothingToSuppose extends Error {
  override readonly name = 'NothingToSuppose';
}

/** Inputs of one supposition; timers that go in circles are a defect of ours. */
const MOST_INPUTS = 10_000;

/** A payment that goes on otherwise than it did: the core of this version, and nothing that leaves the process. */
export class Hypothesis {
  #core: CoreState;
  #now: number;
  #inputs = 0;
  readonly #calls = new Map<number, ProviderCall>();

  /**
   * @param core - the payment at the point from which it goes on.
   * @param now - milliseconds since the epoch.
   * @param running - the call that runs there, where one does.
   */
  constructor(core: CoreState, now: number, running?: ProviderCall) {
    this.#core = core;
    this.#now = now;
    if (running !== undefined && core.running !== null) this.#calls.set(core.running.number, running);
  }

  get core(): CoreState {
    return this.#core;
  }

  get now(): number {
    return this.#now;
  }

  /** The call that runs now. */
  get call(): ProviderCall | undefined {
    return this.#core.running === null ? undefined : this.#calls.get(this.#core.running.number);
  }

  /** @throws NothingToSuppose */
  suppose(supposition: Supposition): readonly Followed[] {
    switch (supposition.kind) {
      case 'command':
        return [this.command(supposition.command, supposition.by)];
      case 'outcome':
        return [this.#outcome(supposition.operation, supposition.result)];
      case 'read': {
        const { reading } = this.#core;
        if (reading === null) throw new NothingToSuppose('no read of the books runs there');
        const input = { type: 'read', number: reading.number, result: supposition.result } as const;
        return [this.give(input, `the books say ${supposition.result.read}`)];
      }
      case 'notice':
        return [
          this.give({ type: 'notice', notice: supposition.notice }, `notice ${supposition.notice.about}`),
        ];
      case 'clock':
        return this.waitUntil(this.#now + supposition.after);
      case 'poke':
        return [this.give({ type: 'poke' }, 'poke')];
      case 'cancel':
        return [this.give({ type: 'cancel-requested' }, 'cancel request')];
    }
  }

  /** As the validator of the workflow would have it: what is refused changes nothing. */
  command(command: Command, by: Actor, hash = bodyHash(command)): Followed {
    const what = `${command.type} ${command.id}`;
    const { bound, machine } = this.#core;
    const taken = Object.hasOwn(bound, command.id) ? bound[command.id] : undefined;
    const explanation = explain(machine.context, command);
    const refusing = (refused: Refused): Followed => ({
      at: new Date(this.#now).toISOString(),
      what,
      entries: [],
      asks: [],
      refused,
    });
    const other =
      taken === undefined ? findOperation(machine.context, command.id) !== undefined : taken.hash !== hash;
    if (other)
      return refusing({
        ...explanation,
        legal: false,
        refusedBy: 'idempotency-conflict',
        rules: [],
        would: null,
      });
    if (taken === undefined && !explanation.legal) return refusing(explanation);
    return this.give({ type: 'command', command, hash, by }, what);
  }

  #outcome(operation: string, result: CallResult): Followed {
    const { running } = this.#core;
    if (running?.operation !== operation) {
      const there = running === null ? 'nothing is' : `${running.operation} is`;
      throw new NothingToSuppose(`${operation} is not at the provider there, ${there}`);
    }
    const input: Input = { type: 'result', number: running.number, result };
    return this.give(input, `${operation} ends ${result.outcome}`);
  }

  /** Lets time pass: every timer that is due by then fires at its moment. */
  waitUntil(
    until: number,
    keep: (timer: TimerName, due: number) => boolean = () => false,
  ): readonly Followed[] {
    const followed: Followed[] = [];
    for (;;) {
      const next = (Object.entries(this.#core.timers) as [TimerName, number][])
        .filter(([timer, due]) => due <= until && !keep(timer, due))
        .toSorted(([, a], [, b]) => a - b)[0];
      if (next === undefined) break;
      const [timer, due] = next;
      this.#now = Math.max(this.#now, due);
      followed.push(this.give({ type: 'timer', timer }, `timer ${timer}`));
    }
    this.#now = Math.max(this.#now, until);
    return followed;
  }

  give(input: Input, what: string): Followed {
    this.#inputs += 1;
    if (this.#inputs > MOST_INPUTS) throw new NothingToSuppose('it goes in circles');
    const before = this.#core.ledger.length;
    const { state, effects } = step(this.#core, input, this.#now);
    this.#core = state;
    for (const effect of effects) if (effect.type === 'call') this.#calls.set(effect.number, effect.call);
    return {
      at: new Date(this.#now).toISOString(),
      what,
      entries: state.ledger.slice(before),
      asks: effects.filter(({ type }) => ASKS.has(type)),
      refused: null,
    };
  }
}

const ASKS: ReadonlySet<Effect['type']> = new Set(['call', 'read', 'allocate', 'lease', 'tell', 'complete']);
