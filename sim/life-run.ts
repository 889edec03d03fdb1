import type { Input, Step } from '../machines/core-input.ts';
import type { CoreState, TimerName } from '../machines/core-state.ts';
import type { Command } from '../payment/command.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Actor } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import { HEARTBEAT_TIMEOUT } from './capabilities.ts';
import { Checker } from './checker.ts';
import type { Engine } from './engine.ts';
import { EventQueue } from './event-queue.ts';
import { BEGIN, factsOf } from './facts.ts';
import { type Crash, Faults } from './faults.ts';
import type { CallFault, Decision, Life } from './life.ts';
import { type Answer, PayoneModel, type Settlement } from './payone-model.ts';
import { resolution, restWord, wordOf } from './person.ts';
import { passageOf, resultOf } from './provider-line.ts';
import { Violation } from './violation.ts';

/** One thing on the way, in virtual time. `inward` events need a worker that runs; the others happen at the provider. */
type Event =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'arrive'; readonly going: Going }
  | { readonly kind: 'work'; readonly going: Going }
  | { readonly kind: 'result'; readonly going: Going; readonly result: CallResult }
  | { readonly kind: 'timer'; readonly timer: TimerName; readonly at: number }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  | { readonly kind: 'expire' }
  | { readonly kind: 'start'; readonly going: Going };

/** A call that is under way, as the process that makes it knows it. */
interface Going {
  readonly number: number;
  readonly call: ProviderCall;
  readonly fault: CallFault | null;
  /** Its answer died with the process. */
  deaf: boolean;
  done: boolean;
}

/** Most steps of one life: beyond it something goes in circles. */
const MOST_STEPS = 3000;
const BY: Actor = { kind: 'caller', name: 'shop', via: 'command' };
const OUTWARD = new Set<Event['kind']>(['arrive', 'work', 'settle', 'expire']);

/**
 * The second interpreter of the core's effects: virtual time instead of Temporal, a model instead of
 * PAYONE, and whatever the life drew to go wrong. What a crash leaves is the last recorded state, as
 * Temporal leaves it: a state is recorded together with its effects, or not at all.
 */
export class LifeRun {
  readonly model: PayoneModel;
  readonly checker: Checker;
  readonly faults: Faults;
  readonly queue = new EventQueue<Event>();
  /** Every input that the core took, in order. */
  readonly inputs: { readonly at: number; readonly input: Input }[] = [];
  now = BEGIN;
  steps = 0;
  calls = 0;
  refused = 0;
  state: CoreState;
  private readonly engine: Engine;
  private readonly stopAtTimer: boolean;
  private readonly life: Life;
  private readonly timers = new Map<string, number>();
  private readonly commands = new Map<string, Command>();
  /** Operations that the provider definitely declined, whoever heard of it. */
  private readonly certain = new Map<string, 'declined'>();
  private going: Going | null = null;
  private downUntil = 0;
  private notices = 0;
  private noticesFreeAt = 0;
  private resolutions = 0;
  private crashAtAnswer: Crash | null = null;

  /** @param timers - `stop-at-timer` ends the run where the first timer of the core would fire. */
  constructor(life: Life, engine: Engine, timers: 'run' | 'stop-at-timer' = 'run') {
    this.life = life;
    this.stopAtTimer = timers === 'stop-at-timer';
    this.engine = engine;
    this.faults = new Faults(life, BEGIN);
    const facts = factsOf(life);
    this.model = new PayoneModel(life.setting, facts.reference);
    this.checker = new Checker(this.model.books);
    for (const decision of life.decisions) {
      if ('after' in decision) this.queue.schedule(BEGIN + decision.after, { kind: 'decision', decision });
    }
    this.queue.schedule(BEGIN + life.setting.holdEndsAfter, { kind: 'expire' });
    const first = this.guarded(() => engine.begin(facts, BEGIN));
    this.state = first.state;
    this.record(first);
  }

  get closed(): boolean {
    return this.state.machine.value === 'closed';
  }

  /** Runs until nothing is left to happen before `until`. @throws Violation */
  run(until: number): void {
    for (;;) {
      const at = this.queue.nextAt;
      if (at === null || at > until) return;
      const next = this.queue.next();
      if (next === null) return;
      if (
        this.stopAtTimer &&
        next.event.kind === 'timer' &&
        this.timers.get(next.event.timer) === next.event.at
      )
        return;
      if (at < this.downUntil && !OUTWARD.has(next.event.kind)) {
        this.queue.schedule(this.downUntil, next.event);
        continue;
      }
      this.now = Math.max(this.now, at);
      this.handle(next.event);
    }
  }

