// What an order asks for, without a server: one request at a time, and final only when nothing can follow it.
import { describe, expect, test } from 'vitest';
import {
  cancelled,
  capturedAgain,
  ended,
  failedCapture,
  forgone,
  isComplete,
  nextRequest,
  type OrderBook,
  openBook,
  recorded,
  returnable,
  returned,
  shipped,
} from '../../workflows/order-book.ts';

const eur = (value: number) => ({ value, currency: 'EUR' });
const open = (): OrderBook =>
  openBook({
    currency: 'EUR',
    lines: [
      { id: 'a', description: 'A', quantity: 3, unitPrice: eur(1_000) },
      { id: 'b', description: 'B', quantity: 1, unitPrice: eur(500) },
      { id: 'v', type: 'voucher', description: 'V', quantity: 1, unitPrice: eur(-100) },
    ],
  });
const next = (book: OrderBook) => nextRequest(book, 'o');
const end = (book: OrderBook, state: string): OrderBook => {
  const sent = next(book);
  if (sent === null) throw new Error('nothing to send');
  return recorded(recorded(book, { ...sent, state: 'sending' }), {
    ...sent,
    state,
    booked: state === 'approved' ? sent.amount : null,
  });
};

describe('what goes out', () => {
  test('one at a time, and only the capture that ends the order is final', () => {
    let book = shipped(open(), 's-1', [{ line: 'a', quantity: 2 }]);
    book = shipped(book, 's-2', [
      { line: 'a', quantity: 1 },
      { line: 'b', quantity: 1 },
    ]);
    expect(next(book)).toMatchObject({ id: 's-1', final: false });
    const busy = recorded(book, { ...next(book)!, state: 'sending' });
    expect(next(busy)).toBeNull();
    book = end(book, 'approved');
    expect(next(book)).toMatchObject({ id: 's-2', final: true });
    book = end(book, 'approved');
    expect(next(book)).toBeNull();
    expect(isComplete(book, 'o')).toBe(true);
    expect(book.requests.reduce((sum, each) => sum + each.amount, 0)).toBe(3_400);
  });

  test('a capture that is queued when the last line is cancelled becomes the final one', () => {
    const book = cancelled(shipped(open(), 's-1', [{ line: 'a', quantity: 3 }]), [
      { line: 'b', quantity: 1 },
    ]);
    expect(next(book)).toMatchObject({ id: 's-1', final: true });
  });

  test('what is cancelled after the last capture is released once', () => {
    let book = end(shipped(open(), 's-1', [{ line: 'a', quantity: 3 }]), 'approved');
    book = cancelled(book, [{ line: 'b', quantity: 1 }]);
    expect(isComplete(book, 'o')).toBe(false);
    expect(next(book)).toMatchObject({ kind: 'release', id: 'o.release' });
    book = end(book, 'declined');
    expect(next(book)).toBeNull();
    expect(isComplete(book, 'o')).toBe(true);
  });

  test('a declined capture keeps the rest until it is tried again or forgone', () => {
    const book = end(
      shipped(open(), 's-1', [
        { line: 'a', quantity: 3 },
        { line: 'b', quantity: 1 },
      ]),
      'declined',
    );
    expect(failedCapture(book, 's-1')).toMatchObject({ state: 'declined' });
    expect(next(book)).toBeNull();
    expect(isComplete(book, 'o')).toBe(false);
    expect(next(capturedAgain(book, 's-1', 's-1.2'))).toMatchObject({
      id: 's-1.2',
      amount: 3_400,
      final: true,
    });
    expect(next(forgone(book, 's-1'))).toMatchObject({ kind: 'release' });
  });

  test('a shipment behind a failed one is not final', () => {
    let book = end(shipped(open(), 's-1', [{ line: 'a', quantity: 3 }]), 'declined');
    book = shipped(book, 's-2', [{ line: 'b', quantity: 1 }]);
    expect(next(book)).toMatchObject({ id: 's-2', final: false });
  });
});

test('an end that is told before the answer arrives is kept', () => {
  const book = shipped(open(), 's-1', [{ line: 'a', quantity: 1 }]);
  const sending = recorded(book, { ...next(book)!, state: 'sending' });
  const told = ended(sending, 's-1', 'approved', 1_000);
  const answered = recorded(told, { ...next(book)!, state: 'pending' });
  expect(answered.requests).toMatchObject([{ state: 'approved', booked: 1_000 }]);
});

test('returned pieces sum to what was paid for them, and no more come back than were sent', () => {
  let book = end(
    shipped(open(), 's-1', [
      { line: 'a', quantity: 3 },
      { line: 'b', quantity: 1 },
    ]),
    'approved',
  );
  expect(returnable(book, 's-1', 'a')).toBe(3);
  for (const piece of [1, 2, 3]) book = returned(book, `r-${piece}`, 's-1', { line: 'a', quantity: 1 });
  expect(returnable(book, 's-1', 'a')).toBe(0);
  const refunds = book.requests.filter((each) => each.kind === 'refund');
  expect(refunds.reduce((sum, each) => sum + each.amount, 0)).toBe(3_000 - 86);
  for (const { amount, lines } of refunds) {
    expect(lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.value, 0)).toBe(amount);
  }
});

describe('where captures are collected', () => {
  const collecting = (): OrderBook => ({ ...open(), collects: true });

  test('a planned shipment keeps no other waiting, and the last one sends them all', () => {
    let book = shipped(collecting(), 's-1', [{ line: 'a', quantity: 2 }]);
    book = end(book, 'planned');
    expect(next(book)).toBeNull();
    book = shipped(book, 's-2', [
      { line: 'a', quantity: 1 },
      { line: 'b', quantity: 1 },
    ]);
    expect(next(book)).toMatchObject({ id: 's-2', final: true });
    book = end(book, 'planned');
    expect(next(book)).toBeNull();
    expect(isComplete(book, 'o')).toBe(false);
    book = ended(ended(book, 's-1', 'approved', 1_950), 's-2', 'approved', 1_450);
    expect(isComplete(book, 'o')).toBe(true);
  });

  test('the last line is cancelled: the release sends what was collected', () => {
    let book = end(shipped(collecting(), 's-1', [{ line: 'a', quantity: 3 }]), 'planned');
    book = cancelled(book, [{ line: 'b', quantity: 1 }]);
    expect(next(book)).toMatchObject({ id: 'o.release', kind: 'release' });
  });
});
