import type { EntryType, Fact } from '../payment/ledger.ts';

/** A fact with its time: what the payment machine folds. `payment.created` is the machine's input, every other type an event. */
export interface PaymentEvent extends Fact {
  readonly type: Exclude<EntryType, 'payment.created'>;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
}

/** The word after the dot. */
export function verbOf(type: EntryType): string {
  return type.slice(type.indexOf('.') + 1);
}

/** The word before the dot. */
export function nounOf(type: EntryType): string {
  return type.slice(0, type.indexOf('.'));
}
