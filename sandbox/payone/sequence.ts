/**
 * Sequence numbers: one counter per txid over captures, debits and refunds (provider notes A4). The
 * preauthorization is 0; the next action has exactly the last booked number + 1; at most 127.
 */

import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';

export const lastNumber = 127;

/**
 * @param used the last number that was used up, 0 after the preauthorization
 * @param given what the request says; only a first capture may leave it out, it is 1 then (seed 002)
 * @returns the number that the action would use, or `used` (a number of the past: 907 whatever the state),
 *   `gap` (a number of the future) or a refusal
 */
export function judgeNumber(
  used: number,
  given: string | undefined,
  isCapture: boolean,
): { number: number } | { wrong: 'used' | 'gap' } | { refusal: Refusal } {
  if (given === undefined) {
    return isCapture && used === 0 ? { number: 1 } : { refusal: refuse(1009, 'sequencenumber missing') };
  }
  const number = Number(given);
  if (number > lastNumber) return { refusal: refuse(951, `${number} is above ${lastNumber}`) };
  if (number <= used) return { wrong: 'used' };
  return number === used + 1 ? { number } : { wrong: 'gap' };
}
