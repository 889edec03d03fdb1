import { maskCardNumbers } from '../activities/luhn.ts';
import { HELD_AMOUNT } from '../temporal/hold-check.ts';
import { PaymentError } from '../temporal/payment-error.ts';

/** Problems of the HTTP edge by RFC 9457: a closed set of codes, each with its status (agreement, section 6). */

const CODES = {
  validation: [400, 'The request is not valid'],
  unauthorized: [401, 'A valid bearer token is needed'],
  forbidden: [403, 'This token may not do that'],
  'not-found': [404, 'There is nothing under this address'],
  'method-not-allowed': [405, 'This address does not take this method'],
  'request-timeout': [408, 'The request did not come in time'],
  'idempotency-conflict': [409, 'This id was used with another body'],
  'not-legal-now': [409, 'The payment does not allow this now'],
  'payment-locked': [409, 'The provider has locked this payment'],
  'payment-closed': [409, 'The payment is closed'],
  'hold-shared': [409, 'Another open payment has this hold'],
  'payload-too-large': [413, 'The body is larger than the limit'],
  'unsupported-media-type': [415, 'The body must be JSON'],
  'amount-exceeds-capturable': [422, 'More than can be captured'],
  'amount-exceeds-captured': [422, 'More than can be refunded'],
  'capture-limit-reached': [422, 'No further capture is possible'],
  'currency-mismatch': [422, 'The payment has another currency'],
  'lines-sum': [422, 'The lines do not sum to the amount'],
  'unsupported-by-provider': [422, 'The provider cannot do this'],
  'too-many-requests': [429, 'Too many requests at once'],
  'headers-too-large': [431, 'The headers are larger than the limit'],
  internal: [500, 'A defect of the server'],
  unavailable: [503, 'The engine did not take the command in time'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof CODES;

export const PROBLEM_CODES = Object.keys(CODES) as readonly ProblemCode[];
export const statusOfCode = (code: ProblemCode): number => CODES[code][0];

/** `none`: nothing was sent · `applied` · `unknown`: do not repeat with a new id. */
export type ProblemOutcome = 'none' | 'applied' | 'unknown';

export interface FieldError {
  /** From the request's root: `amount.value`, `lines[2].quantity`, a parameter or a header. */
  readonly path: string;
  readonly message: string;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly outcome: ProblemOutcome;
  readonly retryable: boolean;
  readonly rule?: string;
  /** Integers of minor units where they are amounts. */
  readonly figures?: Readonly<Record<string, number | string>>;
  readonly errors?: readonly FieldError[];
}

interface Particulars {
  readonly detail?: string;
  readonly outcome?: ProblemOutcome;
  readonly retryable?: boolean;
  readonly rule?: string;
  readonly figures?: Readonly<Record<string, number | string>>;
  readonly errors?: readonly FieldError[];
  /** Seconds. */
  readonly retryAfter?: number;
}

const RETRYABLE: ReadonlySet<string> = new Set(['too-many-requests', 'unavailable', 'request-timeout']);
const UNKNOWN: ReadonlySet<string> = new Set(['internal', 'unavailable']);

/** A request that ends in a problem; thrown anywhere in a route and answered by the server's error handler. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter: number | null;

  constructor(code: ProblemCode, particulars: Particulars = {}) {
    const [status, title] = CODES[code];
    // Names of fields and ids are the caller's words: what is no field may be a card number (M8).
    const { retryAfter, outcome, retryable, detail, errors, ...rest } = particulars;
    const said = detail === undefined ? undefined : maskCardNumbers(detail);
    super(said ?? title);
    this.retryAfter = retryAfter ?? (RETRYABLE.has(code) ? 1 : null);
    this.problem = {
      type: `https://tranche.dev/problems/${code}`,
      title,
      status,
      code,
      outcome: outcome ?? (UNKNOWN.has(code) ? 'unknown' : 'none'),
      retryable: retryable ?? RETRYABLE.has(code),
      ...(said === undefined ? {} : { detail: said }),
      ...rest,
      ...(errors === undefined ? {} : { errors: errors.map(masked) }),
    };
  }
}

const masked = ({ path, message }: FieldError): FieldError => ({
  path: maskCardNumbers(path),
  message: maskCardNumbers(message),
});

/** One field that is wrong. */
export function invalid(path: string, message: string): ProblemError {
  return new ProblemError('validation', { detail: detailAt(path, message), errors: [{ path, message }] });
}

const detailAt = (path: string, message: string): string => (path === '' ? message : `${path}: ${message}`);

/** A refusal with the field of the request that it means, where it means one. */
function placed({ code, rule, message, path }: PaymentError): {
  readonly code: ProblemCode;
  readonly path: string | null;
} {
  if (rule === 'id-reserved') return { code, path: 'id' };
  if (rule === 'amount-positive') return { code, path: 'amount.value' };
  if (rule === HELD_AMOUNT) return { code, path };
  if (rule === 'already-resolved' && message.startsWith('no operation '))
    return { code: 'validation', path: 'operation' };
  // Providers limit the number; in a request it stands beside its currency.
  return { code, path: path === 'amount' ? 'amount.value' : path };
}

/** Statuses of the framework's own errors; their messages name no content of the request. */
const FRAMEWORK: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
};

/** Any error as the problem that answers it; what nobody foresaw is `internal` and tells nothing of itself. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof PaymentError) {
    const { message, rule, figures, outcome, retryable } = error;
    const { code, path } = placed(error);
    return new ProblemError(code, {
      detail: path === null ? message : detailAt(path, message),
      outcome,
      retryable,
      ...(rule === null ? {} : { rule }),
      ...(Object.keys(figures).length === 0 ? {} : { figures }),
      ...(path === null && code !== 'validation' ? {} : { errors: [{ path: path ?? '', message }] }),
    });
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const known = FRAMEWORK[error.code];
    if (known !== undefined) return new ProblemError(known, { detail: error.message });
  }
  if (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  ) {
    return new ProblemError('validation', {
      detail: error.message,
      errors: [{ path: '', message: error.message }],
    });
  }
  return new ProblemError('internal');
}
