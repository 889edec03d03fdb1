/** Rule: an account's own exponents agree with ISO 4217, and a currency without one is refused. */
import { expect, test } from 'vitest';
import { exponentsUpTo, faultInCurrency } from '../../providers/account-options.ts';

test('exponents agree with ISO 4217 and stay within the limit', () => {
  expect(exponentsUpTo(2).safeParse({ XTS: 2, JPY: 0 }).success).toBe(true);
  expect(exponentsUpTo(2).safeParse(undefined).success).toBe(true);
  for (const wrong of [{ XTS: 3 }, { EUR: 0 }, { KWD: 3 }])
    expect(exponentsUpTo(2).safeParse(wrong).success).toBe(false);
  expect(faultInCurrency('EUR', undefined)).toBeNull();
  expect(faultInCurrency('XTS', undefined)).toMatchObject({ path: 'amount.currency' });
  expect(faultInCurrency('XTS', { XTS: 2 })).toBeNull();
});
