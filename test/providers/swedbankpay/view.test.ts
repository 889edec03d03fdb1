/** Rule: what a payment offers, how lists are read, and when a payment counts as locked. */
import { describe, expect, test } from 'vitest';
import {
  countsAsDone,
  failedTooOften,
  findIn,
  heldBy,
  offerOf,
  sameId,
  transactionsIn,
} from '../../../providers/swedbankpay/view.ts';
import { type Listed, type PaymentAnswer, paymentAnswer } from '../../../providers/swedbankpay/wire.ts';
import { PAYMENT } from './calls.ts';

const page = (payment: Record<string, unknown> = {}, rels: readonly string[] = []): PaymentAnswer =>
  paymentAnswer.parse({
    payment: { id: PAYMENT, state: 'Ready', currency: 'SEK', amount: 10_000, ...payment },
    operations: rels.map((rel) => ({ rel, href: `/x/${rel}`, method: 'POST' })),
  });

let number = 0;
const entry = (state: string, change: Record<string, unknown> = {}): Listed => {
  number += 1;
  const inner = { id: 't', type: 'Capture', state, amount: 100, number, payeeReference: 'A', ...change };
  return { id: `c${number}`, transaction: inner as unknown as Listed['transaction'] };
};
const failures = (count: number): Listed[] => Array.from({ length: count }, () => entry('Failed'));

test('an operation is known by its rel, of both spellings', () => {
  expect(offerOf(page({}, ['create-capture']), 'capture')).toBe('/x/create-capture');
  expect(offerOf(page({}, ['create-cancellation']), 'release')).toBe('/x/create-cancellation');
  expect(offerOf(page({}, ['create-cancel']), 'release')).toBe('/x/create-cancel');
  expect(offerOf(page({}, ['create-capture']), 'refund')).toBeNull();
  const get = { payment: page().payment, operations: [{ rel: 'create-capture', href: '/x', method: 'GET' }] };
  expect(offerOf(get, 'capture')).toBeNull();
});

test('what is left: told, left out as zero, or not known', () => {
  expect(heldBy(page({ remainingCaptureAmount: 5 }, ['create-capture']))).toBe(5);
  expect(heldBy(page({}, ['create-reversal']))).toBe(0);
  expect(heldBy(page({ remainingCaptureAmount: 0 }))).toBe(0);
  expect(heldBy(page({}, ['create-capture']))).toBeNull();
  expect(heldBy(page({ state: 'Pending' }))).toBeNull();
});

describe('lists', () => {
  const inner = entry('Completed');
  const item = { id: inner.id, transaction: inner.transaction };

  test.each<[string, unknown]>([
    ['under the name of the seed', { payment: PAYMENT, captures: { id: 'x', captureList: [item] } }],
    ['under another name', { captures: { id: 'x', transactionList: [item] } }],
    ['a plain array', { captures: [item] }],
  ])('%s', (_name, json) => {
    expect(transactionsIn(json, 'capture', PAYMENT)).toMatchObject([{ id: inner.id }]);
  });

  test('bare transactions', () => {
    const json = { captures: { transactionList: [inner.transaction] } };
    expect(transactionsIn(json, 'capture', PAYMENT)).toMatchObject([{ id: 't' }]);
  });

  test.each<[string, unknown]>([
    ['no list', { payment: PAYMENT }],
    ['no array', { captures: { id: 'x' } }],
    ['another payment', { payment: '/other', captures: { captureList: [] } }],
    ['an entry that cannot be read', { captures: { captureList: [item, { id: 'y' }] } }],
  ])('unread as a whole: %s', (_name, json) => {
    expect(transactionsIn(json, 'capture', PAYMENT)).toBeNull();
  });

  test('an empty list is read', () => {
    expect(transactionsIn({ captures: { captureList: [] } }, 'capture', PAYMENT)).toEqual([]);
  });
});

test('of several entries with a reference the surest is taken', () => {
  const done = entry('Completed');
  expect(findIn([entry('Failed'), done, entry('Initialized')], 'A')).toBe(done);
  expect(findIn([done], 'B')).toBeUndefined();
});

test('five failures at the end of a list, in whatever order it comes', () => {
  expect(failedTooOften(failures(4))).toBe(false);
  expect(failedTooOften(failures(5))).toBe(true);
  expect(failedTooOften(failures(7).toReversed())).toBe(true);
  expect(failedTooOften([...failures(5), entry('Completed')])).toBe(false);
  expect(failedTooOften([entry('Completed'), ...failures(5)])).toBe(true);
});

describe('AwaitingActivity that the books count as captured', () => {
  const waiting = entry('AwaitingActivity', { amount: 4_000 });
  const rels = ['create-capture'];
  test('nothing runs, and the sum fits', () => {
    expect(countsAsDone(page({ remainingCaptureAmount: 6_000 }, rels), [waiting], waiting.transaction)).toBe(
      true,
    );
  });
  test.each<[string, PaymentAnswer]>([
    ['not counted', page({ remainingCaptureAmount: 10_000 }, rels)],
    ['something runs', page({ remainingCaptureAmount: 6_000, state: 'Pending' }, rels)],
    ['nothing is offered', page({ remainingCaptureAmount: 6_000 })],
    ['the total is not told', page({ remainingCaptureAmount: 6_000, amount: undefined }, rels)],
  ])('%s', (_name, answer) => {
    expect(countsAsDone(answer, [waiting], waiting.transaction)).toBe(false);
  });
});

test('ids are the same with and without a host', () => {
  expect(sameId(`https://api.payex.com${PAYMENT}/`, PAYMENT)).toBe(true);
  expect(sameId(`${PAYMENT}1`, PAYMENT)).toBe(false);
});
