/** Rule: a signature is one over exactly these digests by exactly this key. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Digests } from '../../audit/bundle.ts';
import {
  isSigned,
  isSignedWith,
  KeyFault,
  newKeyPair,
  rawPublicKey,
  readPrivateKey,
  readPublicKey,
  signatureOf,
} from '../../audit/signature.ts';

const zeros = '0'.repeat(64);
const digests: Digests = { payment: zeros, ledger: zeros, histories: [zeros], versions: zeros };
const { privatePem, publicPem } = newKeyPair();
const signature = signatureOf(digests, readPrivateKey(privatePem));

/** The last character before the padding, with the spare bits of the same byte set otherwise. */
const spare = (end: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return `${alphabet[alphabet.indexOf(end.charAt(0)) + 1] ?? 'A'}=`;
};

test('holds for what was signed', () => {
  expect(isSigned({ digests, signature })).toBe(true);
  expect(signature.publicKey).toBe(rawPublicKey(readPublicKey(publicPem)));
  expect(rawPublicKey(readPublicKey(signature.publicKey))).toBe(signature.publicKey);
});

test('a signer knows its own', () => {
  expect(isSignedWith({ digests, signature }, readPrivateKey(privatePem))).toBe(true);
  expect(isSignedWith({ digests, signature }, readPrivateKey(newKeyPair().privatePem))).toBe(false);
  expect(isSignedWith({ digests }, readPrivateKey(privatePem))).toBe(false);
});

test.each([
  ['another digest', { digests: { ...digests, ledger: `${'0'.repeat(63)}1` }, signature }],
  ['a run left out', { digests: { ...digests, histories: [] }, signature }],
  ['another value', { digests, signature: { ...signature, value: Buffer.alloc(64).toString('base64') } }],
  [
    'other spare bits',
    { digests, signature: { ...signature, publicKey: signature.publicKey.replace(/.=$/, spare) } },
  ],
  ['a value that is none', { digests, signature: { ...signature, value: '' } }],
  ['a key that is none', { digests, signature: { ...signature, publicKey: 'AAAA' } }],
  [
    'another key',
    { digests, signature: { ...signature, publicKey: rawPublicKey(readPublicKey(newKeyPair().publicPem)) } },
  ],
])('does not hold for %s', (_what, signed) => {
  expect(isSigned(signed)).toBe(false);
});

test('the public key of RFC 8032, test 1, is that of its secret key', () => {
  const d = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  const x = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: d.toString('base64url'), x: x.toString('base64url') };
  const signed = signatureOf(digests, createPrivateKey({ key: jwk, format: 'jwk' }));
  expect(signed.publicKey).toBe(x.toString('base64'));
  expect(isSigned({ digests, signature: signed })).toBe(true);
});

describe('a key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  test.each([
    ['no PEM', 'key'],
    ['another kind of key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a public key where a private one is needed', publicPem],
  ])('is refused: %s', (_what, text) => {
    expect(() => readPrivateKey(text)).toThrow(KeyFault);
  });

  test.each([
    ['too short', Buffer.alloc(31).toString('base64')],
    ['PEM of nothing', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----'],
  ])('is refused: %s', (_what, text) => {
    expect(() => readPublicKey(text)).toThrow(KeyFault);
  });
});
