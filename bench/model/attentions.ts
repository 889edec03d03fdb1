/**
 * Codes that a rule reads: money stops, or a lost outcome is asked for again. A person may put these away at any time.
 * No rule asks for any other code but the one that closes a payment, which must be settled first; so putting the others
 * away earlier leads to nothing that putting them away then does not lead to, and the walk does it only then.
 */
export const READ_BY_RULES: ReadonlySet<string> = new Set(['books-differ', 'outcome-unknown']);

/** Codes that no rule reads or takes back: until they can be put away, one is as good as another, and as two. */
export const BY_PERSON_ALONE: ReadonlySet<string> = new Set([
  'observed-elsewhere',
  'amount-differs',
  'late-failure',
  'chargeback',
]);
