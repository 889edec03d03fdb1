import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Bundle, Digests, Signature } from './bundle.ts';
import { FORMAT } from './bundle.ts';
import { canonical } from './canonical.ts';

/** A key that is none, or of another kind. */
export class KeyFault extends Error {
  override readonly name = 'KeyFault';
}

/** A new Ed25519 pair (RFC 8032): the private key as PKCS 8 in PEM, the public one as SPKI in PEM. */
export function newKeyPair(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** @throws KeyFault for what is no private Ed25519 key in PEM. */
export function readPrivateKey(pem: string): KeyObject {
  return ed25519(() => createPrivateKey(pem), 'no private key in PEM');
}

/** A public key in PEM or as the base64 of its 32 bytes; a private one stands for its public half. @throws KeyFault */
export function readPublicKey(text: string): KeyObject {
  const bare = text.trim();
  if (bare.startsWith('-----')) return ed25519(() => createPublicKey(bare), 'no key in PEM');
  return ed25519(() => fromRaw(bare), 'neither PEM nor 32 bytes in base64');
}

function ed25519(make: () => KeyObject, otherwise: string): KeyObject {
  let key: KeyObject;
  try {
    key = make();
  } catch {
    throw new KeyFault(otherwise);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new KeyFault(`the key is ${key.asymmetricKeyType}, not ed25519`);
  return key;
}

function fromRaw(base64: string): KeyObject {
  const raw = Buffer.from(base64, 'base64');
  if (raw.length !== 32) throw new KeyFault('an Ed25519 key has 32 bytes');
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
}

/** The 32 bytes of a public key in base64. */
export function rawPublicKey(key: KeyObject): string {
  return Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url').toString('base64');
}

const message = (digests: Digests): Buffer => Buffer.from(canonical({ format: FORMAT, digests }), 'utf8');

export function signatureOf(digests: Digests, privateKey: KeyObject): Signature {
  return {
    algorithm: 'ed25519',
    publicKey: rawPublicKey(createPublicKey(privateKey)),
    value: sign(null, message(digests), privateKey).toString('base64'),
  };
}

/**
 * Whether the signature is one over these digests by the key that it names.
 *
 * @returns false too where its key or value is none.
 */
export function isSigned({ digests, signature }: Pick<Bundle, 'digests' | 'signature'>): boolean {
  if (signature === undefined) return false;
  // Base64 has spare bits, and another text for the same bytes would be a change that nobody sees.
  if (![signature.publicKey, signature.value].every(isExact)) return false;
  try {
    const value = Buffer.from(signature.value, 'base64');
    return verify(null, message(digests), readPublicKey(signature.publicKey), value);
  } catch {
    return false;
  }
}

const isExact = (base64: string): boolean => Buffer.from(base64, 'base64').toString('base64') === base64;

/** Whether it is signed with the private key of a signer. */
export const isSignedWith = (bundle: Pick<Bundle, 'digests' | 'signature'>, privateKey: KeyObject): boolean =>
  isSigned(bundle) && bundle.signature?.publicKey === rawPublicKey(createPublicKey(privateKey));
