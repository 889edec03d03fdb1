/**
 * One terminal, one workflow (`terminal/<account>`): it owns the queue of the payments that want to talk to it, the
 * counter of its `requestId`s and the block that an unknown outcome puts on it. The payment that holds the lease makes
 * the call itself, so that the call stands in its own history. It never ends: with it the counter would be lost, and a
 * `requestId` given out twice.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { AllocationActivities } from '../activities/contract.ts';
import { LOOK_OPTIONS } from './activity-options.ts';
import { answering, quietly } from './failure.ts';
import {
  arranged,
  asked,
  ended,
  LAST_REFERENCE,
  type Lease,
  type LeaseState,
  lost,
  NOBODY,
  nextInstant,
  nextWord,
  seen,
  told,
  viewOf,
  type Word,
} from './lease-queue.ts';
import { allocate, allocated, lease, queued, readTerminal, unblock } from './messages.ts';
import { outgrown } from './outgrown.ts';
import { reached } from './reach.ts';
import { checkUnblocking, isAllocationRequest, isLeaseWord } from './shape.ts';

export interface TerminalInput {
  readonly account: string;
  /** Carried from run to run. Who starts a terminal anew gives the counter from which it goes on. */
  readonly state?: LeaseState;
  /** Milliseconds after which it is looked whether the holder's payment still runs, again and again. @default 10 minutes */
  readonly checkEvery?: number;
  /** Goes on as a new run after so many events. @default what the server suggests */
  readonly continueAfter?: number;
}

const CHECK_EVERY = 600_000;

export async function terminal(input: TerminalInput): Promise<void> {
  const { account, checkEvery = CHECK_EVERY, continueAfter } = input;
  let state = input.state ?? NOBODY;
  let changed = false;

  setHandler(readTerminal, () => viewOf(account, state));
  setHandler(allocate, (ask) =>
    quietly('allocate', () => {
      changed = true;
      if (isAllocationRequest(ask)) state = asked(state, ask);
      if (state.counter >= LAST_REFERENCE) log.error('the numbers of this terminal are used up', { account });
    }),
  );
  setHandler(lease, (word) =>
    quietly('lease', () => {
      changed = true;
      if (!isLeaseWord(word)) return;
      state = word.how === 'done' ? ended(state, word) : lost(state, word, Date.now());
    }),
  );
  setHandler(
    unblock,
    ({ reference, by, evidence }) =>
      answering(() => {
        changed = true;
        const { holder } = state;
        // A call that still runs is nobody's to free: two at once would meet at the terminal.
        if (holder === null || holder.reference !== reference || holder.unknownSince === null) return false;
        state = ended(state, holder);
        log.warn('an operator freed the terminal', { account, reference, by, evidence });
        return true;
      }),
    { validator: checkUnblocking },
  );

  const { paymentStands } = proxyActivities<AllocationActivities>(LOOK_OPTIONS);

  /** A payment that cannot be reached has ended: it neither waits nor holds anything. */
  const say = async (word: Word): Promise<void> => {
    state = told(state, word);
    const { payment, number } = word;
    const heard =
      word.say === 'allocated'
        ? await reached(payment, allocated, { number, reference: word.reference })
        : await reached(payment, queued, { number, blockedBy: word.blockedBy });
    if (!heard) state = ended(state, word);
  };

  const look = async (holder: Lease): Promise<void> => {
    const stands = await paymentStands(holder.payment).catch((error: unknown) => {
      log.warn('nobody knows whether the payment stands', { payment: holder.payment, error });
      return true;
    });
    state = stands === false ? ended(state, holder) : seen(state, holder, Date.now());
  };

  const born = workflowInfo().historyLength;
  // A cancel request would lose the counter as any other end would, so it changes nothing.
  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      changed = false;
      state = arranged(state, Date.now());
      const word = nextWord(state);
      const next = nextInstant(state, checkEvery);
      if (word !== null) await say(word);
      else if (state.holder !== null && next !== null && next <= Date.now()) await look(state.holder);
      else if (allHandlersFinished() && outgrown(born, continueAfter)) break;
      else if (next === null) await condition(() => changed);
      else await condition(() => changed, Math.max(1, next - Date.now()));
    }
    await continueAsNew<typeof terminal>({ ...input, state });
  });
}
