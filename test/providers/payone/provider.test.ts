/** Rule: an account is taken with documented options only, and a fault names its field and repeats no value. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ConfigurationError } from '../../../providers/configuration-error.ts';
import { payoneAccount } from '../../../providers/payone/account.ts';
import { payone } from '../../../providers/payone/provider.ts';
import { account, options } from './calls.ts';

const fault = (change: Record<string, unknown>): ConfigurationError => {
  try {
    payone.configure('payone-de', { ...options(), ...change });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
  }
  throw new Error('was taken');
};

test.each([
  ['url', { url: 'ftp://x' }],
  ['url', { url: 'sandbox' }],
  ['url', { url: 'http://api.example/', mode: 'live' }],
  ['mid', { mid: '1' }],
  ['aid', { aid: undefined }],
  ['portalId', { portalId: 2_040_559 }],
  ['key', { key: '' }],
  ['mode', { mode: 'prod' }],
  ['keyHash', { keyHash: 'sha1' }],
  ['apiVersion', { apiVersion: '2' }],
  ['margin', { margin: '1 day' }],
  ['repeats[1]', { repeats: ['PT1S', 'x'] }],
  ['sequenceGate', { sequenceGate: 'none' }],
  ['exponents.EUR', { exponents: { EUR: 3 } }],
  ['networks[0]', { networks: ['185.60.20'] }],
  ['colour', { colour: 'red-secret-value' }],
])('%s', (path, change) => {
  const error = fault(change);
  expect(error.path).toBe(path);
  expect(error.message).toMatch(new RegExp(`^payone-de\\.${path.replace(/[.[\]]/g, '\\$&')}: `));
  expect(error.message).not.toContain('red-secret-value');
  expect(error.message).not.toContain('sandbox-portal-key');
});

test('the smallest account has every default, and what was parsed may be parsed again', () => {
  const parsed = account();
  expect(parsed).toMatchObject({
    keyHash: 'md5',
    apiVersion: '3.11',
    timeoutMs: 30_000,
    sequenceGate: 'response',
    declineUsesNumber: false,
  });
  expect(payoneAccount.parse(parsed)).toEqual(parsed);
});

test('the schema can be printed', () => {
  expect(z.toJSONSchema(payoneAccount, { io: 'input' })).toMatchObject({
    type: 'object',
    additionalProperties: false,
  });
});

test('live mode is taken over https, and over http on loopback', async () => {
  for (const url of ['https://api.pay1.de/post-gateway/', 'http://127.0.0.1:9/']) {
    const made = payone.configure('a', { ...options({ url, mode: 'live' }) });
    expect(made.name).toBe('a');
    await made.close();
  }
});
