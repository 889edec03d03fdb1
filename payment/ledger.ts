import { OPERATION_KINDS, OPERATION_STATES } from './operation.ts';
import type { Status } from './status.ts';

/** What can move the machine: every type of entry there is (agreement, section 7). */
export const ENTRY_TYPES = [
  'payment.created',
  ...OPERATION_KINDS.flatMap((kind) => OPERATION_STATES.map((state) => `${kind}.${state}` as const)),
  'observed.capture',
  'observed.release',
  'observed.refund',
  'hold.lapsed',
  'hold.restored',
  'chargeback.booked',
  'chargeback.reversed',
  'final.set',
  'final.unset',
  'lock.set',
  'lock.lifted',
  'plan.changed',
  'deadline.warned',
  'deadline.reached',
  'attention.raised',
  'attention.cleared',
  'payment.closed',
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

export interface Actor {
  readonly kind: 'caller' | 'operator' | 'provider' | 'engine' | 'clock';
  readonly name: string;
  readonly via: 'command' | 'answer' | 'notice' | 'query' | 'resolution' | 'timer';
}

/** The sums of section 7 of the agreement, minor units of the payment's currency. */
export interface Amounts {
  readonly authorized: number;
  readonly captured: number;
  readonly reserved: number;
  readonly released: number;
  readonly lapsed: number;
  readonly refunded: number;
  readonly refunding: number;
  readonly chargedBack: number;
}

export type EntryData = Readonly<Record<string, unknown>>;

/** What happened, before it has a number: the only input of the fold. */
export interface Fact {
  readonly type: EntryType;
  /** The operation's id, `authorization`, or null where the payment as a whole is meant. */
  readonly operation: string | null;
  readonly by: Actor;
  /** The rule that allowed or decided it. */
  readonly rule: string;
  readonly data: EntryData;
}

/** One stored entry. `after` is what the worker believed then, so that the fold has something to disagree with. */
export interface LedgerEntry extends Fact {
  readonly n: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly after: { readonly status: Status; readonly amounts: Amounts };
}
