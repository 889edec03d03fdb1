import type { Operation } from '../payment/operation.ts';
import type { ReadResult } from '../payment/read.ts';
import type { Draft } from './core-draft.ts';
import { payment } from './core-draft.ts';
import { send } from './core-lane.ts';
import { givesUpAt, lookedAt, patchLooking } from './core-looking.ts';
import type { Looking } from './core-state.ts';
import { figures, isBraked, isFrozen } from './payment-state.ts';

/** Reads that must not find an operation before it counts as absent (M10). */
const ABSENT_READS = 3;

/**
 * M10: absent are three reads over at least `absenceAfter`, all without it, the operation still offered and the
 * remaining amount unchanged and ours; then the rule of the provider says whether it goes out again. The time runs from
 * the first answer to the last asking: an answer may have waited for its worker.
 */
export function countAbsence(
  draft: Draft,
  operation: Operation,
  looking: Looking,
  result: Extract<ReadResult, { read: 'absent' }>,
): void {
  const remaining = result.remaining ?? null;
  const ours =
    operation.kind === 'refund' || remaining === null || remaining === figures(payment(draft)).held;
  const same = looking.absent === 0 || looking.remaining === remaining;
  if (!result.offered || !ours || !same) {
    const first = result.offered && ours;
    patchLooking(draft, { absent: first ? 1 : 0, absentSince: first ? draft.at : null, remaining });
    return;
  }
  const absent = looking.absent + 1;
  const absentSince = looking.absentSince ?? draft.at;
  patchLooking(draft, { absent, absentSince, remaining });
  const { absenceAfter, resendAfter } = payment(draft).capabilities.timing;
  const proven =
    absent >= ABSENT_READS &&
    lookedAt(draft) - absentSince >= absenceAfter * rounds(operation) &&
    lookedAt(draft) - looking.since >= resendAfter;
  if (proven && mayResend(draft, operation, looking)) {
    send(draft, operation, operation.attempts + 1);
  }
}

/** Each repeat that led nowhere doubles the time over which absence has to be seen, up to some hours. */
const rounds = ({ attempts }: Operation): number => 2 ** Math.min(attempts - 1, 7);

/** The provider's resend rule, and our own reasons not to send by ourselves. */
function mayResend(draft: Draft, operation: Operation, looking: Looking): boolean {
  const context = payment(draft);
  const { resend } = context.capabilities;
  const allowed = resend === 'same-key-once-absent' || (resend === 'once-absent' && operation.attempts < 2);
  const late = draft.at > givesUpAt(draft, looking);
  return (
    allowed && !late && draft.state.running === null && !isFrozen(context) && !isBraked(context, [operation])
  );
}
