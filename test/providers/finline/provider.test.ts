/** Rule: an account is taken with documented options only, and a fault names its field and repeats no value. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ConfigurationError } from '../../../providers/configuration-error.ts';
import { finlineAccount } from '../../../providers/finline/account.ts';
import { finline } from '../../../providers/finline/provider.ts';
import { account, options } from './calls.ts';

const fault = (change: Record<string, unknown>): ConfigurationError => {
  try {
    finline.configure('finline-ua', { ...options(), ...change });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
  }
  throw new Error('was taken');
};

test.each([
  ['url', { url: 'ftp://x' }],
  ['url', { url: 'sandbox' }],
  ['url', { url: 'http://api.example/api/v1/' }],
  ['url', { url: 'https://api.example/api/v1/?a=b' }],
  ['posId', { posId: '' }],
  ['apiKey', { apiKey: 'two\nlines' }],
  ['apiSecret', { apiSecret: undefined }],
  ['endpointKey', { endpointKey: 7 }],
  ['serverUrl', { serverUrl: 'x' }],
  ['exponents.XTS', { exponents: { XTS: 3 } }],
  ['exponents.UAH', { exponents: { UAH: 0 } }],
  ['repeats[1]', { repeats: ['PT1S', 'x'] }],
  ['networks[0]', { networks: ['185.60.20'] }],
  ['colour', { colour: 'red-secret-value' }],
])('%s', (path, change) => {
  const error = fault(change);
  expect(error.path).toBe(path);
  for (const secret of ['red-secret-value', 'sandbox-api-secret', 'two\nlines'])
    expect(error.message).not.toContain(secret);
});

test('the smallest account has every default, and what was parsed may be parsed again', () => {
  const parsed = account();
  expect(parsed).toMatchObject({ timeoutMs: 30_000 });
  expect(finlineAccount.parse(parsed)).toEqual(parsed);
});

test('the schema can be printed', () => {
  expect(z.toJSONSchema(finlineAccount, { io: 'input' })).toMatchObject({
    type: 'object',
    additionalProperties: false,
  });
});

test('https is taken everywhere, http only on this machine', async () => {
  for (const url of ['https://api.finline.io/api/v1', 'http://127.0.0.1:9/api/v1/']) {
    const made = finline.configure('a', { ...options({ url }) });
    expect(made.name).toBe('a');
    await made.close();
  }
});
