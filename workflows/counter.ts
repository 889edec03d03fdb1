/**
 * References of an account that only have to differ (`counter/<account>`): 1, 2, 3 and so on, since hashes of twelve
 * digits collide. It never ends: with it the counter would be lost, and a reference given out twice.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { quietly } from './failure.ts';
import { type AllocationRequest, allocate, allocated, readCounter } from './messages.ts';
import { outgrown } from './outgrown.ts';
import { reached } from './reach.ts';
import { isAllocationRequest } from './shape.ts';

export interface CounterState {
  /** The last number that was given out. It is never set back. */
  readonly counter: number;
  /** What the payments got that asked last, oldest first. */
  readonly given: readonly Given[];
}

interface Given {
  readonly payment: string;
  readonly number: number;
  readonly reference: string;
  readonly told: boolean;
}

export interface CounterInput {
  readonly account: string;
  /** Carried from run to run. Who starts a counter anew gives the number from which it goes on. */
  readonly state?: CounterState;
  /** Goes on as a new run after so many events. @default what the server suggests */
  readonly continueAfter?: number;
}

const LAST_REFERENCE = 999_999_999_999;

/**
 * A repeat of an asking that is forgotten costs a number and nothing else: the payment has the first one, or had it
 * and is past it, and passes the second over.
 */
const MOST_GIVEN = 500;

export async function counter(input: CounterInput): Promise<void> {
  let state = input.state ?? { counter: 0, given: [] };
  let changed = false;

  setHandler(readCounter, () => state.counter);
  setHandler(allocate, (ask) =>
    quietly('allocate', () => {
      changed = true;
      if (isAllocationRequest(ask)) state = given(state, ask);
      if (state.counter >= LAST_REFERENCE)
        log.error('the numbers of this account are used up', { account: input.account });
    }),
  );

  const say = async ({ payment, number, reference }: Given): Promise<void> => {
    await reached(payment, allocated, { number, reference });
  };

  const born = workflowInfo().historyLength;
  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      changed = false;
      const untold = state.given.filter((one) => !one.told);
      state = { ...state, given: state.given.map((one) => ({ ...one, told: true })).slice(-MOST_GIVEN) };
      if (untold.length > 0) await Promise.all(untold.map(say));
      else if (allHandlersFinished() && outgrown(born, input.continueAfter)) break;
      else await condition(() => changed);
    }
    await continueAsNew<typeof counter>({ ...input, state });
  });
}

/** A payment does one thing at a time, so only its last asking is kept; an older one is over. */
function given(state: CounterState, { payment, number }: AllocationRequest): CounterState {
  const known = state.given.find((one) => one.payment === payment);
  if (known !== undefined && known.number > number) return state;
  if (known?.number === number) {
    return { ...state, given: state.given.map((one) => (one === known ? { ...one, told: false } : one)) };
  }
  if (state.counter >= LAST_REFERENCE) return state;
  const next = state.counter + 1;
  const others = state.given.filter((one) => one !== known);
  return { counter: next, given: [...others, { payment, number, reference: String(next), told: false }] };
}
