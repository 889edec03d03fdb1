import {
  CancellationScope,
  getExternalWorkflowHandle,
  log,
  patched,
  proxyActivities,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { NoticeActivities, ProviderActivities } from '../activities/contract.ts';
import { step } from '../machines/core.ts';
import type { Effect, Input, Step } from '../machines/core-input.ts';
import type { CoreState, TimerName } from '../machines/core-state.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import { CALL_OPTIONS, HAND_OVER_OPTIONS, READ_OPTIONS, STANDING_OPTIONS } from './activity-options.ts';
import { Allocations } from './allocations.ts';
import { failureOf, lostCall, lostRead } from './failure.ts';
import { upsertsFor } from './indexed.ts';
import { operationEnded } from './messages.ts';
import { readResultOf, resultOf } from './shape.ts';
import { Timers } from './timers.ts';
import { Teller } from './webhook-teller.ts';

/** Somebody who asked and has no answer yet. */
interface Caller {
  readonly command: string;
  readonly operation: string | null;
  readonly settle: () => void;
}

/**
 * Interprets the effects of the core on Temporal: calls become activities, timers become timers, and what comes of
 * them goes through the core again. It decides nothing. Everything that it starts stands in a scope of its own that
 * no cancel request reaches.
 */
export class Driver {
  #core: CoreState;
  #complete = false;
  /** Activities and signals under way. */
  #underWay = 0;
  readonly #callers = new Set<Caller>();
  readonly #shield = new CancellationScope({ cancellable: false });
  readonly #timers = new Timers<TimerName>((timer) => this.advance({ type: 'timer', timer }));
  readonly #allocations = new Allocations();
  readonly #callQueue: string | undefined;
  readonly #teller: Teller | null;

  /**
   * @param first - the step that made the payment, or the state carried over from the run before.
   * @param options.callQueue - the task queue of the account's calls, where it has one of its own.
   * @param options.told - the last entry that the merchant was told of; absent where nobody wants to be told.
   */
  constructor(
    first: Step | { readonly state: CoreState },
    { callQueue, told }: { readonly callQueue?: string | undefined; readonly told?: number | undefined },
  ) {
    this.#callQueue = callQueue;
    this.#teller = told === undefined ? null : new Teller(() => this.#core, told);
    this.#core = first.state;
    if ('effects' in first) this.#take(first);
    else
      this.#interpret([...Object.entries(first.state.timers).map(timerEffect), ...askedAgain(first.state)]);
    this.#inform();
  }

  get core(): CoreState {
    return this.#core;
  }

  /** The core said that the workflow may end. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Nothing runs whose result would be lost with this run. */
  get idle(): boolean {
    return this.#underWay === 0;
  }

  /** Number of the last entry that the merchant was told of; absent where nobody wants to be told. */
  get told(): number | undefined {
    return this.#teller?.told;
  }

  /** Nobody waits to be told of anything. */
  get allTold(): boolean {
    return this.#teller?.done !== false;
  }

  /** One input through the core, its effects begun in their order. Synchronous. */
  advance(input: Input): void {
    this.#take(step(this.#core, input, Date.now()));
  }

  /**
   * Resolves with the answer when the caller of this command, which is about this operation, may have it. A promise of
   * our own and no async function: `condition` would cost each capture a scope and twice the promises, and the SDK
   * keeps a stack trace of every one.
   */
  answered<T>(command: string, operation: string | null, answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        try {
          resolve(answer());
        } catch (error) {
          reject(failureOf(error));
        }
      };
      const caller = { command, operation, settle };
      if (this.#isWaiting(caller)) this.#callers.add(caller);
      else settle();
    });
  }

  #isWaiting({ command, operation }: Caller): boolean {
    return this.#core.waiting.some((one) => one.command === command && one.operation === operation);
  }

  /** A command that has its reply has left `waiting`. */
  #take({ state, effects }: Step): void {
    this.#core = state;
    this.#interpret(effects);
    for (const caller of this.#callers) {
      if (this.#isWaiting(caller)) continue;
      this.#callers.delete(caller);
      caller.settle();
    }
    this.#inform();
  }

  /** What a provider says of a payment that has ended goes to the account's inbox, where a person finds it. */
  async keep(notices: readonly Notice[]): Promise<void> {
    const { keepNotice } = proxyActivities<NoticeActivities>(HAND_OVER_OPTIONS);
    const { account } = this.#core.facts;
    for (const notice of notices) await keepNotice({ account, notice });
  }

  #inform(): void {
    const teller = this.#teller;
    if (teller !== null && !teller.done) this.#shielded(() => teller.tell());
  }

  #interpret(effects: readonly Effect[]): void {
    for (const effect of effects) this.#begin(effect);
  }

  /** Runs what a cancel request must not reach. */
  #shielded(run: () => Promise<void>): void {
    void this.#shield.run(run);
  }

  #begin(effect: Effect): void {
    switch (effect.type) {
      case 'call':
        this.#shielded(() => this.#call(effect.number, effect.call));
        return;
      case 'read':
        this.#shielded(() => this.#read(effect.number, effect.call));
        return;
      case 'allocate':
        // No end of the run waits for it: the next run asks again, and the same asking is one.
        this.#shielded(() => this.#allocations.ask(this.#core.facts, effect));
        return;
      case 'lease':
        this.#shielded(() => this.#busy(() => this.#allocations.lease(this.#core.facts, effect)));
        return;
      case 'timer.start':
        this.#shielded(async () => this.#timers.start(effect.timer, effect.at));
        return;
      case 'timer.cancel':
        this.#timers.cancel(effect.timer);
        return;
      case 'upsert': {
        const pairs = upsertsFor(effect.indexed, workflowInfo().typedSearchAttributes);
        if (pairs.length > 0) upsertSearchAttributes(pairs);
        return;
      }
      case 'tell':
        this.#shielded(() => this.#tell(effect));
        return;
      case 'patch':
        patched(effect.name);
        return;
      case 'log':
        log[effect.level](effect.message, effect.figures);
        return;
      case 'complete':
        this.#complete = true;
        return;
    }
  }

  /** No async function: it stands in every capture's path, and would keep two more promises there. */
  #call(number: number, call: ProviderCall): Promise<void> {
    this.#underWay += 1;
    const activities = proxyActivities<ProviderActivities>({
      ...(call.action === 'authorise' && call.allocated !== undefined ? STANDING_OPTIONS : CALL_OPTIONS),
      activityId: `${call.operation}#${number}`,
      ...(this.#callQueue === undefined ? {} : { taskQueue: this.#callQueue }),
    });
    const done = (result: CallResult): void => {
      this.#underWay -= 1;
      this.advance({ type: 'result', number, result });
    };
    return activities[call.action](call).then(
      (result) => done(resultOf(result)),
      (error: unknown) => done(lostCall(error)),
    );
  }

  /** Reads count for the account's limits as calls do, so they are on its queue too. */
  async #read(number: number, call: ReadCall): Promise<void> {
    this.#underWay += 1;
    const { read } = proxyActivities<ProviderActivities>({
      ...READ_OPTIONS,
      activityId: `${call.operation}?${number}`,
      ...(this.#callQueue === undefined ? {} : { taskQueue: this.#callQueue }),
    });
    let result: ReadResult;
    try {
      result = readResultOf(await read(call));
    } catch (error) {
      result = lostRead(error);
    }
    this.#underWay -= 1;
    this.advance({ type: 'read', number, result });
  }

  async #busy(run: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    await run();
    this.#underWay -= 1;
  }

  /** The order side may be gone; that is no business of the payment. */
  async #tell({ workflow, operation, state, booked }: Extract<Effect, { type: 'tell' }>): Promise<void> {
    this.#underWay += 1;
    try {
      await getExternalWorkflowHandle(workflow).signal(operationEnded, {
        payment: this.#core.facts.id,
        operation,
        state,
        booked,
      });
    } catch (error) {
      log.warn('the order workflow could not be told', { workflow, operation, error });
    }
    this.#underWay -= 1;
  }
}

function timerEffect([timer, at]: [string, number]): Effect {
  return { type: 'timer.start', timer: timer as TimerName, at };
}

/** What the run before asked and had no answer to. */
function askedAgain({ allocation, machine }: CoreState): readonly Effect[] {
  const rule = machine.context.capabilities.allocates;
  if (allocation?.phase !== 'asked' || rule === null) return [];
  const { number, operation } = allocation;
  return [{ type: 'allocate', number, operation, rule }];
}
