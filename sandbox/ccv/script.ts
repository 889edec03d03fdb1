/**
 * Scripted answers. With `scripted` on (the default) the last five digits of an amount in minor units choose what
 * happens; NNN is a status of the list below.
 *
 * | last five digits | of a | what happens |
 * | --- | --- | --- |
 * | `78NNN` | AUTHORISE | status NNN, nothing held |
 * | `75NNN` | AUTHORISE | status NNN although the amount is held |
 * | `79NNN` | AUTHORISE | approved for NNN thousandths of the amount, rounded down |
 * | `77NNN` | CAPTURE | status NNN, nothing booked |
 * | `76NNN` | CAPTURE | status NNN although it was booked |
 */

/** From 001 on. The last one is listed nowhere. */
export const scriptedStatuses = [
  'FAILURE',
  'ABORTED',
  'UNKNOWN_CARD',
  'BUSY',
  'LOGGED_OUT',
  'DEVICE_UNAVAILABLE',
  'FORMAT_ERROR',
  'PARSING_ERROR',
  'VALIDATION_ERROR',
  'MISSING_MANDATORY_DATA',
  'TIMED_OUT',
  'COMMUNICATION_ERROR',
  'PARTIAL_FAILURE',
  'TICKET_PENDING',
] as const;

export interface Verdict {
  /** Answered instead of SUCCESS. */
  readonly status?: string;
  /** Whether it is booked. */
  readonly booked: boolean;
  /** Thousandths of the asked amount. */
  readonly share?: number;
}

const approve: Verdict = { booked: true };

/** @param amount in minor units */
export function scriptFor(paymentType: 'AUTHORISE' | 'CAPTURE', amount: number): Verdict {
  const digits = String(amount).padStart(5, '0').slice(-5);
  const number = Number(digits.slice(2));
  const family = `${paymentType} ${digits.slice(0, 2)}`;
  if (family === 'AUTHORISE 79') return { booked: true, share: number };
  const status = scriptedStatuses[number - 1];
  if (status === undefined) return approve;
  if (family === 'AUTHORISE 78' || family === 'CAPTURE 77') return { status, booked: false };
  if (family === 'AUTHORISE 75' || family === 'CAPTURE 76') return { status, booked: true };
  return approve;
}
