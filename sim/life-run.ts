import type { Input, Step } from '../machines/core-input.ts';
import type { CoreState } from '../machines/core-state.ts';
import type { Command } from '../payment/command.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Actor } from '../payment/ledger.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import { HEARTBEAT_TIMEOUT, HTTP_TIMEOUT } from './capabilities.ts';
import { Checker } from './checker.ts';
import type { Engine } from './engine.ts';
import { EventQueue } from './event-queue.ts';
import { BEGIN, factsOf } from './facts.ts';
import { type Crash, Faults } from './faults.ts';
import type { Decision, Life } from './life.ts';
import { type Going, type LifeEvent, OUTWARD, type Reading } from './life-event.ts';
import { modelOf } from './models.ts';
import { resolution, restWord, wordOf } from './person.ts';
import { passageOf } from './provider-line.ts';
import type { ProviderModel } from './provider-model.ts';
import { Terminal } from './terminal.ts';
import { Violation } from './violation.ts';
import { Watch } from './watch.ts';

/** Most steps of one life: beyond it something goes in circles. */
const MOST_STEPS = 3000;
const BY: Actor = { kind: 'caller', name: 'shop', via: 'command' };

/**
 * The second interpreter of the core's effects: virtual time instead of Temporal, a model instead of
 * a provider, and whatever the life drew to go wrong. What a crash leaves is the last recorded state, as
 * Temporal leaves it: a state is recorded together with its effects, or not at all.
 */
export class LifeRun {
  readonly model: ProviderModel;
  readonly checker: Checker;
  readonly watch: Watch;
  readonly faults: Faults;
  readonly terminal: Terminal;
  readonly queue = new EventQueue<LifeEvent>();
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
  private reading: Reading | null = null;
  private downUntil = 0;
  private notices = 0;
  private reads = 0;
  private grants = 0;
  private noticesFreeAt = 0;
  private resolutions = 0;
  private crashAtAnswer: Crash | null = null;
  /** What a worker that died had in its hands and did not record. */
  private redo: (() => void) | null = null;

  /** @param timers - `stop-at-timer` ends the run where the first timer of the core would fire. */
  constructor(life: Life, engine: Engine, timers: 'run' | 'stop-at-timer' = 'run') {
    this.life = life;
    this.stopAtTimer = timers === 'stop-at-timer';
    this.engine = engine;
    this.faults = new Faults(life, BEGIN);
    const facts = factsOf(life);
    this.model = modelOf(life.setting, facts.reference);
    this.terminal = new Terminal(facts.capabilities.allocates);
    this.checker = new Checker(this.model.books);
    const { books } = this.model;
    const { accounts } = this.checker;
    this.watch = new Watch(facts.capabilities, accounts, books, this.terminal, lagOf(life));
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
      const { redo } = this;
      if (redo !== null && this.downUntil <= (at ?? until)) {
        this.redo = null;
        this.now = Math.max(this.now, this.downUntil);
        redo();
        continue;
      }
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
    const word = wordOf(this.state, this.model, this.certain);
    if (word === null) return false;
    if ('lock' in word) this.model.unlock();
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
    const taken = this.take(
      { type: 'command', command, hash, by: BY },
      () => void this.command(command, same),
    );
    const now = this.state.bound[command.id];
    if (taken && (now === undefined || now.hash !== hash))
      throw new Violation('M10', `${command.id} was accepted and is not bound to its body`);
    return true;
  }

