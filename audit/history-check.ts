import type { Bundle, BundleEntry } from './bundle.ts';
import { asJson, type Difference, firstDifference } from './difference.ts';
import type { Trace } from './trace.ts';

/**
 * The ledger held against the histories, one to one: each entry is what its event wrote, nothing that an event wrote is
 * missing, and what a provider answered stands beside the entry that says what it meant.
 */
export function ledgerDifference({ ledger }: Bundle, { links }: Trace): Difference | null {
  for (let index = 0; index < Math.max(ledger.length, links.length); index += 1) {
    const entry = ledger[index];
    const link = links[index];
    if (entry === undefined || link === undefined) {
      const expected = link === undefined ? 'no entry' : `${link.entry.type} ${link.entry.operation ?? ''}`;
      return {
        entry: index + 1,
        where: 'ledger',
        expected: expected.trim(),
        actual: entry === undefined ? 'no entry' : entry.type,
      };
    }
    const { exchange, refs } = link;
    const found = firstDifference(
      asJson({ ...link.entry, refs, ...(exchange === undefined ? {} : { exchange }) }),
      storedOf(entry),
    );
    if (found !== null) return { ...found, entry: index + 1 };
  }
  return null;
}

function storedOf({ before: _b, legal: _l, prev: _p, hash: _h, ...stored }: BundleEntry): object {
  return stored;
}
