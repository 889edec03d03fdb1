// M9: the ledger, folded through the machine, gives the state, at every entry; a ledger that lies is refused
// with the guard and the figures.
import { describe, expect, test } from 'vitest';
import { fold, IllegalEntry } from '../../machines/fold.ts';
import { amountsOf, figures } from '../../machines/payment-state.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import { approved, captured, declined, lost } from '../support/payment-life.ts';

const life = () =>
  captured([3000])
    .capture('c-2', 2000)
    .answer(lost)
    .fire('unknown')
    .fire('repeat')
    .answer(approved)
    .refund('r-1', 500)
    .answer(approved)
    .notice({ about: 'chargeback', price: 100 })
    .capture('c-3', 1000, { final: true })
    .answer(declined('62'))
    .capture('c-4', 1000, { final: true })
    .answer(approved);

describe('the fold', () => {
  test('gives the state that the core holds, from JSON alone', () => {
    const { ledger, state } = life();
    const read = JSON.parse(JSON.stringify(ledger)) as LedgerEntry[];
    expect(fold(read)).toEqual(JSON.parse(JSON.stringify(state.machine)));
  });

  test('agrees with what the worker believed at every entry', () => {
    const { ledger } = life();
    expect(ledger.length).toBeGreaterThan(20);
    for (const entry of ledger) {
      const { value, context } = fold(ledger.slice(0, entry.n));
      expect(value).toBe(entry.after.status);
      expect(amountsOf(figures(context))).toEqual(entry.after.amounts);
      expect(context.n).toBe(entry.n);
    }
  });

  test('refuses a ledger in which an amount was raised, naming guard and figures', () => {
    const forged = life().ledger.map((entry) =>
      entry.type === 'capture.planned' && entry.operation === 'c-2'
        ? { ...entry, data: { ...entry.data, amount: 9000 } }
        : entry,
    );
    expect(() => fold(forged)).toThrow(
      'capture.planned refused by withinCapturable: capturable 7 000, asked 9 000, reserved 0',
    );
  });

  test('refuses a ledger without one of its entries', () => {
    const { ledger } = life();
    const gap = ledger.filter((entry) => entry.type !== 'capture.unknown');
    expect(() => fold(gap)).toThrow(IllegalEntry);
  });

  test('refuses a ledger that does not begin with its creation, or is created twice', () => {
    const { ledger } = life();
    expect(() => fold(ledger.slice(1))).toThrow('a ledger begins with payment.created');
    expect(() => fold([])).toThrow('a ledger begins with payment.created');
    expect(() => fold([...ledger.slice(0, 3), ...ledger.slice(0, 1)])).toThrow('created once');
  });
});
