import type { Actor } from '../payment/ledger.ts';
import type { Draft } from './core-draft.ts';
import { payment, raise, record } from './core-draft.ts';

/** The provider refuses everything until a person lifts its lock; without a hold there is nothing to lock. */
export function lockPayment(draft: Draft, by: Actor, why: string): void {
  if (payment(draft).authorization.state !== 'approved') return;
  if (!payment(draft).locked) record(draft, 'lock.set', null, by, 'locked', { why });
  raise(draft, 'locked', why, by);
}
