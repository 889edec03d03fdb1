/** The point of each period at which a payment has its turn, milliseconds from 0 up to the period: spread by its id. */
export function turnOf(payment: string, period: number): number {
  let hash = 0x811c9dc5;
  for (const character of payment) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  // FNV-1a leaves ids that differ in their last characters close together; one more mixing spreads them.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return Math.floor(((hash >>> 0) / 2 ** 32) * period);
}

/**
 * The number of the turn that a payment has after `since` and not later than `until`, or null. Sweeps that follow one
 * another without a gap give every payment one turn in each period, and nothing has to be remembered for it.
 *
 * @param since - milliseconds since the epoch, as `until`.
 */
export function turnBetween(payment: string, since: number, until: number, period: number): number | null {
  const turn = turnOf(payment, period);
  const last = Math.floor((until - turn) / period);
  return last > Math.floor((since - turn) / period) ? last : null;
}
