import { KeyRingError, type KeyRing } from './key-ring.ts';

/**
 * Sealed values: what must be kept and may be read in an activity only (M8). They stand in histories, states and
 * audit bundles as `sealed:v1:<key id>:<base64url>`, beneath the encryption of whole payloads, and stay sealed when
 * that is taken away.
 */
const PREFIX = 'sealed:v1:';
const SEALED = /^sealed:v1:([A-Za-z0-9][A-Za-z0-9._-]{0,63}):([A-Za-z0-9_-]+)$/;

const additional = (context: string): Uint8Array => Buffer.from(`${PREFIX}${context}`, 'utf8');

/**
 * @param context - what the value belongs to, see {@link sealContext}; it opens nowhere else.
 * @returns one text without white space, safe in JSON and in a URL.
 */
export function seal(ring: KeyRing, plaintext: string, context: string): string {
  const data = ring.encrypt(Buffer.from(plaintext, 'utf8'), additional(context));
  return `${PREFIX}${ring.writes}:${Buffer.from(data).toString('base64url')}`;
}

/**
 * The plaintext of a sealed value.
 *
 * @throws KeyRingError `unknown-key`, or `damaged` where the value was changed or sealed for another context.
 */
export function unseal(ring: KeyRing, sealed: string, context: string): string {
  const match = SEALED.exec(sealed);
  const [, keyId, data] = match ?? [];
  if (keyId === undefined || data === undefined) throw new KeyRingError('damaged', 'this is no sealed value');
  const plain = ring.decrypt(keyId, Buffer.from(data, 'base64url'), additional(context));
  return Buffer.from(plain).toString('utf8');
}

/** True for a text in the form of a sealed value; whether it opens is another question. */
export const isSealed = (value: unknown): value is string => typeof value === 'string' && SEALED.test(value);

/** All operations of a payment share what was sealed for it, and no other payment can use it. */
export const sealContext = (owner: { readonly account: string; readonly payment: string }): string =>
  `${owner.account}/${owner.payment}`;

/** The texts inside a plaintext: itself, and where it is JSON the values in it, so that each can be masked elsewhere. */
export function textsOf(plaintext: string): string[] {
  try {
    return [plaintext, ...leavesOf(JSON.parse(plaintext))];
  } catch {
    return [plaintext];
  }
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
