import type { LedgerEntry } from '../payment/ledger.ts';
import type { Exchange } from '../payment/outcome.ts';
import type { Bundle, BundleEntry, ChainedEntry, Digests, Refs } from './bundle.ts';
import { digestOf } from './canonical.ts';

export const FIRST_PREV = '0'.repeat(64);

export interface Linked {
  readonly entry: LedgerEntry;
  readonly refs: Refs;
  readonly exchange?: Exchange;
}

/** The entries in one chain: each bears the hash of the one before. */
export function chained(links: readonly Linked[]): readonly ChainedEntry[] {
  let prev = FIRST_PREV;
  return links.map(({ entry, refs, exchange }) => {
    const body = { ...entry, refs, ...(exchange === undefined ? {} : { exchange }), prev };
    prev = digestOf(body);
    return { ...body, hash: prev };
  });
}

/** What the hash of an entry is taken of: all of it but the hash and what is derived. */
export function hashOf({ hash: _hash, before: _before, legal: _legal, ...stored }: BundleEntry): string {
  return digestOf(stored);
}

/** The same entries with a chain that fits them. */
export function rehashed(ledger: readonly BundleEntry[]): readonly BundleEntry[] {
  let prev = FIRST_PREV;
  return ledger.map((entry) => {
    const linked = { ...entry, prev };
    prev = hashOf(linked);
    return { ...linked, hash: prev };
  });
}

export function digestsOf({
  payment,
  ledger,
  histories,
  versions,
}: Pick<Bundle, 'payment' | 'ledger' | 'histories' | 'versions'>): Digests {
  return {
    payment: digestOf(payment),
    ledger: digestOf(ledger),
    histories: histories.map(digestOf),
    versions: digestOf(versions),
  };
}
