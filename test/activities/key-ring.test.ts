/** What one key wrote only that key reads; a ring reads all of its keys and writes with the first. */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';

const older = { id: '2026-10', key: randomBytes(32) };
const newer = { id: '2026-11', key: randomBytes(32) };
const aad = Buffer.from('here');
const plain = Buffer.from('the authReference');

test('reads what it wrote', () => {
  const ring = new KeyRing([newer]);
  expect(Buffer.from(ring.decrypt('2026-11', ring.encrypt(plain, aad), aad))).toEqual(plain);
});

test('writes the same text differently each time', () => {
  const ring = new KeyRing([newer]);
  const written = new Set(
    Array.from({ length: 100 }, () => Buffer.from(ring.encrypt(plain, aad)).toString('hex')),
  );
  expect(written.size).toBe(100);
});

test('a rotated ring writes with the new key and reads the old one', () => {
  const before = new KeyRing([older]).encrypt(plain, aad);
  const ring = new KeyRing([newer, older]);
  expect(ring.writes).toBe('2026-11');
  expect(Buffer.from(ring.decrypt('2026-10', before, aad))).toEqual(plain);
});

test('names the key that is missing', () => {
  const ring = new KeyRing([newer]);
  expect(() => ring.decrypt('2026-10', randomBytes(60), aad)).toThrow(
    expect.objectContaining({
      code: 'unknown-key',
      keyId: '2026-10',
      message: expect.stringContaining('2026-10'),
    }),
  );
});

test('refuses another key under the same name, other additional data, and any flipped bit', () => {
  const ring = new KeyRing([newer]);
  const data = Buffer.from(ring.encrypt(plain, aad));
  const impostor = new KeyRing([{ id: '2026-11', key: randomBytes(32) }]);
  const damaged = expect.objectContaining({ code: 'damaged' });
  expect(() => impostor.decrypt('2026-11', data, aad)).toThrow(damaged);
  expect(() => ring.decrypt('2026-11', data, Buffer.from('there'))).toThrow(damaged);
  for (let index = 0; index < data.length; index += 1) {
    const flipped = Buffer.from(data);
    flipped.writeUInt8(flipped.readUInt8(index) ^ 1, index);
    expect(() => ring.decrypt('2026-11', flipped, aad)).toThrow(damaged);
  }
  for (const length of [0, 11, 27]) {
    expect(() => ring.decrypt('2026-11', data.subarray(0, length), aad)).toThrow(damaged);
  }
});

test.each([
  ['no key', [], 'no-key'],
  ['31 bytes', [{ id: 'a', key: randomBytes(31) }], 'bad-key'],
  ['33 bytes', [{ id: 'a', key: randomBytes(33) }], 'bad-key'],
  ['a name twice', [newer, newer], 'bad-key'],
  ['a name with a colon', [{ id: 'a:b', key: randomBytes(32) }], 'bad-key'],
])('refuses %s', (_, keys, code) => {
  expect(() => new KeyRing(keys)).toThrow(expect.objectContaining({ code }));
});

test('prints and serialises without its keys', () => {
  const ring = new KeyRing([newer]);
  const shown = inspect(ring, { depth: 10, showHidden: true }) + JSON.stringify(ring);
  for (const form of ['hex', 'base64'] as const) expect(shown).not.toContain(newer.key.toString(form));
});
