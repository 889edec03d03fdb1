/**
 * Rule: what would follow is what the core of this version makes of it; told nothing new, a payment goes on from any entry
 * exactly as it was recorded.
 */
import { describe, expect, test } from 'vitest';
import type { Supposition } from '../../audit/what-if.ts';
import { NothingToSuppose } from '../../audit/what-if.ts';
import { whatIf } from '../../audit/what-if-story.ts';
import { type Story, storyOf } from '../../audit/replay-story.ts';
import { goldenBundle, goldenNames } from './bundles.ts';
import { releasedBundles } from './released-bundles.ts';

const BY = { kind: 'operator', name: 'anna', via: 'command' } as const;
const capture = (id: string, amount: number): Supposition => ({
  kind: 'command',
  command: { type: 'capture', id, amount, final: false },
  by: BY,
});
const declined: Supposition = {
  kind: 'outcome',
  operation: 'c-2',
  result: { outcome: 'declined', decline: { code: '1', message: 'no', hold: 'stands', again: 'no' } },
};

const shipments = async (): Promise<Story> => storyOf(await goldenBundle('three-shipments'));

test('nothing supposed, nothing parts: from every entry of every golden payment', async () => {
  const golden = await Promise.all(
    goldenNames().map(async (name) => [name, await goldenBundle(name)] as const),
  );
  for (const [name, bundle] of [...golden, ...(await releasedBundles())]) {
    const story = storyOf(bundle);
    for (const { n } of story.pages) {
      const { refed, core, n: from } = whatIf(story, [], { n }, true);
      expect(refed?.partings, `${name} from ${n}`).toEqual([]);
      expect(refed?.same, `${name} from ${n}`).toBe(story.pages.length - from);
      expect(
        core.ledger.map(({ type }) => type),
        name,
      ).toEqual(story.pages.map(({ type }) => type));
    }
  }
});

describe('a supposition', () => {
  test('takes the place of the outcome that was recorded, and the rest shows what hangs on it', async () => {
    const story = await shipments();
    const { n, followed, refed, core } = whatIf(story, [declined], null, true);
    expect(story.pages[n - 1]).toMatchObject({ type: 'capture.sent', operation: 'c-2' });
    expect(followed.flatMap(({ entries }) => entries.map(({ type }) => type))).toEqual(['capture.declined']);
    const partings = refed?.partings ?? [];
    expect(partings).toContainEqual(
      expect.objectContaining({ how: 'unheard', where: 'c-2 is not at the provider' }),
    );
    expect(partings).toContainEqual(
      expect.objectContaining({ how: 'missing', entry: 'capture.approved c-2' }),
    );
    // M4: the number goes back and the next one takes it.
    expect(partings).toContainEqual(
      expect.objectContaining({
        entry: 'capture.sent c-3',
        where: 'data.sequenceNumber',
        expected: 3,
        actual: 2,
      }),
    );
    // c-3 asked for all that is capturable.
    expect(partings).toContainEqual(
      expect.objectContaining({ entry: 'capture.planned c-3', expected: 4_000, actual: 7_000 }),
    );
    expect(core.machine.value).toBe('captured');
  });

  test('that is refused changes nothing and says by which rule, with figures', async () => {
    const story = await shipments();
    const { followed, core } = whatIf(story, [capture('x', 20_000)], { n: 6 }, false);
    expect(followed).toMatchObject([
      { entries: [], asks: [], refused: { refusedBy: 'amount-exceeds-capturable' } },
    ]);
    expect(followed[0]?.refused?.rules).toContainEqual(
      expect.objectContaining({
        rule: 'amount-exceeds-capturable',
        pass: false,
        figures: expect.objectContaining({ asked: 20_000 }),
      }),
    );
    expect(core.ledger).toHaveLength(6);
  });

  test('reserves, asks for its call, and a recorded command is refused for it', async () => {
    const story = await shipments();
    const all = [
      capture('x', 7_000),
      { kind: 'outcome', operation: 'x', result: { outcome: 'approved' } },
    ] as const;
    const { followed, refed } = whatIf(story, all, { n: 6 }, true);
    expect(followed[0]?.asks).toMatchObject([
      { type: 'call', call: { operation: 'x', amount: 7_000, sequenceNumber: 2 } },
    ]);
    expect(refed?.partings).toContainEqual(expect.objectContaining({ how: 'refused', entry: 'capture c-2' }));
    expect(refed?.partings.some(({ how }) => how === 'missing')).toBe(true);
  });

  test('with an id that is taken meets what the engine would say', async () => {
    const story = await shipments();
    const conflict = { entries: [], asks: [], refused: { legal: false, refusedBy: 'idempotency-conflict' } };
    expect(whatIf(story, [capture('c-1', 6_001)], { n: 6 }, false).followed).toMatchObject([conflict]);
    // No command made it, and so no body can be the same.
    const observed: Supposition = { ...capture('authorization', 100) };
    expect(whatIf(story, [observed], { n: 6 }, false).followed).toMatchObject([conflict]);
    const twice = whatIf(story, [capture('x', 100), capture('x', 100), capture('x', 101)], { n: 6 }, false);
    expect(twice.followed.map(({ refused }) => refused?.refusedBy ?? null)).toEqual([
      null,
      null,
      'idempotency-conflict',
    ]);
    // The recorded c-2 asks for something else.
    const { refed } = whatIf(story, [capture('c-2', 1)], { n: 6 }, true);
    expect(refed?.partings).toContainEqual(
      expect.objectContaining({ how: 'refused', entry: 'capture c-2', actual: 'idempotency-conflict' }),
    );
  });

  test('lets the clock run: an unknown outcome is asked for again, and a person is called', async () => {
    const story = await shipments();
    const unknown = {
      kind: 'outcome',
      operation: 'c-1',
      result: { outcome: 'unknown', reason: 'lost' },
    } as const;
    const { followed, now } = whatIf(story, [unknown, { kind: 'clock', after: 86_400_000 }], null, false);
    const types = followed.flatMap(({ entries }) => entries.map(({ type }) => type));
    expect(types).toEqual(expect.arrayContaining(['capture.unknown', 'capture.sent', 'attention.raised']));
    const sent = story.pages.find(({ type, operation }) => type === 'capture.sent' && operation === 'c-1');
    expect(now - Date.parse(sent?.at ?? '')).toBe(86_400_000);
  });

  test('of something that is not there is refused in words', async () => {
    const story = await shipments();
    expect(() => whatIf(story, [declined], { n: 3 }, false)).toThrow(NothingToSuppose);
    expect(() => whatIf(story, [{ ...declined, operation: 'none' }], null, false)).toThrow(
      'was never at the provider',
    );
    expect(() => whatIf(story, [{ kind: 'read', result: { read: 'pending' } }], null, false)).toThrow(
      'no read',
    );
  });
});
