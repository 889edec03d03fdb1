import type { Actor, Fact } from '../payment/ledger.ts';
import { arrangeAllocation, onAllocated, onQueued } from './core-allocation.ts';
import { advanceLane, answerWaiting } from './core-lane.ts';
import { arrangeClock, arrangeIndex, onTimer } from './core-clock.ts';
import { onCommand } from './core-command.ts';
import { actOnDeadline } from './core-deadline.ts';
import type { Draft } from './core-draft.ts';
import { entryOf, instant, operationOf, raise } from './core-draft.ts';
import type { Input, Step } from './core-input.ts';
import { onNotice, takeDeferred } from './core-notice.ts';
import { approve } from './core-outcome.ts';
import { arrangeReads, onPoke, onRead } from './core-reads.ts';
import { onResult } from './core-result.ts';
import type { CoreState, PaymentFacts } from './core-state.ts';
import type { CreatedData } from './created.ts';
import { MACHINE_VERSION } from './created.ts';
import { created } from './fold.ts';

/**
 * The life of one payment, one input at a time. Synchronous and pure: no promise, clock or random
 * number; `at` is milliseconds since the epoch. The Temporal workflow and the simulator are its two
 * interpreters. Throws IllegalCommand for a command that `explain` refuses, and IllegalEntry only for a
 * defect of ours.
 */
export function step(state: CoreState, input: Input, at: number): Step {
  const draft: Draft = { state, at, effects: [], replies: [] };
  if (state.machine.context.closedAt === null) take(draft, input);
  else if (input.type === 'command') onCommand(draft, input.command, input.hash, input.by);
  return finish(draft);
}

function take(draft: Draft, input: Input): void {
  switch (input.type) {
    case 'command':
      onCommand(draft, input.command, input.hash, input.by);
      return;
    case 'result':
      onResult(draft, input.number, input.result);
      return;
    case 'timer':
      onTimer(draft, input.timer);
      return;
    case 'notice':
      onNotice(draft, input.notice);
      return;
    case 'cancel-requested':
      raise(draft, 'cancel-requested', 'the workflow was asked to cancel; a payment ends by its own rules');
      return;
    case 'read':
      onRead(draft, input.number, input.result);
      return;
    case 'allocated':
      onAllocated(draft, input.number, input.reference);
      return;
    case 'queued':
      onQueued(draft, input.number, input.blockedBy);
      return;
    case 'hold-shared':
      raise(draft, 'hold-shared', `payment ${input.payment} stands on the same hold`);
      return;
    case 'poke':
      onPoke(draft);
      return;
  }
}

function finish(draft: Draft): Step {
  takeDeferred(draft);
  actOnDeadline(draft);
  advanceLane(draft);
  arrangeAllocation(draft);
  arrangeReads(draft);
  arrangeClock(draft);
  answerWaiting(draft);
  arrangeIndex(draft);
  return { state: draft.state, effects: draft.effects, replies: draft.replies };
}

/** Creates a payment: asks for the hold, or takes over one that exists at the provider. */
export function begin(facts: PaymentFacts, at: number): Step {
  const by: Actor = { kind: 'caller', name: facts.by, via: 'command' };
  const adopt = 'adopt' in facts.authorization ? facts.authorization.adopt : null;
  const data: CreatedData = {
    id: facts.id,
    account: facts.account,
    provider: facts.provider,
    currency: facts.currency,
    amount: facts.amount,
    capabilities: facts.capabilities,
    plan: facts.plan,
    machineVersion: MACHINE_VERSION,
    adopt: adopt === null ? null : adoptedData(adopt),
  };
  const fact: Fact = {
    type: 'payment.created',
    operation: null,
    by,
    rule: 'created',
    data: {
      ...data,
      // The lines stand in the facts; a ledger is carried from run to run and says them once at most.
      ...(facts.order === undefined
        ? {}
        : { order: { reference: facts.order.reference, lines: facts.order.lines?.length ?? 0 } }),
      ...(facts.metadata === undefined ? {} : { metadata: facts.metadata }),
    },
  };
  const machine = created(fact, instant(at));
  const draft: Draft = {
    state: {
      machine,
      facts,
      ledger: [entryOf(1, instant(at), fact, machine.context)],
      running: null,
      calls: 0,
      lineBytes: 0,
      bodies:
        'request' in facts.authorization
          ? { authorization: { kind: 'authorization', request: facts.authorization.request } }
          : {},
      repeating: null,
      timers: {},
      waiting: [{ command: facts.id, operation: 'authorization' }],
      bound: {},
      seen: [],
      confirmed: data.adopt?.sequenceNumber ?? 0,
      deadlineDue: false,
      claimsBefore: claimsBefore(facts),
      balance: 0,
      disputed: null,
      deferred: [],
      owed: [],
      looking: null,
      reading: null,
      wantsRead: false,
      lastRead: null,
      pokedAt: null,
      expiryAsked: null,
      difference: null,
      allocation: null,
      toldStuck: null,
      indexed: null,
      quietSince: null,
    },
    at,
    effects: [],
    replies: [],
  };
  const authorization = operationOf(draft, 'authorization');
  if (adopt !== null && authorization !== undefined) {
    approve(draft, authorization, facts.amount, {
      by,
      rule: 'adopted',
      data: {
        ...(adopt.authorizedAt === undefined ? {} : { authorizedAt: adopt.authorizedAt }),
        ...(adopt.expiresAt === undefined
          ? {}
          : { expiresAt: adopt.expiresAt, expiresBy: adopt.expiresBy ?? 'caller' }),
        ...(facts.holdKey === undefined ? {} : { providerReference: facts.holdKey }),
      },
    });
  }
  return finish(draft);
}

/** What was claimed before an adoption, minor units: the caller says so, or numbers were used and nobody knows. */
function claimsBefore({ authorization }: PaymentFacts): number | null {
  if ('request' in authorization) return 0;
  const { captured, sequenceNumber } = authorization.adopt.reference;
  if (typeof captured === 'number') return captured;
  return typeof sequenceNumber === 'number' && sequenceNumber > 0 ? null : 0;
}

/** PAYONE gives the last used number with the reference (design, section 6). */
function adoptedData(
  adopt: Extract<PaymentFacts['authorization'], { adopt: unknown }>['adopt'],
): CreatedData['adopt'] {
  const { sequenceNumber, captured: _claims, ...reference } = adopt.reference;
  return {
    reference,
    ...(adopt.authorizedAt === undefined ? {} : { authorizedAt: adopt.authorizedAt }),
    ...(adopt.expiresAt === undefined ? {} : { expiresAt: adopt.expiresAt }),
    ...(typeof sequenceNumber === 'number' ? { sequenceNumber } : {}),
  };
}
