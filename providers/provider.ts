import type { ProviderCall, AuthorizationRequest } from '../payment/call.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { Capabilities } from '../payment/capability.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { Notice } from '../payment/notice.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';

/** What an account says of itself in the configuration; each provider parses its own options with zod. */
export type AccountConfig = { readonly provider: string } & Readonly<Record<string, unknown>>;

/** What surrounds one call: when it must have left, and how to stop waiting for it. */
export interface CallContext {
  /** Aborted when the activity is cancelled or its worker shuts down for good. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds on the monotonic clock (`performance.now()`) after which the request must not leave any more;
   * a call that has not left by then is `not_performed`, reason `send-window`.
   */
  readonly sendBefore: number;
  /**
   * Every adapter calls this once, as soon as the request has been written to its socket and before it reads the
   * answer. From then on the activity no longer passes a cancellation on, so that the answer is waited for.
   * Calling it for a request that has not left would do no harm beyond that; never calling it turns a cancellation
   * into an `unknown`.
   */
  readonly onSent?: () => void;
}

/** A field that a request may not carry or a limit that it breaks; nothing was sent. */
export interface Refusal {
  /** Where in the caller's command: `description`, `lines[3].id`, `options.due_time`. */
  readonly path: string;
  readonly message: string;
}

/** What came in from the provider unasked. `body` is the raw bytes. */
export interface IncomingNotice {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
  readonly remoteAddress: string;
  /** What follows the account's name in the path that it was sent to, without the slash: an unguessable token, where the account has one. */
  readonly path?: string;
}

export type NoticeVerdict =
  | { readonly verdict: 'notice'; readonly notice: Notice }
  /** Authentic, and of no consequence; acknowledged. */
  | { readonly verdict: 'ignored'; readonly why: string }
  | { readonly verdict: 'forged'; readonly why: string }
  | { readonly verdict: 'malformed'; readonly why: string };

/** One merchant account at a provider, ready to use. Every method is total: it throws only for a defect of ours. */
export interface ProviderAccount {
  readonly name: string;
  readonly provider: string;
  /** Capabilities for a payment by this method, or the refusal (unknown method, refused currency). */
  capabilities(request: CapabilityRequest): Capabilities | Refusal;
  /** Checks a call against the provider's documented limits without sending; null when it may go. */
  check(call: ProviderCall): Refusal | null;
  /** Sends one call once. Lost answers are `unknown`; certainly-not-sent is `not_performed`. */
  send(call: ProviderCall, context: CallContext): Promise<CallResult>;
  /** Reads the provider's books for one operation; absent where they cannot be read. Changes nothing there and may be repeated freely. */
  read?(call: ReadCall, context: Pick<CallContext, 'signal'>): Promise<ReadResult>;
  /** Members of a hold reference that are secret: the edge seals them when a caller gives them. @default none */
  readonly secretReference?: readonly string[];
  /** The reference under which the hold is known to the notices (search attribute TrancheHold), not secret. */
  holdKey(reference: HoldReference): string;
  /** Our own reference of an authorisation at this provider, derived from account, payment and operation. */
  referenceOf(payment: string, operation: string): string;
  /** Reads and authenticates a notice. */
  readNotice(incoming: IncomingNotice): NoticeVerdict;
  /**
   * Whether a stranger's notice is told from the provider's: it is signed, or the account limits the networks that it
   * comes from, or none is acted upon. The path token counts beside it. @default true
   */
  readonly guarded?: boolean;
  /** The exact body that acknowledges a notice (PAYONE: `TSOK`). */
  readonly acknowledgement: string;
  close(): Promise<void>;
}

export interface CapabilityRequest {
  readonly currency: string;
  readonly amount: number;
  readonly authorization: { readonly adopt: HoldReference } | { readonly request: AuthorizationRequest };
}

/**
 * A provider that Tranche can run. `configure` checks the account's options (zod) and throws `ConfigurationError`
 * (providers/configuration-error.ts) with the paths of the fields, as they stand inside the account.
 */
export interface Provider {
  readonly name: string;
  configure(name: string, config: AccountConfig): ProviderAccount;
}
