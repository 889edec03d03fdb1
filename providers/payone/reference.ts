import { createHash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 20;

/** The grammar of our references, in either case: PAYONE compares references without regard to case (provider notes A1). */
export const OUR_REFERENCE = /^[a-z2-7]{20}$/i;

/**
 * The `reference` of an authorisation: 20 characters, PAYONE's limit, of lower-case base32 (100 bits of a SHA-256).
 * The same three names give the same reference for ever, which makes a repeat a repeat (error 911).
 */
export function referenceOf(account: string, payment: string, operation: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['payone', account, payment, operation]))
    .digest();
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of digest) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < LENGTH) {
      bits -= 5;
      text += ALPHABET[(held >>> bits) & 31];
    }
    held &= 31;
    if (text.length === LENGTH) break;
  }
  return text;
}

/** How the portal key is sent: its lower-case hex digest, or itself (provider notes A1). */
export const KEY_HASHES = ['md5', 'sha384', 'none'] as const;
export type KeyHash = (typeof KEY_HASHES)[number];

/** The `key` parameter of a request, from the plain portal key. */
export const keyOf = (portalKey: string, hash: KeyHash): string =>
  hash === 'none' ? portalKey : createHash(hash).update(portalKey).digest('hex');
