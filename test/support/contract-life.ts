/**
 * One payment of the conformance suite: an interpreter of the core's effects in virtual time, whose calls and reads go
 * through the real activities and the real adapter over HTTP to the twin. The state passes through JSON at every step,
 * as it would between two tasks.
 */
import type { ProviderActivities } from '../../activities/contract.ts';
import { isSealed, sealContext, unseal } from '../../activities/sealing.ts';
import { begin, step } from '../../machines/core.ts';
import type { Effect, Input, Step } from '../../machines/core-input.ts';
import type { CoreState, PaymentFacts, TimerName } from '../../machines/core-state.ts';
import { type Figures, figures, findOperation, type PaymentState } from '../../machines/payment-state.ts';
import { explain, refusal } from '../../machines/rules.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { Command, ResolveWord } from '../../payment/command.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { Actor } from '../../payment/ledger.ts';
import type { Notice } from '../../payment/notice.ts';
import type { Operation } from '../../payment/operation.ts';
import type { ReadCall } from '../../payment/read.ts';
import type { Sought } from './contract-provider.ts';
import type { Allocator, Lessee } from './contract-allocator.ts';
import { testKeyRing } from './test-key.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const SHOP: Actor = { kind: 'caller', name: 'shop', via: 'command' };
/** Most steps of one life, and most looks at one thing: beyond them something goes in circles. */
const MOST_STEPS = 2_000;
const MOST_LOOKS = 1_000;

export interface Surroundings {
  /** Each call in a context of its own, as a worker would run it. */
  run<Result>(work: (activities: ProviderActivities) => Promise<Result>): Promise<Result>;
  readonly allocator: Allocator;
  /** Notices of this payment that the twin still has to deliver. */
  underWay(sought: Sought): Promise<number>;
  intentOf(call: ProviderCall): string;
}

/** What a command came to: accepted, or refused with nothing sent. */
export type Asked =
  | { readonly accepted: true; readonly operation: Operation }
  | { readonly accepted: false; readonly code: string; readonly rule: string };

export class ContractLife implements Lessee {
  state: CoreState;
  /** Milliseconds since the epoch, virtual. */
  now: number;
  readonly calls: ProviderCall[] = [];
  readonly reads: ReadCall[] = [];
  /** Instants of the calls, virtual. */
  readonly sentAt: number[] = [];
  /** What is told is taken in as it comes, or kept until it is delivered. */
  notices: 'deliver' | 'keep' = 'deliver';
  readonly kept: Notice[] = [];
  /** Notices that were taken in. */
  told = 0;
  readonly #surroundings: Surroundings;
  readonly #timers = new Map<TimerName, number>();
  readonly #underWay = new Set<Promise<void>>();
  #steps = 0;
  #commands = 0;

  constructor(facts: PaymentFacts, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.now = Date.now();
    const first = begin(facts, this.now);
    this.state = first.state;
    this.#record(first);
  }

  get payment(): PaymentState {
    return this.state.machine.context;
  }

  get figures(): Figures {
    return figures(this.payment);
  }

  get attentions(): readonly string[] {
    return this.payment.attentions.map(({ code }) => code);
  }

  /** Entries of the ledger by type, in order. */
  entries(operation?: string): readonly string[] {
    return this.state.ledger
      .filter((entry) => operation === undefined || entry.operation === operation)
      .map(({ type }) => type);
  }

  operation(id: string): Operation {
    const found = findOperation(this.payment, id);
    if (found === undefined) throw new Error(`no operation ${id}`);
    return found;
  }

