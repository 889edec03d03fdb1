import type { Invoice } from './command.ts';
import type { HoldReference } from './hold.ts';
import type { Line } from './line.ts';
import type { ReleaseKind } from './operation.ts';

/** What the caller gave to ask for a hold. `method` and `options` are the provider's own words. */
export interface AuthorizationRequest {
  readonly method: string;
  readonly returnUrls?: { readonly success?: string; readonly error?: string; readonly back?: string };
  readonly customer?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly lines?: readonly Line[];
  readonly description?: string;
}

interface CallBase {
  readonly account: string;
  readonly payment: string;
  readonly operation: string;
  /** 1 for the first send; higher only when the same key and body repeat an unknown outcome. */
  readonly attempt: number;
  /** Minor units; 0 for a release. */
  readonly amount: number;
  readonly currency: string;
  /** A reference allocated before the call and never reused, where the provider wants one (a terminal's requestId). */
  readonly allocated?: string;
}

export interface AuthoriseCall extends CallBase {
  readonly action: 'authorise';
  readonly request: AuthorizationRequest;
}

interface FollowUp extends CallBase {
  readonly hold: HoldReference;
  readonly sequenceNumber: number | null;
}

export interface CaptureCall extends FollowUp {
  readonly action: 'capture';
  readonly final: boolean;
  readonly details: CaptureDetails;
}

export interface ReleaseCall extends FollowUp {
  readonly action: 'release';
  readonly kind: Exclude<ReleaseKind, 'flag' | 'implicit'>;
  readonly details: { readonly reason?: string };
}

export interface RefundCall extends FollowUp {
  readonly action: 'refund';
  /** The provider's reference of the capture that the refund gives back, where the provider anchors refunds. */
  readonly anchor?: string;
  readonly details: RefundDetails;
}

export interface CaptureDetails {
  readonly lines?: readonly Line[];
  readonly description?: string;
  readonly reference?: string;
  /** Minor units. */
  readonly vatAmount?: number;
  readonly invoice?: Invoice;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface RefundDetails {
  readonly lines?: readonly Line[];
  readonly vatAmount?: number;
  readonly reason?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** One call to a provider, as the machine asks for it and an activity makes it. Plain JSON. */
export type ProviderCall = AuthoriseCall | CaptureCall | ReleaseCall | RefundCall;
