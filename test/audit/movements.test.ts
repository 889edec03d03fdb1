/** Rule: movements are what each entry changed, so that their sums are the payment's own, whatever was corrected or taken back. */
import { describe, expect, test } from 'vitest';
import { type Movement, type MovementKind, movementsOf } from '../../audit/movements.ts';
import { goldenBundle, goldenNames } from './bundles.ts';
import { booked, ledgerOf } from './ledgers.ts';

const sum = (movements: readonly Movement[], kind: MovementKind): number =>
  movements.filter((one) => one.kind === kind).reduce((total, { amount }) => total + amount, 0);

const FACTS = { id: 'p-1', account: 'a', provider: 'swedbankpay', currency: 'SEK', hold: '/psp/payments/1' };

describe('sums', () => {
  test.each(goldenNames())('%s: as its last entry says', async (name) => {
    const bundle = await goldenBundle(name);
    const movements = movementsOf(bundle);
    const amounts = bundle.ledger.at(-1)?.after.amounts;
    expect({
      captured: sum(movements, 'capture'),
      released: sum(movements, 'release'),
      refunded: sum(movements, 'refund'),
      lapsed: sum(movements, 'lapse'),
      chargedBack: sum(movements, 'chargeback'),
    }).toEqual({
      captured: amounts?.captured,
      released: amounts?.released,
      refunded: amounts?.refunded,
      lapsed: amounts?.lapsed,
      chargedBack: amounts?.chargedBack,
    });
  });

  test('a correction is a movement of the difference, a reversal takes all back, a chargeback may be won', () => {
    const bundle = ledgerOf(FACTS, [
      ...booked('capture', 'c-1', 5_000, { providerReference: 'x' }),
      { type: 'capture.approved', operation: 'c-1', data: { booked: 4_800 } },
      { type: 'capture.reversed', operation: 'c-1' },
      { type: 'chargeback.booked', data: { amount: 70 } },
      { type: 'chargeback.reversed', data: { amount: 70 } },
      { type: 'hold.lapsed', data: { amount: 900 } },
      { type: 'hold.restored', data: { amount: 400 } },
    ]);
    expect(movementsOf(bundle).map(({ kind, amount }) => [kind, amount])).toEqual([
      ['capture', 5_000],
      ['capture', -200],
      ['capture', -4_800],
      ['chargeback', 70],
      ['chargeback', -70],
      ['lapse', 900],
      ['lapse', -400],
    ]);
  });
});

describe('references', () => {
  test('both sides’ names and the number, learned from any entry of the operation', () => {
    const bundle = ledgerOf(FACTS, [
      { type: 'capture.sent', operation: 'c-1', data: { attempt: 1, sequenceNumber: 4 } },
      {
        type: 'capture.unknown',
        operation: 'c-1',
        data: { keys: { payment: '/psp/payments/1', payeeReference: 'OURS' } },
      },
      {
        type: 'capture.approved',
        operation: 'c-1',
        data: { booked: 10, providerReference: '/captures/9', told: '2026-11-20T09:59:00.000Z' },
      },
      { type: 'chargeback.booked', data: { amount: 1 } },
    ]);
    const [capture, chargeback] = movementsOf(bundle);
    expect(capture).toMatchObject({
      told: '2026-11-20T09:59:00.000Z',
      references: {
        provider: '/captures/9',
        ours: 'OURS',
        hold: '/psp/payments/1',
        sequenceNumber: 4,
        payment: 'ref',
      },
    });
    expect(chargeback).toMatchObject({
      operation: null,
      references: { provider: '/psp/payments/1', ours: null },
    });
  });

  test('what is sealed names nothing', () => {
    const told = booked('capture', 'c-1', 10, { providerReference: 'sealed:v1:k:abc' });
    expect(movementsOf(ledgerOf(FACTS, told))[0]?.references.provider).toBeNull();
  });

  test('captures of one call name the one that carried it', () => {
    const bundle = ledgerOf(FACTS, [
      ...booked('capture', 'c-1', 10, { sentWith: 'c-2' }),
      ...booked('capture', 'c-2', 20, { sentWith: 'c-2' }),
    ]);
    expect(movementsOf(bundle).map(({ operation, call }) => [operation, call])).toEqual([
      ['c-1', 'c-2'],
      ['c-2', 'c-2'],
    ]);
  });
});
