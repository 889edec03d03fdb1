/** What a hold is named by: the pair of `authReference` and its version, echoed as it came (seed 000, provider notes 1.4). */
import { createHash } from 'node:crypto';
import type { HoldReference } from '../../payment/hold.ts';
import type { Refusal } from '../provider.ts';

/** The pair as it goes back. A version that came as a number goes back as that number. */
export interface AuthReference {
  readonly authReference: string;
  readonly authReferenceVersion: string | number;
}

/** The pair of a hold, or what is wrong with it. Nothing of the secret is repeated. */
export function authReferenceOf(hold: HoldReference, path: string): AuthReference | Refusal {
  const { authReference, authReferenceVersion } = hold;
  for (const name of Object.keys(hold)) {
    if (name !== 'authReference' && name !== 'authReferenceVersion')
      return { path: `${path}.${name}`, message: 'unknown field' };
  }
  if (typeof authReference !== 'string' || authReference === '')
    return { path: `${path}.authReference`, message: 'authReference is the text that the terminal gave' };
  if (!isVersion(authReferenceVersion)) {
    return {
      path: `${path}.authReferenceVersion`,
      message: 'authReferenceVersion is the text or the integer that the terminal gave',
    };
  }
  return { authReference, authReferenceVersion };
}

export const isVersion = (value: unknown): value is string | number =>
  (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);

/**
 * What the hold is found by: the reference is secret and as long as it likes, so a SHA-256 as hex stands for it. Not the
 * plain digest, which is masked wherever the secret is.
 */
export const holdKeyOf = (authReference: string): string =>
  createHash('sha256')
    .update(JSON.stringify(['ccv', 'hold', authReference]))
    .digest('hex');

/** Our own name of an authorisation. A terminal takes none, so it is never sent. */
export const referenceOf = (account: string, payment: string, operation: string): string =>
  createHash('sha256')
    .update(JSON.stringify(['ccv', account, payment, operation]))
    .digest('hex')
    .slice(0, 32);
