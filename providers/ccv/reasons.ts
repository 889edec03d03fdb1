/** `captureCancellationReasonCode`: why a hold is cancelled (seed 000, provider notes 1.5). */

/** The values of the seed. It introduces them as examples; another one is nothing that Tranche would send. */
export const REASON_CODES = [
  'NO_ERROR',
  'DISPENSER_BACK_OFFICE_SYSTEM_NOT_RESPONDING_TO_REQUEST',
  'AVAILABLE_FUNDS_TOO_SMALL_TO_DELIVER',
  'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME',
  'DISPENSER_BACK_OFFICE_SYSTEM_INTERNAL_FAILURE',
  'WRONG_PRODUCT',
  'UNEXPECTED_OPERATION_RESULT',
  'AMOUNT_ZERO_OR_NO_VOLUME',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** A zero amount with NO_ERROR would be a capture of nothing, not a cancellation. */
export type CancellationCode = Exclude<ReasonCode, 'NO_ERROR'>;

/** Reasons in the words of an order; case, spaces, hyphens and underscores make no difference. */
const WORDS: Readonly<Record<string, CancellationCode>> = {
  'customer cancelled': 'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME',
  'not taken': 'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME',
  'nothing delivered': 'AMOUNT_ZERO_OR_NO_VOLUME',
  'back office silent': 'DISPENSER_BACK_OFFICE_SYSTEM_NOT_RESPONDING_TO_REQUEST',
  'back office failure': 'DISPENSER_BACK_OFFICE_SYSTEM_INTERNAL_FAILURE',
  'approved too little': 'AVAILABLE_FUNDS_TOO_SMALL_TO_DELIVER',
  'wrong product': 'WRONG_PRODUCT',
};

/**
 * @param reason - of a release, as the caller wrote it: a code of the seed, one of our words, or any text.
 * @returns `UNEXPECTED_OPERATION_RESULT` for whatever is neither (provider notes 1.5); null for NO_ERROR, which cancels
 *   nothing.
 */
export function cancellationCodeOf(reason: string | undefined): CancellationCode | null {
  const code = REASON_CODES.find((one) => one === reason?.trim());
  if (code !== undefined) return code === 'NO_ERROR' ? null : code;
  const said = (reason ?? '')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
  return (Object.hasOwn(WORDS, said) ? WORDS[said] : undefined) ?? 'UNEXPECTED_OPERATION_RESULT';
}
