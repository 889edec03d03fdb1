import { createHash } from 'node:crypto';
import type { ProviderCall } from '../../payment/call.ts';
import type { ReadCall } from '../../payment/read.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** The limit where Swedbank Pay settles (seed 004). */
const LENGTH = 30;
const BITS = 5;

/**
 * The `payeeReference` of an operation: 30 characters, the limit of seed 004, of upper-case base32 (150 bits of a
 * SHA-256). The same three names give the same reference for ever, so that a repeat is found in the books.
 */
export function referenceOf(account: string, payment: string, operation: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['swedbankpay', account, payment, operation]))
    .digest('hex');
  const bits = BigInt(`0x${digest}`) >> BigInt(256 - LENGTH * BITS);
  return Array.from({ length: LENGTH }, (_, place) => {
    const shift = BigInt((LENGTH - 1 - place) * BITS);
    return ALPHABET[Number((bits >> shift) & 31n)];
  }).join('');
}

/**
 * The reference under which a call goes out: allocated before the call where the account wants digits, else derived.
 *
 * @returns null where digits are wanted and none were allocated, or too many.
 */
export function payeeReferenceOf(call: ProviderCall, digits: number | undefined): string | null {
  if (digits === undefined) return referenceOf(call.account, call.payment, call.operation);
  const allocated = call.action === 'authorise' ? undefined : call.allocated;
  return allocated !== undefined && fits(allocated, digits) ? allocated : null;
}

/** The same for an attempt whose outcome is looked for: a reference of digits is known only by the attempt's keys. */
export function soughtReferenceOf(call: ReadCall, digits: number | undefined): string | null {
  const kept = call.keys['payeeReference'] ?? call.keys['allocated'];
  if (kept !== undefined) return kept;
  return digits === undefined ? referenceOf(call.account, call.payment, call.operation) : null;
}

const fits = (text: string, digits: number): boolean => /^[0-9]+$/.test(text) && text.length <= digits;
