import type { CoreState } from '../machines/core-state.ts';
import type { ProviderCall } from '../payment/call.ts';
import { momentAt, type Point } from './replay-point.ts';
import type { Story } from './replay-story.ts';
import type { Moment } from './trace.ts';
import { type Followed, Hypothesis, NothingToSuppose, type Supposition } from './what-if.ts';
import { refeed, type Refed } from './what-if-replay.ts';

/** What would have followed. */
export interface WhatIf {
  /** The last entry that was as it was. */
  readonly n: number;
  readonly followed: readonly Followed[];
  /** Null where the rest was not told. */
  readonly refed: Refed | null;
  readonly core: CoreState;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Lets a payment go on otherwise than it did, on this version's machine. Nothing leaves the process: a call that would be
 * made is told, and is answered only by a supposition or by what was recorded.
 *
 * @param from - null: for an outcome where its call ran, else at the end. An input that wrote several entries is whole.
 * @throws NoPoint, NothingToSuppose
 */
export function whatIf(
  story: Story,
  suppositions: readonly Supposition[],
  from: Point | null,
  rest: boolean,
): WhatIf {
  const index = from === null ? usualPoint(story, suppositions[0]) : momentAt(story, from);
  const before = story.moments.slice(0, index + 1);
  const last = before.at(-1);
  if (last === undefined) throw new NothingToSuppose('the payment has not begun');
  const { core } = last.moved;
  const now = from !== null && 'at' in from ? Math.max(last.at, from.at) : last.at;
  const hypothesis = new Hypothesis(core, now, runningCall(before, core));
  const followed = suppositions.flatMap((each) => hypothesis.suppose(each));
  const refed = rest ? refeed(hypothesis, before, story.moments.slice(index + 1)) : null;
  return { n: core.ledger.length, followed, refed, core: hypothesis.core, now: hypothesis.now };
}

/** An outcome is supposed instead of the one that was recorded. */
function usualPoint({ moments }: Story, first: Supposition | undefined): number {
  if (first?.kind !== 'outcome') return moments.length - 1;
  const { operation } = first;
  const answered = moments.findLastIndex(
    ({ moved: { job } }) => job?.kind === 'activity' && job.activityId.startsWith(`${operation}#`),
  );
  if (answered > 0) return answered - 1;
  const running = moments.at(-1)?.moved.core.running;
  if (running?.operation === operation) return moments.length - 1;
  throw new NothingToSuppose(`${operation} was never at the provider`);
}

function runningCall(before: readonly Moment[], { running }: CoreState): ProviderCall | undefined {
  for (const { moved } of before.toReversed())
    for (const effect of moved.effects)
      if (effect.type === 'call' && effect.number === running?.number) return effect.call;
  return undefined;
}
