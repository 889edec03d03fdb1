/**
 * Notices of one account that match no payment yet: a provider may be faster than visibility, or than the answer that
 * names its reference. They are kept and tried again; what nobody claims stays for a person. Workflow id
 * `inbox/<account>`; it ends when it holds nothing and is started again by the next notice.
 */
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  patched,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Delivery, NoticeActivities } from '../activities/contract.ts';
import type { Notice } from '../payment/notice.ts';
import { ROUTE_OPTIONS } from './activity-options.ts';
import { quietly } from './failure.ts';

export interface WaitingNotice {
  readonly notice: Notice;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly tries: number;
  /** When it is tried again, milliseconds since the epoch. */
  readonly next: number;
}

export interface UnclaimedNotice {
  readonly notice: Notice;
  readonly since: number;
  readonly why: 'no-payment' | 'closed' | 'full';
}

export interface InboxState {
  readonly waiting: readonly WaitingNotice[];
  /** Notices that a person has to look at, oldest first. */
  readonly attention: readonly UnclaimedNotice[];
  /** Identities that were delivered or dismissed lately. */
  readonly done: readonly string[];
}

export interface InboxInput {
  readonly account: string;
  readonly state?: InboxState;
  /** Milliseconds between tries, in order; the last one repeats. */
  readonly waits?: readonly number[];
  /** Milliseconds after which a notice is left to a person. @default 48 hours */
  readonly giveUpAfter?: number;
}

export const deliver = defineSignal<[Notice]>('deliver');
/** A notice of a payment that has ended: it is not tried, a person has to look at it. */
export const keep = defineSignal<[Notice]>('keep');
export const readInbox = defineQuery<InboxState>('inbox');
/** Takes a notice off the attention list; false where there is none of that identity. */
export const dismiss = defineUpdate<boolean, [string]>('dismiss');

const SECOND = 1000;
const WAITS = [1, 2, 5, 15, 60, 300, 900, 3600].map((seconds) => seconds * SECOND);
const GIVE_UP_AFTER = 48 * 3600 * SECOND;
/** At most so many of each are carried from run to run: a payload holds 2 MiB, a notice about one KiB. */
const MOST_KEPT = 400;
const MOST_DONE = 1000;

const EMPTY: InboxState = { waiting: [], attention: [], done: [] };

export async function inbox(input: InboxInput): Promise<void> {
  const { account, waits = WAITS, giveUpAfter = GIVE_UP_AFTER } = input;
  let state = input.state ?? EMPTY;
  let arrived = false;

  setHandler(readInbox, () => state);
  setHandler(deliver, (notice) =>
    quietly('deliver', () => {
      const next = received(state, notice, Date.now());
      arrived ||= next !== state;
      state = next;
    }),
  );
  setHandler(keep, (notice) =>
    quietly('keep', () => {
      if (state.attention.some((each) => each.notice.identity === notice.identity)) return;
      const waiting = without(state.waiting, notice.identity);
      state = unclaimed({ ...state, waiting }, notice, Date.now(), 'closed');
      arrived = true;
    }),
  );
  setHandler(dismiss, (identity) => {
    const known = state.attention.some((each) => each.notice.identity === identity);
    if (known) state = { ...finished(state, identity), attention: without(state.attention, identity) };
    arrived = true;
    return known;
  });

  const { deliverNotice } = proxyActivities<NoticeActivities>(ROUTE_OPTIONS);
  const attempt = async (notice: Notice): Promise<Delivery> => {
    try {
      return await deliverNotice({ account, notice });
    } catch (error) {
      log.warn('a notice could not be handed over', { identity: notice.identity, error });
      return 'no-payment';
    }
  };

  await CancellationScope.nonCancellable(async () => {
    while (!workflowInfo().continueAsNewSuggested) {
      arrived = false;
      for (const { notice } of due(state, Date.now())) {
        const delivery = await attempt(notice);
        state = tried(state, notice.identity, delivery, Date.now(), { waits, giveUpAfter });
      }
      if (arrived) continue;
      if (state.waiting.length === 0 && state.attention.length === 0) return;
      await untilNext(state, () => arrived);
    }
    await continueAsNew<typeof inbox>({ ...input, state });
  });
}

async function untilNext(state: InboxState, arrived: () => boolean): Promise<void> {
  if (state.waiting.length === 0) {
    await condition(arrived);
    return;
  }
  const next = Math.min(...state.waiting.map((each) => each.next));
  await condition(arrived, Math.max(1, next - Date.now()));
}

const due = (state: InboxState, now: number): readonly WaitingNotice[] =>
  state.waiting.filter((each) => each.next <= now);

/** A hint says no more than that somebody should look: the same pointer again, under whatever identity, adds nothing. */
function pointsAgain({ waiting, attention }: InboxState, notice: Notice): boolean {
  if (notice.about !== 'hint') return false;
  const facts = factsText(notice);
  return [...waiting, ...attention].some(
    ({ notice: each }) =>
      each.about === 'hint' &&
      each.providerReference === notice.providerReference &&
      factsText(each) === facts,
  );
}

const factsText = ({ facts }: Notice): string =>
  JSON.stringify(Object.entries(facts).toSorted(([one], [other]) => (one < other ? -1 : 1)));

/** Takes a notice in, once for each identity. */
function received(state: InboxState, notice: Notice, now: number): InboxState {
  const { identity } = notice;
  const known = [...state.waiting, ...state.attention].some((each) => each.notice.identity === identity);
  if (known || state.done.includes(identity)) return state;
  // Inboxes that kept such a hint once have to do so again when they are replayed.
  if (pointsAgain(state, notice) && patched('hint-once')) return state;
  if (state.waiting.length >= MOST_KEPT) return unclaimed(state, notice, now, 'full');
  return { ...state, waiting: [...state.waiting, { notice, since: now, tries: 0, next: now }] };
}

function tried(
  state: InboxState,
  identity: string,
  delivery: Delivery,
  now: number,
  { waits, giveUpAfter }: { readonly waits: readonly number[]; readonly giveUpAfter: number },
): InboxState {
  const found = state.waiting.find((each) => each.notice.identity === identity);
  if (found === undefined) return state;
  const waiting = without(state.waiting, identity);
  if (delivery === 'delivered') return { ...finished(state, identity), waiting };
  if (delivery === 'closed') return unclaimed({ ...state, waiting }, found.notice, found.since, 'closed');
  if (now - found.since >= giveUpAfter) {
    return unclaimed({ ...state, waiting }, found.notice, found.since, 'no-payment');
  }
  const wait = waits[Math.min(found.tries, waits.length - 1)] ?? GIVE_UP_AFTER;
  return { ...state, waiting: [...waiting, { ...found, tries: found.tries + 1, next: now + wait }] };
}

function unclaimed(
  state: InboxState,
  notice: Notice,
  since: number,
  why: UnclaimedNotice['why'],
): InboxState {
  const attention = [...state.attention, { notice, since, why }];
  const lost = attention.slice(0, -MOST_KEPT);
  for (const each of lost)
    log.error('too many unclaimed notices: one is dropped', { identity: each.notice.identity });
  return { ...state, attention: attention.slice(-MOST_KEPT) };
}

function finished(state: InboxState, identity: string): InboxState {
  return { ...state, done: [...state.done, identity].slice(-MOST_DONE) };
}

function without<T extends { readonly notice: Notice }>(list: readonly T[], identity: string): readonly T[] {
  return list.filter((each) => each.notice.identity !== identity);
}