  /** A person looks now; false where there was nothing to say. */
  resolve(): boolean {
    if (this.closed) return false;
    const word = wordOf(this.state, this.model, this.life.setting.clearing, this.certain);
    if (word === null) return false;
    this.resolutions++;
    return this.command(resolution(word, this.resolutions));
  }

  /** A person says what became of the rest of the hold, where no command ends it. */
  resolveRest(): boolean {
    this.resolutions++;
    return this.command(resolution(restWord(this.model), this.resolutions));
  }

  /** Sends a command through the validator, as an update would come; whether it was accepted. */
  command(command: Command, same = true): boolean {
    this.commands.set(command.id, command);
    const hash = same ? JSON.stringify(command) : `another ${command.id}`;
    const bound = this.state.bound[command.id];
    if (this.closed || (bound !== undefined && bound.hash !== hash)) {
      this.refused++;
      return false;
    }
    const context = this.state.machine.context;
    if (bound === undefined && !this.guarded(() => this.engine.explain(context, command)).legal) {
      this.refused++;
      return false;
    }
    this.take({ type: 'command', command, hash, by: BY });
    const now = this.state.bound[command.id];
    if (now === undefined || now.hash !== hash)
      throw new Violation('M10', `${command.id} was accepted and is not bound to its body`);
    return true;
  }

  private handle(event: Event): void {
    switch (event.kind) {
      case 'decision':
        this.decided(event.decision);
        return;
      case 'start':
        this.start(event.going);
        return;
      case 'arrive':
        this.arrive(event.going);
        return;
      case 'work':
        this.work(event.going);
        return;
      case 'result':
        this.result(event.going, event.result);
        return;
      case 'timer':
        if (this.timers.get(event.timer) !== event.at) return;
        this.timers.delete(event.timer);
        this.take({ type: 'timer', timer: event.timer });
        return;
      case 'notice':
        this.model.acknowledge(event.notice.sequenceNumber ?? 0);
        if (!this.closed) this.take({ type: 'notice', notice: event.notice });
        this.deliver();
        return;
      case 'settle':
        this.model.settle(event.settlement, this.now);
        this.deliver();
        return;
      case 'expire':
        this.model.expire();
    }
  }

  private decided(decision: Decision): void {
    switch (decision.kind) {
      case 'command':
        this.command(decision.command);
        return;
      case 'repeat': {
        const before = this.commands.get(decision.id);
        if (before !== undefined) this.command(before, decision.same);
        return;
      }
      case 'provider':
        // What happens there after the end is for the inbox of the account, not for the payment.
        if (!this.closed && this.model.happen(decision.event, this.now)) this.faults.happened(decision.event);
        this.deliver();
        return;
      case 'person':
        this.resolve();
        return;
      case 'poke':
        if (!this.closed) this.take({ type: 'poke' });
        return;
      case 'cancel':
        if (!this.closed) this.take({ type: 'cancel-requested' });
        return;
      default:
        return;
    }
  }

  /** One input to the core, with what the life has drawn for this step. */
  private take(input: Input): void {
    this.steps++;
    if (this.steps > MOST_STEPS) throw new Violation('liveness', `${MOST_STEPS} steps and no end`);
    const crash = this.faults.crash(this.steps, this.now);
    const before = this.state;
    let step = this.guarded(() => this.engine.step(before, input, this.now));
    if (crash?.point === 'before-record') {
      this.die(crash);
      this.now += crash.down;
      const again = this.now;
      step = this.guarded(() => this.engine.step(this.state, input, again));
    }
    this.inputs.push({ at: this.now, input });
    this.record(step, crash);
    if (crash?.point === 'after-send') this.die(crash);
    if (crash?.point === 'after-answer') this.crashAtAnswer = crash;
  }

