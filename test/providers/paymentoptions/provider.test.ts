/** Rule: an account is taken with documented options only, and a fault names its field and repeats no value. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ConfigurationError } from '../../../providers/configuration-error.ts';
import { paymentOptionsAccount } from '../../../providers/paymentoptions/account.ts';
import { paymentOptions } from '../../../providers/paymentoptions/provider.ts';
import { account, options } from './calls.ts';

const fault = (change: Record<string, unknown>): ConfigurationError => {
  try {
    paymentOptions.configure('po-jp', { ...options(), ...change });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
  }
  throw new Error('was taken');
};

test.each([
  ['url', { url: 'sandbox' }],
  ['url', { url: 'http://api.example/api/v1/' }],
  ['authorization', { authorization: 'Basic a\r\nx: y' }],
  ['apiKey', { apiKey: '' }],
  ['merchantId', { merchantId: undefined }],
  ['amountUnit', { amountUnit: 'cents' }],
  ['exponents.EUR', { exponents: { EUR: 3 } }],
  ['colour', { colour: 'red-secret-value' }],
])('%s', (path, change) => {
  const error = fault(change);
  expect(error.path).toBe(path);
  expect(error.message).not.toMatch(/red-secret-value|sandbox-/);
});

test('major units unless it says otherwise, and what was parsed once may be parsed again', () => {
  const parsed = account();
  expect(parsed).toMatchObject({ amountUnit: 'major', timeoutMs: 30_000 });
  expect(paymentOptionsAccount.parse(parsed)).toEqual(parsed);
});

test('the schema can be printed', () => {
  expect(z.toJSONSchema(paymentOptionsAccount, { io: 'input' })).toMatchObject({
    additionalProperties: false,
  });
});
