/** Rule: an account is one terminal, taken with known options only, and a fault names its field and repeats no value. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ccvAccount } from '../../../providers/ccv/account.ts';
import { ccv } from '../../../providers/ccv/provider.ts';
import { ConfigurationError } from '../../../providers/configuration-error.ts';
import { account, options } from './calls.ts';

const fault = (change: Record<string, unknown>): ConfigurationError => {
  try {
    ccv.configure('ccv-ev', { ...options(), ...change });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
  }
  throw new Error('was taken');
};

test.each([
  ['url', { url: 'ftp://x' }],
  ['url', { url: 'sandbox' }],
  ['operatingEnvironment', { operatingEnvironment: 'unattended' }],
  ['accessProtocol', { accessProtocol: '' }],
  ['language', { language: undefined }],
  ['environment', { environment: 7 }],
  ['authorizationValidity', { environment: 'VENDING' }],
  ['authorizationTimeoutMs', { authorizationTimeoutMs: 0 }],
  ['captureReasonCode', { captureReasonCode: 'WRONG_PRODUCT' }],
  ['approvedAmount', { approvedAmount: 'both' }],
  ['headers[0].name', { headers: [{ name: 'Content-Type', secret: 'x' }] }],
  ['headers[0].name', { headers: [{ name: 'a b', secret: 'x' }] }],
  [
    'headers[1].secret',
    {
      headers: [
        { name: 'a', secret: 'x' },
        { name: 'b', secret: 'red-secret-value\r\n' },
      ],
    },
  ],
  ['repeats[0]', { repeats: ['soon'] }],
  ['terminalBlockFor', { terminalBlockFor: '1 day' }],
  ['exponents.EUR', { exponents: { EUR: 3 } }],
  ['colour', { colour: 'red-secret-value' }],
])('%s', (path, change) => {
  const error = fault(change);
  expect(error.path).toBe(path);
  expect(error.message).not.toContain('red-secret-value');
});

test('the smallest account has every default, and what was parsed may be parsed again', () => {
  const parsed = account();
  expect(parsed).toEqual({
    ...options(),
    timeoutMs: 60_000,
    authorizationTimeoutMs: 180_000,
    captureReasonCode: 'omit',
    approvedAmount: 'answered',
    headers: [],
  });
  expect(ccvAccount.parse(parsed)).toEqual(parsed);
});

test('another environment names its own validity', () => {
  expect(account({ environment: 'VENDING', authorizationValidity: 'P1D' }).environment).toBe('VENDING');
});

test('the schema can be printed', () => {
  expect(z.toJSONSchema(ccvAccount, { io: 'input' })).toMatchObject({
    type: 'object',
    additionalProperties: false,
  });
});
