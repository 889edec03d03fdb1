/** What a call came to that no answer can tell of: it was refused before it left, it did not leave, or nobody answered. */
import type { NotPerformed, Unknown } from '../payment/outcome.ts';
import type { Lost, NotSent } from './http.ts';
import type { Refusal } from './provider.ts';

/** What certainly did not leave says nothing of an earlier attempt that may have: hence `firstOnly`. */
const notPerformed = (reason: string, message: string): NotPerformed => ({
  outcome: 'not_performed',
  reason,
  message,
  firstOnly: true,
});

/** A call that the provider's documents forbid; the message begins with the path of the field. */
export const refusedBeforeSending = ({ path, message }: Refusal): NotPerformed =>
  notPerformed('validation', `${path}: ${message}`);

/** Certainly not sent: `not_performed`. Possibly sent and not answered: `unknown`. */
export const unanswered = (result: NotSent | Lost): NotPerformed | Unknown =>
  result.sent
    ? { outcome: 'unknown', reason: result.reason, message: result.message }
    : notPerformed(result.reason, result.message);