  /** The calls of one operation. */
  callsOf(operation: string): readonly ProviderCall[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  /** The hold with its sealed values opened. */
  get hold(): HoldReference | null {
    const { hold } = this.payment.authorization;
    if (hold === null) return null;
    const context = sealContext({ account: this.payment.account, payment: this.payment.id });
    const open = (value: string | number) =>
      isSealed(value) ? unseal(testKeyRing(), value, context) : value;
    return Object.fromEntries(Object.entries(hold).map(([name, value]) => [name, open(value)]));
  }

  get sought(): Sought {
    const intents = this.callsOf('authorization').map((call) => this.#surroundings.intentOf(call));
    return { hold: this.hold, reference: this.state.facts.reference, intents: intents.toReversed() };
  }

  /** A command as an update brings it: refused by the validator, or taken in. Waits for nothing. */
  ask(command: Command, hash = JSON.stringify(command)): Asked {
    const bound = this.state.bound[command.id];
    if (bound !== undefined && bound.hash !== hash)
      return { accepted: false, code: 'idempotency-conflict', rule: 'id-bound' };
    if (bound === undefined) {
      const explanation = explain(this.payment, command);
      const rule = refusal(explanation);
      if (rule !== null)
        return { accepted: false, code: explanation.refusedBy ?? 'not-legal-now', rule: rule.rule };
    }
    this.take({ type: 'command', command, hash, by: SHOP });
    const made = this.state.bound[command.id]?.operation ?? null;
    const operation = findOperation(this.payment, made ?? 'authorization');
    if (operation === undefined) throw new Error(`${command.id} made no operation`);
    return { accepted: true, operation };
  }

  /** A command whose operation is waited for as a caller would; throws where it is refused. */
  async do(command: Command): Promise<Operation> {
    const asked = this.ask(command);
    if (!asked.accepted)
      throw new Error(`${command.type} ${command.id} refused by ${asked.rule} (${asked.code})`);
    await this.rest();
    return this.operation(asked.operation.id);
  }

  capture(id: string, amount?: number, final?: boolean): Promise<Operation> {
    return this.do({
      type: 'capture',
      id,
      ...(amount === undefined ? {} : { amount }),
      ...(final === undefined ? {} : { final }),
    });
  }

  release(id = 'r-1'): Promise<Operation> {
    return this.do({ type: 'release', id });
  }

  refund(id: string, amount?: number, capture?: string): Promise<Operation> {
    return this.do({
      type: 'refund',
      id,
      ...(amount === undefined ? {} : { amount }),
      ...(capture === undefined ? {} : { capture }),
    });
  }

  /** A person's word; what it was refused by, or null. */
  async resolve(word: ResolveWord): Promise<string | null> {
    this.#commands += 1;
    const id = `person-${this.#commands}`;
    const asked = this.ask({ type: 'resolve', id, word, evidence: "the provider's own pages", by: 'anna' });
    await this.rest();
    return asked.accepted ? null : asked.rule;
  }

  /** A notice from the twin; its clock is the world's, ours is virtual, so that it is told in ours. */
  receive(notice: Notice): void {
    const known = this.payment.authorization.providerReference ?? this.state.facts.holdKey;
    const ours =
      notice.reference === this.state.facts.reference ||
      (known !== undefined && notice.providerReference === known);
    if (!ours) return;
    const told = { ...notice, at: new Date(Date.parse(notice.at) + this.now - Date.now()).toISOString() };
    if (this.notices === 'keep') this.kept.push(told);
    else this.#tell(told);
  }

  /** What was kept is told now, in the order given; from now on notices are taken in as they come. */
  async deliver(order: (kept: readonly Notice[]) => readonly Notice[] = (kept) => kept): Promise<void> {
    await this.arrived();
    this.notices = 'deliver';
    for (const notice of order(this.kept.splice(0))) this.#tell(notice);
    await this.rest();
  }

  /** Until the twin has delivered every notice of this payment. */
  async arrived(): Promise<void> {
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      if ((await this.#surroundings.underWay(this.sought)) === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error('notices stay under way');
  }

  #tell(notice: Notice): void {
    this.told += 1;
    this.take({ type: 'notice', notice });
  }

  /** Until no call and no read is under way, nor a notice that would be taken in. No time passes. */
  async rest(): Promise<void> {
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      await Promise.all(this.#underWay);
      if (this.#underWay.size > 0) continue;
      if (this.notices === 'deliver') await this.arrived();
      if (this.#underWay.size === 0) return;
    }
    throw new Error('calls without end');
  }

  /** Virtual time passes, timers fire in their order, and everything that they begin comes to its end. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await this.rest();
    while (await this.#fire(end)) await this.rest();
    this.now = Math.max(this.now, end);
  }

  /** As {@link pass}, until it is so; false where it is not within that time. */
  async until(so: (life: ContractLife) => boolean, within = 3 * DAY): Promise<boolean> {
    const end = this.now + within;
    await this.rest();
    while (!so(this)) {
      if (!(await this.#fire(end))) return false;
      await this.rest();
    }
    return true;
  }

  async #fire(end: number): Promise<boolean> {
    const [next] = [...this.#timers].toSorted(([, one], [, other]) => one - other);
    if (next === undefined || next[1] > end) return false;
    const [timer, at] = next;
    this.now = Math.max(this.now, at);
    this.#timers.delete(timer);
    this.take({ type: 'timer', timer });
    return true;
  }

  take(input: Input): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw new Error(`${MOST_STEPS} steps and no end`);
    this.#record(step(this.state, input, this.now));
  }

  #record(next: Step): void {
    this.state = JSON.parse(JSON.stringify(next.state)) as CoreState;
    for (const effect of next.effects) this.#begin(effect);
  }

  #begin(effect: Effect): void {
    switch (effect.type) {
      case 'timer.start':
        this.#timers.set(effect.timer, effect.at);
        return;
      case 'timer.cancel':
        this.#timers.delete(effect.timer);
        return;
      case 'call':
        this.#call(effect.number, effect.call);
        return;
      case 'read':
        this.#read(effect.number, effect.call);
        return;
      case 'allocate':
        this.#later(async () => this.#surroundings.allocator.ask(this, effect));
        return;
      case 'lease':
        this.#later(async () => this.#surroundings.allocator.end(this, effect));
        return;
      default:
    }
  }

  #call(number: number, call: ProviderCall): void {
    this.calls.push(call);
    this.sentAt.push(this.now);
    this.#later(async () => {
      const result = await this.#surroundings.run((activities) => activities[call.action](call));
      this.take({ type: 'result', number, result: JSON.parse(JSON.stringify(result)) });
    });
  }

  #read(number: number, call: ReadCall): void {
    this.reads.push(call);
    this.#later(async () => {
      const result = await this.#surroundings.run((activities) => activities.read(call));
      this.take({ type: 'read', number, result: JSON.parse(JSON.stringify(result)) });
    });
  }

  #later(work: () => Promise<void>): void {
    const running = work().finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }
}
