/** Rule: an entry's hash covers what is stored, its refs, its exchange and the hash before, and nothing that is derived. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { BundleEntry } from '../../audit/bundle.ts';
import { hashOf, rehashed } from '../../audit/chain.ts';
import { goldenBundle } from './bundles.ts';

/** RFC 8785 once more, for values without odd texts or numbers. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted((value as Record<string, unknown>)[name])]),
  );
}

test('each hash is the SHA-256 of the entry, counted by hand', async () => {
  const { ledger } = await goldenBundle('three-shipments');
  let prev = '0'.repeat(64);
  for (const entry of ledger) {
    const { hash, before: _before, legal: _legal, ...stored } = entry;
    expect(stored.prev).toBe(prev);
    expect(hash).toBe(
      createHash('sha256')
        .update(JSON.stringify(sorted(stored)))
        .digest('hex'),
    );
    expect(hash).toBe(hashOf(entry));
    prev = hash;
  }
  expect(rehashed(ledger)).toEqual(ledger);
});

test('what is derived changes no hash, and anything else does', async () => {
  const { ledger } = await goldenBundle('three-shipments');
  const entry = ledger[4] as BundleEntry;
  expect(hashOf({ ...entry, before: null, legal: ['capture'] })).toBe(entry.hash);
  for (const part of [
    { rule: 'x' },
    { prev: '1'.repeat(64) },
    { refs: { ...entry.refs, eventId: 1 } },
    { at: '2026-01-01T00:00:00.000Z' },
  ])
    expect(hashOf({ ...entry, ...part })).not.toBe(entry.hash);
});
