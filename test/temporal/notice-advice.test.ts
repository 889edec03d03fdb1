/** Rule: whoever runs an account that cannot tell its provider's notices from a stranger's is told so. */
import { afterAll, expect, test } from 'vitest';
import { ccv } from '../../providers/ccv/provider.ts';
import { payone } from '../../providers/payone/provider.ts';
import type { AccountConfig, ProviderAccount } from '../../providers/provider.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { guardsNotices, noticeAdvice } from '../../temporal/notice-advice.ts';

const opened: ProviderAccount[] = [];
afterAll(() => Promise.all(opened.map((account) => account.close())));

const swedbank = (over: object = {}): AccountConfig => ({
  provider: 'swedbankpay',
  url: 'https://api.payex.example/',
  accessToken: 'a-token',
  ...over,
});
const signed = (url: string): AccountConfig => ({
  provider: payone.name,
  url,
  mid: '14648',
  aid: '17321',
  portalId: '2040559',
  key: 'portal-key',
  mode: 'test',
});
const silent: AccountConfig = {
  provider: ccv.name,
  url: 'https://terminal.example/',
  operatingEnvironment: 'UNATTENDED',
  accessProtocol: 'OPI_NL',
  language: 'ENG',
  environment: 'EVCHARGING',
};

function advised(options: Readonly<Record<string, AccountConfig>>): readonly string[] {
  const accounts = configureAccounts(options);
  opened.push(...accounts.values());
  return noticeAdvice(accounts, options).map(({ found }) => found);
}

test('an account without signature, networks and path token is named', () => {
  expect(advised({ se: swedbank() })).toEqual(['account se takes notices from anybody']);
});

test.each([
  ['a path token', swedbank({ pathToken: 'an-unguessable-token' })],
  ['networks', swedbank({ networks: ['20.91.170.120/29'] })],
  ['a twin on this machine', swedbank({ url: 'http://127.0.0.1:9000/' })],
  ['a key in each notice', signed('https://api.pay1.example/post-gateway/')],
  ['no notices', silent],
])('%s is enough', (_what, account) => {
  expect(advised({ one: account })).toEqual([]);
});

test('a path token guards whatever the provider does', () => {
  const [account] = configureAccounts({ se: swedbank() }).values();
  if (account === undefined) throw new Error('no account');
  opened.push(account);
  expect([guardsNotices(account, undefined), guardsNotices(account, 'an-unguessable-token')]).toEqual([
    false,
    true,
  ]);
});
