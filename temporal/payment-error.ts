/** Whether what was asked may have happened: `unknown` means do not repeat it under a new id. */
export type ErrorOutcome = 'none' | 'applied' | 'unknown';

/** The codes of agreement section 6 that this room can answer with. */
export type PaymentErrorCode =
  | 'validation'
  | 'not-found'
  | 'idempotency-conflict'
  | 'not-legal-now'
  | 'payment-locked'
  | 'payment-closed'
  | 'hold-shared'
  | 'amount-exceeds-capturable'
  | 'amount-exceeds-captured'
  | 'capture-limit-reached'
  | 'currency-mismatch'
  | 'lines-sum'
  | 'unsupported-by-provider'
  | 'too-many-requests'
  | 'unavailable';

export interface PaymentErrorFacts {
  readonly outcome?: ErrorOutcome;
  /** The same request under the same id may be sent again. */
  readonly retryable?: boolean;
  readonly rule?: string | null;
  readonly figures?: Readonly<Record<string, number>>;
  readonly because?: readonly string[];
  /** Where in the request, for `validation`. */
  readonly path?: string;
  readonly cause?: unknown;
}

/** A request that was refused, or whose fate is not known. The edges make problems and exit codes of it. */
export class PaymentError extends Error {
  override readonly name = 'PaymentError';
  readonly code: PaymentErrorCode;
  readonly outcome: ErrorOutcome;
  readonly retryable: boolean;
  readonly rule: string | null;
  readonly figures: Readonly<Record<string, number>>;
  readonly because: readonly string[];
  readonly path: string | null;

  constructor(code: PaymentErrorCode, message: string, facts: PaymentErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.outcome = facts.outcome ?? 'none';
    this.retryable = facts.retryable ?? false;
    this.rule = facts.rule ?? null;
    this.figures = facts.figures ?? {};
    this.because = facts.because ?? [];
    this.path = facts.path ?? null;
  }
}

/** A payment, or the server, that did not answer in time. */
export const unavailable = (cause: unknown, outcome: 'none' | 'unknown'): PaymentError =>
  new PaymentError('unavailable', 'the payment did not answer in time', { outcome, retryable: true, cause });
