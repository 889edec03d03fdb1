/**
 * What a provider brings to the conformance suite: how its twin is started, asked and read. A new provider writes one
 * file of this shape in test/contracts/providers/ and a test file that calls `conformance` with it.
 */
import type { ProviderBooks, Booking } from '../../audit/provider-books.ts';
import type { AuthorizationRequest, ProviderCall } from '../../payment/call.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { OperationKind } from '../../payment/operation.ts';
import type { AccountConfig, Provider } from '../../providers/provider.ts';

/** `itself`: by an answer, a notice or the books. `person`: nothing but somebody with evidence can tell. */
export type Ending = 'itself' | 'person';

/** What stands in the way of a scenario, as the matrix shows it. */
export type Reason = string;

/** What the books are looked up by. */
export interface Sought {
  /** Null while no answer has named the hold. */
  readonly hold: HoldReference | null;
  /** Our own reference of the authorisation. */
  readonly reference: string;
  /** What the calls of the authorisation went out under, latest first; see {@link ContractProvider.intentOf}. */
  readonly intents: readonly string[];
}

export interface ContractBooking extends Booking {
  /** The key under which the provider took it; null where it was not ours. */
  readonly intent: string | null;
  /** What a person would name it by where later calls need its name. */
  readonly reference?: HoldReference;
}

/** The twin's books of one hold; minor units. */
export interface ContractBooks extends ProviderBooks {
  readonly held: number;
  readonly bookings: readonly ContractBooking[];
}

/** Nothing is booked and nothing was asked. */
export const NO_BOOKS: ContractBooks = {
  authorized: 0,
  captured: 0,
  refunded: 0,
  held: 0,
  closed: true,
  bookings: [],
  requests: [],
};

export interface FaultOrder {
  readonly fault: string;
  readonly times?: number;
  readonly delayMs?: number;
  readonly at?: 'before' | 'after';
}

/** What can happen at some twins only. */
export type Power = 'notices' | 'elsewhere' | 'settle' | 'customer' | 'expire' | 'failLate' | 'unlock';

/** A twin that runs. What is left out cannot happen there. */
export interface ContractTwin {
  /** Without a path. */
  readonly url: string;
  /** An authorisation made elsewhere, to be adopted. */
  hold(amount: number, currency: string): Promise<HoldReference>;
  books(sought: Sought): Promise<ContractBooks>;
  /** What a hold that no answer named is adopted by, as its own pages show it; null where they show none. */
  reference?(sought: Sought): Promise<HoldReference | null>;
  /** The next request of this kind goes wrong; `read`: the next look at the books. */
  fault(kind: OperationKind | 'read', order: FaultOrder): Promise<void>;
  /** Notices of the hold that are still on their way. */
  underWay?(sought: Sought): Promise<number>;
  /** Books a capture that we never asked for. */
  elsewhere?(sought: Sought, amount: number): Promise<void>;
  /** Ends what is pending. */
  settle?(sought: Sought, ends: 'approved' | 'failed'): Promise<void>;
  /** The customer who was sent elsewhere comes back, or never does. */
  customer?(sought: Sought, does: 'complete' | 'abandon'): Promise<void>;
  /** The hold ends at the provider. */
  expire?(sought: Sought): Promise<void>;
  /** A booked capture is taken back. */
  failLate?(sought: Sought): Promise<void>;
  /** Posts a notice that is not authentic, and one of a hold that nobody knows. */
  forge?(sought: Sought): Promise<void>;
  /** Lifts the lock that failures led to. */
  unlock?(sought: Sought): Promise<void>;
  /** Changes options of the twin while it runs. */
  vary?(options: Readonly<Record<string, unknown>>): Promise<void>;
  clearFaults(): Promise<void>;
  stop(): Promise<void>;
}

/** Amounts that the twin answers by script, minor units of the provider's currency. Left out: it has none. */
export interface ScriptedAmounts {
  readonly declinedAuthorization?: number;
  /** Approved for less than was asked. */
  readonly partial?: { readonly asked: number; readonly approved: number };
  readonly declinedCapture?: number;
  readonly declinedRefund?: number;
  /** Pending until it is settled. */
  readonly pendingCapture?: number;
  /** Booked, and answered with another amount. */
  readonly answeredOtherwise?: number;
  /** Something else is booked than was asked, and answered so. */
  readonly bookedOtherwise?: { readonly asked: number; readonly booked: number };
  /** A rest whose cancellation is refused for now, and for good. */
  readonly restRefusedForNow?: number;
  readonly restRefusedForGood?: number;
}

/** The provider as another of its sources has it: what the twin is told, and how it is told otherwise again. */
export interface Variant {
  readonly name: string;
  readonly twin: Readonly<Record<string, unknown>>;
  readonly back: Readonly<Record<string, unknown>>;
  /** Over the account's options. */
  readonly account?: Readonly<Record<string, unknown>>;
}

export interface ContractProvider {
  /** Column of the matrix. */
  readonly title: string;
  readonly provider: Provider;
  /** The currency of every scenario that names none; it has two decimals. */
  readonly currency: string;
  /** A hold reference of the right shape, for questions that reach nobody. */
  readonly sampleHold: HoldReference;
  /** A request that is approved at once, or why none is. */
  readonly authorise: AuthorizationRequest | Reason;
  /** A request whose customer is sent elsewhere first, or why there is none. */
  readonly redirect: AuthorizationRequest | Reason;
  /** A request that stays pending until it is settled, or why there is none. */
  readonly pending: AuthorizationRequest | Reason;
  readonly amounts: ScriptedAmounts;
  /** What can happen at the twin; anything else cannot, and its scenarios do not apply. */
  readonly powers: readonly Power[];
  /** How a lost answer ends, by whether the twin had booked it. */
  readonly afterLoss: Readonly<Record<'before' | 'after', Readonly<Record<OperationKind, Ending>>>>;
  /** The word for a provider that is busy, or why it never says so. */
  readonly busy: FaultOrder | { readonly never: Reason };
  /** Account options under which the references of operations come from a counter. */
  readonly counted?: Readonly<Record<string, unknown>>;
  /** What its sources do not agree on. */
  readonly variants?: readonly Variant[];
  /** Values of the account that nothing may keep (M8). */
  readonly secrets?: readonly string[];
  /** Reasons that the capabilities do not tell, by scenario. */
  readonly notApplicable?: Readonly<Record<string, Reason>>;
  /** An account of the twin at this address. */
  config(url: string): AccountConfig;
  start(notifyUrl: string): Promise<ContractTwin>;
  /** The key under which the twin's books name what a call asks for. */
  intentOf(call: ProviderCall, referenceOf: (payment: string, operation: string) => string): string;
}

/** What the admin side of a twin said, or `otherwise` where its books do not know it. */
export async function foundOr<Page, Other>(otherwise: Other, asked: Promise<Page>): Promise<Page | Other> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && /^admin [^:]*: 404 /.test(error.message)) return otherwise;
    throw error;
  }
}
