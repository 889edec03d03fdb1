// What the provider tells unasked: duplicates and old numbers change nothing, a booking is taken as it is,
// a number that we never took was made elsewhere, and sums that break ask for a person.
import { describe, expect, test } from 'vitest';
import { IllegalCommand } from '../../machines/core-command.ts';
import { approved, authorised, captured, lost } from '../support/payment-life.ts';

describe('a notice of ours', () => {
  test('confirms what the answer said and writes nothing', () => {
    const life = captured([3000]);
    const entries = life.ledger.length;
    life.notice({ about: 'capture', sequenceNumber: 1, price: 3000, receivable: 3000 });
    expect(life.ledger).toHaveLength(entries);
    expect(life.state.confirmed).toBe(1);
  });

  test('before the answer it books, and the answer only frees the lane', () => {
    const life = authorised()
      .capture('c-1', 3000)
      .notice({ about: 'capture', sequenceNumber: 1, price: 3000, receivable: 3000 });
    expect(life.operation('c-1').state).toBe('approved');
    life.answer(approved);
    expect(life.sums.captured).toBe(3000);
    expect(life.types().filter((type) => type === 'capture.approved')).toHaveLength(1);
  });

  test('the same event told twice is one event', () => {
    const life = captured([3000]).notice({ about: 'chargeback', price: 100, identity: 'e-1' });
    const entries = life.ledger.length;
    life.notice({ about: 'chargeback', price: 100, identity: 'e-1' });
    expect(life.ledger).toHaveLength(entries);
    expect(life.sums.chargedBack).toBe(100);
  });

  test('messages in the wrong order book what each names', () => {
    const life = captured([1000]).capture('c-2', 2000).answer(lost);
    life.notice({ about: 'capture', sequenceNumber: 2, receivable: 3000 });
    life.notice({ about: 'capture', sequenceNumber: 1, receivable: 1000 });
    expect(life.sums.captured).toBe(3000);
    expect(life.attentions).toEqual([]);
  });

  test('of another hold is not ours', () => {
    const life = captured([1000]);
    const entries = life.ledger.length;
    life.notice({ about: 'chargeback', price: 100, providerReference: '999' });
    expect(life.ledger).toHaveLength(entries);
  });

  test('in another currency asks for a person', () => {
    expect(captured([1000]).notice({ about: 'chargeback', price: 100, currency: 'USD' }).attentions).toEqual([
      'books-differ',
    ]);
  });

  test('of a booked capture that names another amount asks for a person', () => {
    const life = captured([3000]).notice({ about: 'capture', sequenceNumber: 1, receivable: 2500 });
    expect(life.sums.captured).toBe(3000);
    expect(life.attentions).toEqual(['amount-differs']);
  });
});

describe('a late failure', () => {
  test('takes a booked capture back and asks for a person', () => {
    const life = captured([3000]).notice({ about: 'capture', state: 'failed', sequenceNumber: 1 });
    expect(life.operation('c-1').state).toBe('reversed');
    expect(life.sums).toMatchObject({ captured: 0, held: 10_000 });
    expect(life.attentions).toEqual(['late-failure']);
  });

  test('of a final capture makes captures legal again', () => {
    const life = captured([10_000]).notice({ about: 'capture', state: 'failed', sequenceNumber: 1 });
    expect(life.payment.finalBy).toBeNull();
    expect(life.sums.capturable).toBe(10_000);
  });

  test('that came right again is booked again', () => {
    const life = captured([3000]).notice({ about: 'capture', state: 'failed', sequenceNumber: 1 });
    life.notice({ about: 'capture', sequenceNumber: 1, price: 3000 });
    expect(life.operation('c-1').state).toBe('approved');
    expect(life.sums.captured).toBe(3000);
  });

  test('below what was refunded breaks the sums', () => {
    const life = captured([3000, 1000]).refund('r-1', 2000).answer(approved);
    life.notice({ about: 'capture', state: 'failed', sequenceNumber: 1 });
    expect(life.attentions).toEqual(['late-failure', 'books-differ']);
    expect(() => life.capture('c-3', 1)).toThrow(IllegalCommand);
  });
});

describe('made elsewhere', () => {
  test('while the sums hold it is booked as observed and blocks nothing', () => {
    const life = captured([1000]).notice({ about: 'capture', sequenceNumber: 2, price: 500 });
    expect(life.operation('observed-2')).toMatchObject({ origin: 'observed', booked: 500, kind: 'capture' });
    expect(life.attentions).toEqual(['observed-elsewhere']);
    life.capture('c-2', 100);
    expect(life.last).toMatchObject({ sequenceNumber: 3 });
  });

  test('sums that break stop the money commands until a person resolves it', () => {
    const life = captured([1000]).notice({ about: 'capture', sequenceNumber: 2, price: 9500 });
    expect(life.attentions).toEqual(['observed-elsewhere', 'books-differ']);
    expect(() => life.refund('r-1', 1)).toThrow('books differ');
    life.say({ attention: 'books-differ' }).refund('r-1', 1);
    expect(life.last).toMatchObject({ action: 'refund' });
  });

  test('an old number changes nothing', () => {
    const life = captured([1000, 500]);
    const entries = life.ledger.length;
    life.notice({ about: 'capture', sequenceNumber: 0, price: 700 });
    expect(life.ledger).toHaveLength(entries);
  });

  test('our unknown number taken by another kind: ours did not happen', () => {
    const life = captured([1000])
      .capture('c-2', 2000)
      .answer(lost)
      .notice({ about: 'refund', sequenceNumber: 2, price: 300 });
    expect(life.operation('c-2')).toMatchObject({ state: 'not_performed', reason: 'number-taken-elsewhere' });
    expect(life.operation('observed-2')).toMatchObject({ kind: 'refund', booked: 300 });
    expect(life.sums).toMatchObject({ captured: 1000, refunded: 300, reserved: 0 });
  });
});

describe('a chargeback', () => {
  test('raises what was charged back and leaves captured', () => {
    const life = captured([3000]).notice({ about: 'chargeback', price: 1000 });
    expect(life.sums).toMatchObject({ chargedBack: 1000, captured: 3000, refundable: 2000 });
    expect(life.attentions).toEqual(['chargeback']);
    life.notice({ about: 'chargeback-reversed', price: 1000 });
    expect(life.sums.chargedBack).toBe(0);
  });
});
