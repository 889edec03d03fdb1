/** Accounts are made ready by their provider, and what it refuses is named by its full path. */
import { expect, test } from 'vitest';
import { ConfigurationError } from '../../providers/configuration-error.ts';
import type { Provider } from '../../providers/provider.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { fakeAccount } from '../activities/support/fake-account.ts';

const fake: Provider = {
  name: 'fake',
  configure: (name, config) => {
    if (config['mid'] === 'bad')
      throw new ConfigurationError(name, [{ path: 'mid', message: 'is 5 digits' }]);
    return fakeAccount({ port: 1 }, { name });
  },
};
const registry = new Map([['fake', fake]]);

test('each account is made by its provider, in order', () => {
  const accounts = configureAccounts({ b: { provider: 'fake' }, a: { provider: 'fake' } }, registry);
  expect([...accounts].map(([name, account]) => [name, account.name])).toEqual([
    ['b', 'b'],
    ['a', 'a'],
  ]);
});

test('all refusals are named at once', () => {
  const configure = (): unknown =>
    configureAccounts(
      {
        a: { provider: 'fake', mid: 'bad' },
        b: { provider: 'ccv' },
        c: { provider: 'fake', url: 'sandbox' },
        d: { provider: 'fake' },
      },
      registry,
    );
  expect(configure).toThrow(
    expect.objectContaining({
      faults: [
        { path: 'accounts.a.mid', message: 'is 5 digits' },
        { path: 'accounts.b.provider', message: 'provider "ccv" is not available in this version' },
        { path: 'accounts.c.url', message: 'the local twin runs under `tranche dev` only' },
      ],
    }),
  );
});

const url = 'http://127.0.0.1:1/';
test.each([
  [
    'TSOK',
    {
      provider: 'payone',
      url,
      mid: '12345',
      aid: '23456',
      portalId: '2000001',
      key: 'k',
      mode: 'test',
    },
  ],
  ['', { provider: 'swedbankpay', url, accessToken: 't' }],
  [
    '',
    {
      provider: 'ccv',
      url,
      operatingEnvironment: 'UNATTENDED',
      accessProtocol: 'OPI_NL',
      language: 'ENG',
      environment: 'PETROL',
    },
  ],
  ['OK', { provider: 'paymentoptions', url, authorization: 'Basic a', apiKey: 'k', merchantId: 'm' }],
  ['OK', { provider: 'finline', url, posId: 'p', apiKey: 'k', apiSecret: 's', endpointKey: 'e' }],
])('this version runs a provider that is answered %j: %o', async (acknowledgement, config) => {
  const account = configureAccounts({ a: config }).get('a');
  expect(account).toMatchObject({ name: 'a', provider: config.provider, acknowledgement });
  await account?.close();
});
