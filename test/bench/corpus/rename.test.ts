/** Rule: a payment made of another one by other ids, times and amounts tells its story without a fault, and names nothing of the first. */
import { expect, test } from 'vitest';
import { bundleOf } from '../../../audit/make-bundle.ts';
import { schemaFault } from '../../../audit/schema.ts';
import { staticChecks } from '../../../audit/verify.ts';
import { renamed } from '../../../bench/corpus/rename.ts';
import { goldenBundle, goldenNames } from '../../audit/bundles.ts';

const DAY_MS = 86_400_000;

test.each(goldenNames())('%s', async (name) => {
  const { payment, ledger, histories } = await goldenBundle(name);
  const renaming = { from: payment.id, to: 'made-00001', later: 3 * DAY_MS, times: 7 };
  const { bundle, differences } = bundleOf(renamed(histories, payment.provider, renaming));
  expect(differences).toEqual([]);
  expect(schemaFault(bundle)).toBeNull();
  expect(staticChecks(bundle).filter(({ pass }) => pass !== true)).toEqual([]);
  expect(bundle.payment).toMatchObject({ id: 'made-00001', amount: payment.amount * 7 });
  expect(bundle.payment.reference).not.toBe(payment.reference);
  expect(bundle.ledger.map(({ type }) => type)).toEqual(ledger.map(({ type }) => type));
  const [first, made] = [ledger.at(-1), bundle.ledger.at(-1)];
  expect(Date.parse(made?.at ?? '') - Date.parse(first?.at ?? '')).toBe(3 * DAY_MS);
  const text = JSON.stringify(bundle);
  for (const word of [payment.id, payment.reference, histories[0]?.runId ?? '-'])
    expect(text).not.toContain(word);
});