  private record(step: Step, crash: Crash | null = null): void {
    this.state = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'timer.start') {
        this.timers.set(effect.timer, effect.at);
        this.queue.schedule(Math.max(effect.at, this.now), {
          kind: 'timer',
          timer: effect.timer,
          at: effect.at,
        });
      } else if (effect.type === 'timer.cancel') this.timers.delete(effect.timer);
    }
    this.checker.afterStep(step, this.timers);
    for (const effect of step.effects) {
      if (effect.type !== 'call') continue;
      this.calls++;
      const going: Going = {
        number: effect.number,
        call: effect.call,
        fault: this.faults.call(this.calls, this.now),
        deaf: false,
        done: false,
      };
      this.going = going;
      if (crash?.point === 'before-send') {
        this.downUntil = Math.max(this.downUntil, this.now + crash.down);
        this.state = recovered(this.state);
        this.queue.schedule(this.downUntil, { kind: 'start', going });
      } else this.start(going);
    }
  }

  private start(going: Going): void {
    const passage = passageOf(going.fault, this.life.setting.latency);
    if (passage.arrives !== null) this.queue.schedule(this.now + passage.arrives, { kind: 'arrive', going });
    if (passage.otherwise !== null) {
      this.queue.schedule(this.now + passage.otherwise.after, {
        kind: 'result',
        going,
        result: passage.otherwise.result,
      });
    }
  }

  private arrive(going: Going): void {
    const passage = passageOf(going.fault, this.life.setting.latency);
    if (this.model.isOccupied()) {
      this.answer(going, this.model.outOfTurn(going.call), passage.returns);
      return;
    }
    if (passage.works === 0) {
      this.work(going);
      return;
    }
    this.model.occupy();
    this.queue.schedule(this.now + passage.works, { kind: 'work', going });
  }

  private work(going: Going): void {
    const answer = this.model.receive(going.call, this.now, going.fault);
    if (
      answer.status === 'ERROR' &&
      resultOf(answer, going.call, this.life.setting.clearing).outcome === 'declined'
    ) {
      this.certain.set(going.call.operation, 'declined');
    }
    this.deliver();
    this.answer(going, answer, passageOf(going.fault, this.life.setting.latency).returns);
  }

  private answer(going: Going, answer: Answer, returns: number | null): void {
    if (returns === null) return;
    const result = resultOf(answer, going.call, this.life.setting.clearing);
    this.queue.schedule(this.now + returns, { kind: 'result', going, result });
  }

  private result(going: Going, result: CallResult): void {
    const heartbeat = result.outcome === 'unknown' && result.reason === 'heartbeat';
    if (going.done || (going.deaf && !heartbeat)) return;
    if (this.crashAtAnswer !== null && !going.deaf) {
      const crash = this.crashAtAnswer;
      this.crashAtAnswer = null;
      this.die(crash);
      return;
    }
    going.done = true;
    this.going = null;
    this.checker.answered(going.call.operation, result);
    if (!this.closed) this.take({ type: 'result', number: going.number, result });
  }

  /** The process ends: what it knew is lost, what it had sent goes on, and a heartbeat that stops tells the server. */
  private die(crash: Crash): void {
    this.state = recovered(this.state);
    this.downUntil = Math.max(this.downUntil, this.now + crash.down);
    const { going } = this;
    if (going === null || going.done || going.deaf) return;
    going.deaf = true;
    const result: CallResult = { outcome: 'unknown', reason: 'heartbeat' };
    this.queue.schedule(this.now + HEARTBEAT_TIMEOUT, { kind: 'result', going, result });
  }

  /** Puts the provider's notices on their way, one behind the other until each is acknowledged. */
  private deliver(): void {
    const { notices, settlements } = this.model.outbox;
    if (settlements.length > 0) {
      for (const settlement of settlements)
        this.queue.schedule(settlement.at, { kind: 'settle', settlement });
      this.model.outbox.settlements = [];
    }
    if (notices.length === 0) return;
    this.model.outbox.notices = [];
    for (const { notice, unasked } of notices) {
      this.notices++;
      const must = unasked && this.life.mode === 'liveness';
      const drawn = this.faults.notice(this.notices, this.now);
      const fault = must && (drawn?.kind === 'lost' || drawn?.kind === 'reordered') ? null : drawn;
      const usual = Math.max(this.now + this.life.setting.noticeDelay, this.noticesFreeAt);
      if (fault?.kind === 'lost') continue;
      const at = fault?.kind === 'late' || fault?.kind === 'reordered' ? usual + fault.ms : usual;
      if (fault?.kind !== 'reordered') this.noticesFreeAt = at;
      this.queue.schedule(at, { kind: 'notice', notice });
      if (fault?.kind === 'duplicate') this.queue.schedule(at + fault.ms, { kind: 'notice', notice });
    }
  }

  private guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof Violation) throw error;
      throw new Violation(
        'throws',
        error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      );
    }
  }
}

/** What a crash leaves: the recorded state as JSON, which must be all of it. */
function recovered(state: CoreState): CoreState {
  return JSON.parse(JSON.stringify(state)) as CoreState;
}
