/**
 * Who may talk to a terminal: one payment at a time, in the order in which they asked, each under a `requestId` of its
 * own (provider notes 1.3, 1.7). Pure; instants are milliseconds since the epoch.
 */
import type { AllocationRequest, QueuedWord, TerminalView } from './messages.ts';

/** The largest `requestId` that every source takes (provider notes 1.3). */
export const LAST_REFERENCE = 999_999_999;

/**
 * Of so many payments it is kept which askings have ended. A repeat of one could only come while the activity that
 * asked is tried again, at most a minute and a half after its last try, and a terminal has no time for a thousand
 * payments in that.
 */
const MOST_ENDED = 1_000;

export interface Lease extends AllocationRequest {
  readonly reference: string;
  readonly since: number;
  /** Since when nobody knows its outcome; null while somebody may. */
  readonly unknownSince: number | null;
  /** When it was last known that its payment stands. */
  readonly seen: number;
  readonly told: boolean;
}

export interface Waiting extends AllocationRequest {
  /** Of which block it was told, empty where of none; null before the first word. */
  readonly told: string | null;
}

export interface LeaseState {
  /** The last number that was given out. It is never set back. */
  readonly counter: number;
  readonly holder: Lease | null;
  readonly queue: readonly Waiting[];
  /** The highest asking of a payment that is over, oldest first. */
  readonly ended: readonly { readonly payment: string; readonly number: number }[];
}

export const NOBODY: LeaseState = { counter: 0, holder: null, queue: [], ended: [] };

type Asking = Pick<AllocationRequest, 'payment' | 'number'>;

const same = (one: Asking, other: Asking): boolean =>
  one.payment === other.payment && one.number === other.number;

/**
 * Takes an asking in. One that is known changes nothing, except that a holder hears its reference again. A payment does
 * one thing at a time: asking anew, it is done with what it asked before, unless nobody knows how that ended.
 */
export function asked(state: LeaseState, ask: AllocationRequest): LeaseState {
  const { holder, queue, ended } = state;
  if (holder !== null && same(holder, ask)) return { ...state, holder: { ...holder, told: false } };
  if (queue.some((one) => same(one, ask))) return state;
  if (ended.some((one) => one.payment === ask.payment && one.number >= ask.number)) return state;
  const waiting = queue.filter((one) => one.payment !== ask.payment || one.number > ask.number);
  const over =
    holder !== null &&
    holder.payment === ask.payment &&
    holder.number < ask.number &&
    holder.unknownSince === null;
  const { payment, operation, number, blockFor } = ask;
  return {
    ...state,
    holder: over ? null : holder,
    queue: [...waiting, { payment, operation, number, blockFor, told: null }],
  };
}

/** The asking is over, whether it waits, holds the terminal or has not come yet. */
export function ended(state: LeaseState, asking: Asking): LeaseState {
  const { payment, number } = asking;
  const known = state.ended.find((one) => one.payment === payment);
  const others = state.ended.filter((one) => one.payment !== payment);
  return {
    ...state,
    holder: state.holder !== null && same(state.holder, asking) ? null : state.holder,
    queue: state.queue.filter((one) => !same(one, asking)),
    ended: [...others, { payment, number: Math.max(number, known?.number ?? number) }].slice(-MOST_ENDED),
  };
}

/** Nobody knows how the holder's operation ended, so nobody else may begin. */
export function lost(state: LeaseState, asking: Asking, now: number): LeaseState {
  const { holder } = state;
  if (holder === null || !same(holder, asking) || holder.unknownSince !== null) return state;
  return { ...state, holder: { ...holder, unknownSince: now } };
}

/** The holder's payment was seen to stand. */
export function seen(state: LeaseState, asking: Asking, now: number): LeaseState {
  const { holder } = state;
  return holder !== null && same(holder, asking) ? { ...state, holder: { ...holder, seen: now } } : state;
}

/** Frees the terminal where its block has passed, and gives it to the next in turn. */
export function arranged(state: LeaseState, now: number): LeaseState {
  const { holder } = state;
  if (holder !== null) {
    const end = endOfBlock(holder);
    return end === null || end > now ? state : arranged(ended(state, holder), now);
  }
  const [next, ...queue] = state.queue;
  if (next === undefined || state.counter >= LAST_REFERENCE) return state;
  const counter = state.counter + 1;
  const { payment, operation, number, blockFor } = next;
  return {
    ...state,
    counter,
    queue,
    holder: {
      payment,
      operation,
      number,
      blockFor,
      reference: String(counter),
      since: now,
      unknownSince: null,
      seen: now,
      told: false,
    },
  };
}

function endOfBlock({ unknownSince, blockFor }: Lease): number | null {
  return unknownSince === null || blockFor === null ? null : unknownSince + blockFor;
}

/** When something has to be done although nobody speaks: the block passes, or the holder's payment is looked at. */
export function nextInstant({ holder }: LeaseState, checkEvery: number): number | null {
  if (holder === null) return null;
  const look = holder.seen + checkEvery;
  return Math.min(look, endOfBlock(holder) ?? look);
}

export type Word =
  | {
      readonly say: 'allocated';
      readonly payment: string;
      readonly number: number;
      readonly reference: string;
    }
  | ({ readonly say: 'queued'; readonly payment: string } & QueuedWord);

/** What somebody has to hear: the holder its reference, who waits that it does, and who blocks the terminal. */
export function nextWord({ holder, queue }: LeaseState): Word | null {
  if (holder !== null && !holder.told) {
    const { payment, number, reference } = holder;
    return { say: 'allocated', payment, number, reference };
  }
  const block = blockOf(holder);
  const next = queue.find(({ told }) => told === null || (block !== '' && told !== block));
  if (next === undefined) return null;
  const blockedBy =
    holder === null || block === '' ? null : { payment: holder.payment, operation: holder.operation };
  return { say: 'queued', payment: next.payment, number: next.number, blockedBy };
}

/** The word was said. */
export function told(state: LeaseState, word: Word): LeaseState {
  const { holder, queue } = state;
  if (word.say === 'allocated') {
    return holder !== null && same(holder, word) ? { ...state, holder: { ...holder, told: true } } : state;
  }
  const block = blockOf(holder);
  return { ...state, queue: queue.map((one) => (same(one, word) ? { ...one, told: block } : one)) };
}

const blockOf = (holder: Lease | null): string =>
  holder === null || holder.unknownSince === null ? '' : holder.reference;

export function viewOf(account: string, { counter, holder, queue }: LeaseState): TerminalView {
  return {
    account,
    counter,
    holder:
      holder === null
        ? null
        : {
            payment: holder.payment,
            operation: holder.operation,
            number: holder.number,
            reference: holder.reference,
            since: instant(holder.since),
          },
    queue: queue.map(({ payment, operation, number }) => ({ payment, operation, number })),
    block: holder === null ? null : blockView(holder),
  };
}

function blockView(holder: Lease): TerminalView['block'] {
  if (holder.unknownSince === null) return null;
  const end = endOfBlock(holder);
  return {
    payment: holder.payment,
    operation: holder.operation,
    since: instant(holder.unknownSince),
    until: end === null ? null : instant(end),
  };
}

const instant = (at: number): string => new Date(at).toISOString();
