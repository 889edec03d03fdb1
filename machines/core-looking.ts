import type { EntryData } from '../payment/ledger.ts';
import type { ReadResult } from '../payment/read.ts';
import type { Draft } from './core-draft.ts';
import { operationOf, patchState, payment } from './core-draft.ts';
import type { Looking } from './core-state.ts';

/** What is known of an outcome that is looked for; nothing where none is. */
export function patchLooking(draft: Draft, part: Partial<Looking>): void {
  const { looking } = draft.state;
  if (looking !== null) patchState(draft, { looking: { ...looking, ...part } });
}

/** When nobody looks for it by himself any more, milliseconds since the epoch. */
export function givesUpAt(draft: Draft, looking: Looking): number {
  const sentAt = operationOf(draft, looking.operation)?.sentAt;
  const from = sentAt === undefined ? looking.since : Math.max(Date.parse(sentAt), 0);
  return from + payment(draft).capabilities.timing.giveUpAfter;
}

/** When the read that is taken in was asked, milliseconds since the epoch. */
export const lookedAt = (draft: Draft): number => draft.state.lastRead ?? draft.at;

/** What a read leaves in the ledger. */
export function readEvidence(result: ReadResult): EntryData {
  const said = result.read === 'approved' ? result : undefined;
  return {
    ...(said?.providerReference === undefined ? {} : { providerReference: said.providerReference }),
    ...(said?.hold === undefined ? {} : { hold: said.hold }),
    ...(result.remaining === undefined ? {} : { remaining: result.remaining }),
    ...(result.expiresAt === undefined ? {} : { expiresAt: result.expiresAt, expiresBy: 'provider' }),
  };
}
