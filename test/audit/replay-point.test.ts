/** Rule: a payment shown at an entry or an instant is the payment as it stood then, with what was in flight. */
import { describe, expect, test } from 'vitest';
import { changesOf } from '../../audit/replay-diff.ts';
import { NoPoint, pointOf, standAt } from '../../audit/replay-point.ts';
import { storyOf } from '../../audit/replay-story.ts';
import { attributesOf, valuesIn } from '../../audit/event.ts';
import { asJson } from '../../audit/difference.ts';
import { goldenBundle } from './bundles.ts';

describe('a point', () => {
  test.each([
    ['7', { n: 7 }],
    ['2026-11-21T17:13:41.500Z', { at: Date.parse('2026-11-21T17:13:41.500Z') }],
    ['yesterday', null],
    ['-1', null],
    ['2026-99-21T17:13:41Z', null],
  ])('%s', (text, point) => {
    expect(pointOf(text)).toEqual(point);
  });
});

test('a call is in flight between the entry that sent it and its answer', async () => {
  const story = storyOf(await goldenBundle('three-shipments'));
  const sent = story.pages.find(({ type, operation }) => type === 'capture.sent' && operation === 'c-1');
  const stand = standAt(story, { n: sent?.n ?? 0 });
  expect(stand.payment.captures).toMatchObject([{ id: 'c-1', state: 'sent' }]);
  expect(stand.inFlight).toMatchObject({ running: { operation: 'c-1' }, waiting: [{ command: 'c-1' }] });
  const answered = standAt(story, { at: Date.parse(story.pages[sent?.n ?? 0]?.at ?? '') });
  expect(answered.payment.captures).toMatchObject([{ id: 'c-1', state: 'approved' }]);
  expect(answered.inFlight.running).toBeNull();
  expect(changesOf(stand.payment, answered.payment)).toContainEqual({
    where: 'captures.0.state',
    a: 'sent',
    b: 'approved',
  });
});

test('at the end it is what the workflow itself said last', async () => {
  const bundle = await goldenBundle('voided-and-closed');
  const last = bundle.histories.at(-1)?.events.at(-1);
  const [result] = last === undefined ? [] : valuesIn(attributesOf(last)['result']);
  const story = storyOf(bundle);
  const { payment } = standAt(story, { n: story.pages.length });
  expect({ view: asJson(payment) }).toMatchObject({ view: (result as { view: object }).view });
});

test('an entry within an input is shown before the entries that followed from it', async () => {
  const story = storyOf(await goldenBundle('three-shipments'));
  const planned = story.pages.find(({ type }) => type === 'capture.planned');
  const stand = standAt(story, { n: planned?.n ?? 0 });
  expect(stand).toMatchObject({ follow: 1, payment: { captures: [{ state: 'planned' }] } });
});

test('there is nothing before the first entry and after the last', async () => {
  const story = storyOf(await goldenBundle('three-shipments'));
  for (const point of [{ n: 0 }, { n: 999 }, { at: 0 }]) expect(() => standAt(story, point)).toThrow(NoPoint);
});
