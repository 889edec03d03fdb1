/**
 * Rule: any value of a bundle that is changed is found; and of what somebody changes who can make chain and digests fit,
 * everything in the facts and in the ledger is found from the fold, the rules and the history. Every eleventh value of
 * one golden bundle and all of its ledger; `test/support/audit-mutation-main.ts` does it for all values of all bundles.
 */
import '../support/quiet-runtime.ts';
import { beforeAll, expect, test } from 'vitest';
import type { Bundle } from '../../audit/bundle.ts';
import { goldenBundle } from './bundles.ts';
import { foundStatically, isFound } from './mutation-check.ts';
import { covered, isOfTheChain, leaves, mutation } from './mutate.ts';

let bundle: Bundle;

beforeAll(async () => {
  bundle = await goldenBundle('voided-and-closed');
});

test('a changed value is found', () => {
  const paths = leaves(bundle).filter((_path, index) => index % 11 === 0);
  const missed = paths.filter((path) => !isFound(mutation(bundle, path).bundle));
  expect(missed).toEqual([]);
});

test('in facts and ledger it is found also where chain and digests were made anew', () => {
  const paths = leaves(bundle).filter(
    (path) => (path[0] === 'ledger' || path[0] === 'payment') && !isOfTheChain(path),
  );
  expect(paths.length).toBeGreaterThan(100);
  const missed = paths.filter((path) => foundStatically(covered(mutation(bundle, path))).length === 0);
  expect(missed).toEqual([]);
});
