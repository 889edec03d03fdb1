/** A sealed value opens in the payment it was sealed for, with the key that sealed it, and nowhere else. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';
import { isSealed, seal, sealContext, textsOf, unseal } from '../../activities/sealing.ts';

const older = { id: 'k.1', key: randomBytes(32) };
const newer = { id: 'k-2', key: randomBytes(32) };
const ring = new KeyRing([newer, older]);
const here = sealContext({ account: 'ccv-ev', payment: 'o-1' });
const damaged = expect.objectContaining({ code: 'damaged' });

test.each(['', 'abc', '{"authReference":"ümlaut 漢字"}', 'x'.repeat(5_000)])(
  'opens what it sealed (%#)',
  (plaintext) => {
    const sealed = seal(ring, plaintext, here);
    expect(sealed).toMatch(/^sealed:v1:k-2:[A-Za-z0-9_-]+$/);
    expect(isSealed(sealed)).toBe(true);
    expect(unseal(ring, sealed, here)).toBe(plaintext);
  },
);

test('opens what an older key sealed', () => {
  expect(unseal(ring, seal(new KeyRing([older]), 'secret', here), here)).toBe('secret');
});

test('does not open for another payment or account', () => {
  const sealed = seal(ring, 'secret', here);
  expect(() => unseal(ring, sealed, sealContext({ account: 'ccv-ev', payment: 'o-2' }))).toThrow(damaged);
  expect(() => unseal(ring, sealed, sealContext({ account: 'ccv-de', payment: 'o-1' }))).toThrow(damaged);
});

test('does not open under another name of a key', () => {
  const renamed = seal(ring, 'secret', here).replace(':k-2:', ':k.1:');
  expect(() => unseal(ring, renamed, here)).toThrow(damaged);
});

test('names the key that is missing', () => {
  const sealed = seal(ring, 'secret', here);
  expect(() => unseal(new KeyRing([older]), sealed, here)).toThrow(
    expect.objectContaining({ code: 'unknown-key', keyId: 'k-2' }),
  );
});

test.each(['secret', 'sealed:v1:', 'sealed:v1:k-2:', 'sealed:v2:k-2:abcd', 'sealed:v1:k-2:ab cd'])(
  '%j is not sealed',
  (text) => {
    expect(isSealed(text)).toBe(false);
    expect(() => unseal(ring, text, here)).toThrow(damaged);
  },
);

test('finds the texts of a plaintext, so that they can be masked elsewhere', () => {
  expect(textsOf('plain')).toEqual(['plain']);
  expect(textsOf('{"a":"one","b":["two",{"c":"three"}],"d":4}')).toEqual(
    expect.arrayContaining(['one', 'two', 'three']),
  );
});
