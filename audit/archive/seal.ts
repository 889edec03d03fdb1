import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { KeyRing } from '../../activities/key-ring.ts';
import { canonical } from '../canonical.ts';

/**
 * How a record is kept: its canonical JSON, gzipped, under a key of its own; that key under the installation's key ring.
 * The name of a record is the SHA-256 of what it says, so it keeps its name and its bytes when the ring's keys change: only
 * the small wrapped key is written anew.
 */
export interface Sealed {
  /** SHA-256 of the canonical JSON in UTF-8. */
  readonly hash: string;
  /** Of the canonical JSON. */
  readonly bytes: number;
  readonly data: Uint8Array;
  readonly wrapped: WrappedKey;
}

export interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Uint8Array;
}

/** A record that cannot be had: another content than its name says, or a key that nobody has any more. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const KEY_BYTES = 32;
/** A bundle is read up to 64 MiB; what is larger is kept all the same, up to this. */
const MOST_BYTES = 512 * 1024 * 1024;

const boundTo = (what: 'content' | 'key', hash: string): Uint8Array =>
  Buffer.from(`tranche.archive/1:${what}:${hash}`, 'utf8');

/** @param value - as JSON.parse gives it. @throws NotCanonical */
export function sealRecord(value: unknown, ring: KeyRing): Sealed {
  const text = Buffer.from(canonical(value), 'utf8');
  const hash = createHash('sha256').update(text).digest('hex');
  const key = randomBytes(KEY_BYTES);
  const data = own(key).encrypt(gzipSync(text), boundTo('content', hash));
  return { hash, bytes: text.length, data, wrapped: wrap(key, hash, ring) };
}

/** @throws KeyRingError where no key of the ring opens it; Unreadable where it is not what its name says. */
export function openRecord(
  { hash, data }: Pick<Sealed, 'hash' | 'data'>,
  keys: readonly WrappedKey[],
  ring: KeyRing,
): unknown {
  const packed = own(unwrap(keys, hash, ring)).decrypt('record', data, boundTo('content', hash));
  const text = gunzipSync(packed, { maxOutputLength: MOST_BYTES });
  if (createHash('sha256').update(text).digest('hex') !== hash)
    throw new Unreadable(`record ${hash} is another one than its name says`);
  return JSON.parse(text.toString('utf8'));
}

/** The record's key under the ring's writing key. @throws KeyRingError where no key of the ring opens it. */
export const rewrap = (hash: string, keys: readonly WrappedKey[], ring: KeyRing): WrappedKey =>
  wrap(unwrap(keys, hash, ring), hash, ring);

const wrap = (key: Uint8Array, hash: string, ring: KeyRing): WrappedKey => ({
  keyId: ring.writes,
  wrapped: ring.encrypt(key, boundTo('key', hash)),
});

/** The ring's newest key is tried first; the last failure tells. */
function unwrap(keys: readonly WrappedKey[], hash: string, ring: KeyRing): Uint8Array {
  let failure: unknown = new Unreadable(`record ${hash} has no key`);
  for (const { keyId, wrapped } of keys.toSorted((a, b) => rank(b, ring) - rank(a, ring))) {
    try {
      return ring.decrypt(keyId, wrapped, boundTo('key', hash));
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

const rank = ({ keyId }: WrappedKey, ring: KeyRing): number => (keyId === ring.writes ? 1 : 0);

const own = (key: Uint8Array): KeyRing => new KeyRing([{ id: 'record', key }]);
