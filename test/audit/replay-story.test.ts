/** Rule: stepping through a payment shows what its ledger says, entry by entry, with the balances that follow and what was behind it. */
import { expect, test } from 'vitest';
import { storyOf } from '../../audit/replay-story.ts';
import { goldenBundle, goldenNames } from './bundles.ts';
import { releasedBundles } from './released-bundles.ts';

test('every page is the entry of the bundle, and what moved leads from one page to the next', async () => {
  const golden = await Promise.all(
    goldenNames().map(async (name) => [name, await goldenBundle(name)] as const),
  );
  const all = [...golden, ...(await releasedBundles())];
  expect(all.length).toBeGreaterThan(12);
  for (const [name, bundle] of all) {
    const { pages, difference, moments } = storyOf(bundle);
    expect(difference, name).toBeNull();
    expect(pages.length, name).toBe(bundle.ledger.length);
    let held = 0;
    for (const [index, page] of pages.entries()) {
      const { refs, legal, after, exchange, n } = bundle.ledger[index] ?? {};
      expect(
        { refs: page.refs, legal: page.legal, after: page.after, exchange: page.exchange, n: page.n },
        name,
      ).toEqual({ refs, legal, after, exchange, n });
      const { authorized, captured, released, lapsed } = page.after.amounts;
      expect(page.balances.held, name).toBe(authorized - captured - released - lapsed);
      const moved = page.moved.find(({ amount }) => amount === 'held');
      expect(moved?.from ?? held, name).toBe(held);
      held = page.balances.held;
      expect(
        moments[page.moment]?.moved.entries.map((entry) => entry.n),
        name,
      ).toContain(page.n);
    }
  }
});

test('what was behind an entry is told in the words of the history', async () => {
  const { pages } = storyOf(await goldenBundle('pending-resolved'));
  const kinds = pages.map(({ type, behind }) => [type, behind.kind, behind.name]);
  expect(kinds).toContainEqual(['payment.created', 'create', '']);
  expect(kinds).toContainEqual(['capture.planned', 'command', 'capture/c-1']);
  expect(kinds).toContainEqual(['capture.pending', 'answer', 'c-1#2']);
  expect(kinds).toContainEqual(['attention.raised', 'cancel', '']);
  const answer = pages.find(({ type }) => type === 'capture.pending');
  expect(answer?.behind.said).toMatchObject({ outcome: 'pending' });
  expect(answer?.behind.said).not.toHaveProperty('exchange');
  expect(answer?.exchange).toMatchObject({ status: 200 });
});

test('a ledger that its histories do not give is told with its entry', async () => {
  const bundle = await goldenBundle('three-shipments');
  const ledger = bundle.ledger.map((entry) => (entry.n === 6 ? { ...entry, rule: 'because' } : entry));
  expect(storyOf({ ...bundle, ledger }).difference).toMatchObject({ entry: 6, actual: 'because' });
});
