// The reductions of the walk lose nothing: at a bound that bears it, a walk that tells every two states apart by all that
// the payment and its core know, instants aside, meets the same money, operations and questions.
import { expect, test } from 'vitest';
import type { Bounds } from '../../../bench/model/bounds.ts';
import { ISSUE } from '../../../bench/model/bounds.ts';
import { textsOf } from '../../../bench/model/canonical.ts';
import { movesOf } from '../../../bench/model/moves.ts';
import type { Node } from '../../../bench/model/node.ts';
import { first, take, walk } from '../../../bench/model/walk.ts';

const TINY: Bounds = { ...ISSUE, name: 'tiny', amount: 2, captures: 1, refunds: 0, releases: 0 };

const INSTANTS = new Set([
  'at',
  'since',
  'sentAt',
  'told',
  'expiresAt',
  'authorizedAt',
  'identity',
  'message',
]);
const CONSTANT = new Set(['capabilities', 'plan', 'createdAt', 'n']);

function plain({ state, answered, used }: Node): string {
  const { machine, running, repeating, timers, disputed, deferred, deadlineDue, confirmed } = state;
  const core = [
    running?.operation,
    repeating?.operation,
    repeating?.reason,
    disputed,
    deferred,
    deadlineDue,
    confirmed,
  ];
  return JSON.stringify(
    [machine, core, Object.keys(timers).sort(), answered, used],
    (name, value: unknown) => {
      if (INSTANTS.has(name) || CONSTANT.has(name)) return undefined;
      if (name === 'notice') return value !== null;
      return name === 'attempts' ? Math.min(Number(value), 2) : value;
    },
  ).replace(/released-s-\d+/g, 'released');
}

/** Timers tell how long ago something happened, which is where the walk says that it is not exact. */
function moneyOf(node: Node): string {
  const parts = textsOf(node).summed.split('|');
  return parts.toSpliced(4, 1).join('|');
}

test('the reduced walk meets what the plain walk meets', { timeout: 600_000 }, () => {
  const begin = first(TINY);
  const seen = new Set([plain(begin)]);
  const met = new Set([moneyOf(begin)]);
  let frontier = [begin];
  while (frontier.length > 0) {
    const next: Node[] = [];
    for (const node of frontier) {
      for (const move of movesOf(node, TINY)) {
        const { after } = take(node, move);
        const text = plain(after);
        if (seen.has(text)) continue;
        seen.add(text);
        met.add(moneyOf(after));
        next.push(after);
      }
    }
    frontier = next;
  }
  const reduced = new Set([moneyOf(begin)]);
  const found = walk(TINY, { onMet: (node) => reduced.add(moneyOf(node)) });
  expect(found.breach).toBeNull();
  expect(seen.size).toBeGreaterThan(10 * found.states);
  expect([...met].filter((text) => !reduced.has(text))).toEqual([]);
});
