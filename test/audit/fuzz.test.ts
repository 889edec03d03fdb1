/**
 * Rule: whatever is done to the bytes of a bundle, there is a verdict, and it is not that the bundle holds unless it still
 * says the same. More by hand: `FUZZ_RUNS=100000 npx vitest run test/audit/fuzz.test.ts`.
 */
import { env } from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Bundle } from '../../audit/bundle.ts';
import { NoBundle, parseBundle } from '../../audit/read-bundle.ts';
import { schemaFault } from '../../audit/schema.ts';
import { staticChecks } from '../../audit/verify.ts';
import { goldenBundle } from './bundles.ts';

const numRuns = Number(env['FUZZ_RUNS'] ?? 400);
let text: Buffer;
let bundle: Bundle;

beforeAll(async () => {
  bundle = await goldenBundle('answer-lost');
  text = Buffer.from(JSON.stringify(bundle));
});

type Change = (bytes: Buffer) => Buffer;

/** Words that mean something to a parser or to a machine. */
const WORDS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\ud800',
  '__proto__',
  'constructor',
  'null',
  '1e999',
  '-0',
  '0.1',
];
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
    ([where, mask]): Change =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        const index = at(copy, where);
        copy[index] = (copy[index] ?? 0) ^ mask;
        return copy;
      },
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(
    ([where, length]): Change =>
      (bytes) => {
        const index = at(bytes, where);
        return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + length)]);
      },
  ),
  fc.tuple(place, fc.constantFrom(...WORDS)).map(
    ([where, word]): Change =>
      (bytes) => {
        const index = at(bytes, where);
        return Buffer.concat([bytes.subarray(0, index), Buffer.from(word), bytes.subarray(index)]);
      },
  ),
  fc.tuple(place, place, fc.integer({ min: 1, max: 400 })).map(
    ([from, to, length]): Change =>
      (bytes) => {
        const piece = bytes.subarray(at(bytes, from), at(bytes, from) + length);
        const index = at(bytes, to);
        return Buffer.concat([bytes.subarray(0, index), piece, bytes.subarray(index)]);
      },
  ),
  fc.tuple(place, fc.integer({ min: 0, max: 9 })).map(
    ([where, digit]): Change =>
      (bytes) => {
        const index = bytes.findIndex(
          (byte, each) => each >= at(bytes, where) && byte >= 0x30 && byte <= 0x39,
        );
        const copy = Buffer.from(bytes);
        if (index >= 0) copy[index] = 0x30 + digit;
        return copy;
      },
  ),
  place.map(
    (where): Change =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
);

/** What fails; nothing where the bundle still says the same. */
function faults(bytes: Buffer): readonly string[] {
  let value: unknown;
  try {
    value = parseBundle(bytes);
  } catch (error) {
    if (error instanceof NoBundle) return ['no bundle'];
    throw error;
  }
  if (isDeepStrictEqual(value, bundle)) return ['says the same'];
  if (schemaFault(value) !== null) return ['schema'];
  return staticChecks(value as Bundle).flatMap(({ name, pass }) => (pass === true ? [] : [name]));
}

test('changed bytes are found without a word thrown', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = changes.reduce((bytes, one) => one(bytes), text);
      expect(faults(changed)).not.toEqual([]);
    }),
    { numRuns },
  );
});