  private handle(event: LifeEvent): void {
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
        this.model.acknowledge(event.notice);
        if (!this.closed) this.take({ type: 'notice', notice: event.notice });
        this.deliver();
        return;
      case 'settle':
        this.model.settle(event.settlement, this.now);
        this.deliver();
        return;
      case 'expire':
        this.model.expire(this.now);
        this.deliver();
        return;
      case 'look':
        this.look(event.reading);
        return;
      case 'read':
        this.readEnded(event.reading, event.result);
        return;
      case 'ask':
        this.terminal.ask(event.number, event.operation, this.now);
        this.hear();
        return;
      case 'said':
        if (!this.closed) this.take(event.word);
        return;
      case 'terminal':
        this.terminal.look(this.now);
        this.hear();
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
      case 'holder':
        this.terminal.other(decision.ms, decision.blocks, this.now);
        this.hear();
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

  /**
   * One input to the core, with what the life has drawn for this step. False where the worker died before it was
   * recorded: then `again` gives it anew once a worker runs, while the provider goes on.
   */
  private take(input: Input, again: () => void = () => this.retake(input)): boolean {
    this.steps++;
    if (this.steps > MOST_STEPS) throw new Violation('liveness', `${MOST_STEPS} steps and no end`);
    const crash = this.faults.crash(this.steps, this.now);
    const before = this.state;
    const step = this.guarded(() => this.engine.step(before, input, this.now));
    if (crash?.point === 'before-record') {
      this.die(crash);
      this.redo = again;
      return false;
    }
    this.inputs.push({ at: this.now, input });
    this.record(step, crash);
    if (crash?.point === 'after-send') this.die(crash);
    if (crash?.point === 'after-answer') this.crashAtAnswer = crash;
    return true;
  }

  private retake(input: Input): void {
    if (!this.closed) this.take(input);
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
    this.watch.afterStep(step, this.now, this.commands);
    for (const effect of step.effects) {
      if (effect.type === 'call') this.callOut(effect.number, effect.call, crash);
      else if (effect.type === 'read') this.readOut(effect.number, effect.call, crash);
      else if (effect.type === 'allocate') this.askFor(effect.number, effect.operation, crash);
      else if (effect.type === 'lease') {
        this.terminal.lease(effect.number, effect.how, this.now);
        this.hear();
      }
    }
  }

  private callOut(number: number, call: ProviderCall, crash: Crash | null): void {
    this.calls++;
    const fault = this.faults.call(this.calls, this.now);
    const going: Going = { number, call, fault, deaf: false, done: false };
    this.going = going;
    if (crash?.point === 'before-send') {
      this.stopFor(crash);
      this.queue.schedule(this.downUntil, { kind: 'start', going });
    } else this.start(going);
  }

  /** A read whose worker died before it began is given to the next one; its books are looked at later. */
  private readOut(number: number, call: ReadCall, crash: Crash | null): void {
    this.reads++;
    const fault = this.faults.read(this.reads, this.now);
    const reading: Reading = { number, call, fault, lookedAt: this.now, deaf: false, done: false };
    this.reading = reading;
    if (crash?.point === 'before-send') this.stopFor(crash);
    const from = Math.max(this.now, this.downUntil);
    const half = Math.ceil(this.life.setting.latency / 2);
    const wait = fault?.kind === 'slow' ? fault.ms : half;
    if (fault?.kind !== 'failed' && wait <= HTTP_TIMEOUT)
      this.queue.schedule(from + wait, { kind: 'look', reading });
    else {
      const result: ReadResult = { read: 'failed', reason: 'timeout' };
      this.queue.schedule(from + HTTP_TIMEOUT, { kind: 'read', reading, result });
    }
  }

  /** Whoever asks and dies asks again under the same number. */
  private askFor(number: number, operation: string, crash: Crash | null): void {
    if (crash?.point === 'before-send') this.stopFor(crash);
    else this.queue.schedule(this.now, { kind: 'ask', number, operation });
    if (crash !== null) {
      const at = Math.max(this.downUntil, this.now + crash.down);
      this.queue.schedule(at, { kind: 'ask', number, operation });
    }
  }

  private stopFor(crash: Crash): void {
    this.downUntil = Math.max(this.downUntil, this.now + crash.down);
    this.state = recovered(this.state);
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
    const outOfTurn = this.model.isOccupied() ? this.model.outOfTurn(going.call, this.now) : null;
    if (outOfTurn !== null) {
      this.answer(going, outOfTurn, passage.returns);
      return;
    }
    if (passage.works === 0) {
      this.work(going);
      return;
    }
    this.model.occupy(going.call, this.now);
    this.queue.schedule(this.now + passage.works, { kind: 'work', going });
  }

  private work(going: Going): void {
    const result = this.model.receive(going.call, this.now, going.fault);
    if (result.outcome === 'declined') this.certain.set(going.call.operation, 'declined');
    this.deliver();
    this.answer(going, result, passageOf(going.fault, this.life.setting.latency).returns);
  }

  private answer(going: Going, result: CallResult, returns: number | null): void {
    if (returns !== null) this.queue.schedule(this.now + returns, { kind: 'result', going, result });
  }

  private look(reading: Reading): void {
    reading.lookedAt = this.now;
    const result = this.guarded(() => this.model.read(reading.call, this.now));
    const half = Math.ceil(this.life.setting.latency / 2);
    const wait = reading.fault?.kind === 'stale' ? reading.fault.ms : half;
    this.queue.schedule(this.now + wait, { kind: 'read', reading, result });
  }

  private readEnded(reading: Reading, result: ReadResult): void {
    const heartbeat = result.read === 'failed' && result.reason === 'heartbeat';
    if (reading.done || (reading.deaf && !heartbeat) || this.diesNow(reading.deaf)) return;
    reading.done = true;
    this.reading = null;
    this.watch.read(reading.call.operation, result, reading.lookedAt);
    if (!this.closed) this.take({ type: 'read', number: reading.number, result });
  }

  /** Puts what the owner of the terminal said on its way. */
  private hear(): void {
    const { said, due } = this.terminal;
    if (due.length > 0) {
      this.terminal.due = [];
      for (const at of due) this.queue.schedule(Math.max(at, this.now), { kind: 'terminal' });
    }
    if (said.length === 0) return;
    this.terminal.said = [];
    for (const word of said) {
      const fault = word.type === 'allocated' ? this.faults.grant(++this.grants, this.now) : null;
      const usual = this.now + Math.ceil(this.life.setting.latency / 2);
      this.queue.schedule(fault?.kind === 'late' ? usual + fault.ms : usual, { kind: 'said', word });
      if (fault?.kind === 'duplicate') this.queue.schedule(usual + fault.ms, { kind: 'said', word });
    }
  }

  private result(going: Going, result: CallResult): void {
    const heartbeat = result.outcome === 'unknown' && result.reason === 'heartbeat';
    if (going.done || (going.deaf && !heartbeat) || this.diesNow(going.deaf)) return;
    going.done = true;
    this.going = null;
    this.checker.answered(going.call.operation, result);
    this.watch.answered(going.call.operation, result, this.now);
    if (!this.closed) this.take({ type: 'result', number: going.number, result });
  }

  /** The process ends with an answer in its hands. */
  private diesNow(deaf: boolean): boolean {
    const crash = this.crashAtAnswer;
    if (crash === null || deaf) return false;
    this.crashAtAnswer = null;
    this.die(crash);
    return true;
  }

  /** The process ends: what it knew is lost, what it had sent goes on, and a heartbeat that stops tells the server. */
  private die(crash: Crash): void {
    this.stopFor(crash);
    const { going, reading } = this;
    const at = this.now + HEARTBEAT_TIMEOUT;
    if (going !== null && !going.done && !going.deaf) {
      going.deaf = true;
      const result: CallResult = { outcome: 'unknown', reason: 'heartbeat' };
      this.queue.schedule(at, { kind: 'result', going, result });
    }
    if (reading !== null && !reading.done && !reading.deaf) {
      reading.deaf = true;
      const result: ReadResult = { read: 'failed', reason: 'heartbeat' };
      this.queue.schedule(at, { kind: 'read', reading, result });
    }
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

/** How late the books are that a person could be asked about; null where there are none. */
function lagOf({ setting }: Life): number | null {
  return 'readLag' in setting ? setting.readLag : null;
}

/** What a crash leaves: the recorded state as JSON, which must be all of it. */
function recovered(state: CoreState): CoreState {
  return JSON.parse(JSON.stringify(state)) as CoreState;
}
