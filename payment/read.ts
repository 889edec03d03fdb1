import type { HoldReference } from './hold.ts';
import type { OperationKind } from './operation.ts';
import type { Decline, Exchange } from './outcome.ts';

/** Asks the provider's own books for one operation whose outcome is not known, or for the hold as a whole. Plain JSON. */
export interface ReadCall {
  readonly action: 'read';
  readonly account: string;
  readonly payment: string;
  /** The operation that is looked for; `authorization` asks for the hold itself. */
  readonly operation: string;
  readonly kind: OperationKind;
  /** Minor units that were asked for; 0 for a release. */
  readonly amount: number;
  readonly currency: string;
  /** Null while the authorisation itself is unknown. */
  readonly hold: HoldReference | null;
  /** The keys under which the attempt went out, as its answer or its call gave them. */
  readonly keys: Readonly<Record<string, string>>;
  /** How often the operation went out; its books may show an entry for each. */
  readonly attempts: number;
  /** The provider's reference of the capture that a refund gives back, where refunds are anchored. */
  readonly anchor?: string;
}

interface ReadFacts {
  readonly exchange?: Exchange;
  /** What the hold still covers by the provider's books, minor units; absent where they do not say. */
  readonly remaining?: number;
  /** True where something is under way there, so that nobody can say yet what remains. */
  readonly unsettled?: true;
  /** The provider refuses every further operation until it lifts its lock. */
  readonly locked?: boolean;
  /** RFC 3339, where the books say when the hold ends. */
  readonly expiresAt?: string;
}

/** What the books said. A failed read says nothing: it never ends an operation. */
export type ReadResult = ReadFacts &
  (
    | {
        readonly read: 'approved';
        /** Minor units that were booked; absent where the books name no amount. */
        readonly booked?: number;
        readonly providerReference?: string;
        readonly hold?: HoldReference;
      }
    | { readonly read: 'pending' }
    | { readonly read: 'declined'; readonly decline: Decline }
    /** Not in the books. `offered`: the operation could be sent now. One read of this kind proves nothing (M10). */
    | { readonly read: 'absent'; readonly offered: boolean }
    | { readonly read: 'failed'; readonly reason: string }
  );
