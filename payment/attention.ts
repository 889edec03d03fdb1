/** Why a payment needs a person. */
export const ATTENTION_CODES = [
  'outcome-unknown',
  'books-differ',
  'observed-elsewhere',
  'amount-differs',
  'deadline-reached',
  'late-failure',
  'chargeback',
  'remainder-not-released',
  'lapsing',
  'deadline-near',
  'locked',
  'failure-brake',
  'sequence-exhausted',
  'hold-shared',
  'terminal-blocked',
  'provider-away',
  'cancel-requested',
] as const;
export type AttentionCode = (typeof ATTENTION_CODES)[number];

export interface Attention {
  readonly code: AttentionCode;
  readonly message: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly since: string;
}
