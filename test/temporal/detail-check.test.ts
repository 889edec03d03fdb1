/**
 * Rule: what a command says is held against its provider's limits before anything is bound, under the caller's own field;
 * what only the machine can know is left to the machine.
 */
import { expect, test } from 'vitest';
import type { HoldReference } from '../../payment/hold.ts';
import type { AccountConfig, ProviderAccount } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';
import { type DetailedCommand, detailRefusal, hasDetails } from '../../temporal/detail-check.ts';

const url = 'http://127.0.0.1:1/';
const ACCOUNTS: Readonly<Record<string, readonly [Omit<AccountConfig, 'provider'>, string, HoldReference]>> =
  {
    payone: [
      { mid: '12345', aid: '23456', portalId: '2000001', key: 'k', mode: 'test' },
      'EUR',
      { txid: '917985802', clearingtype: 'cc' },
    ],
    swedbankpay: [{ accessToken: 't' }, 'SEK', { payment: '/psp/creditcard/payments/1' }],
    ccv: [
      {
        operatingEnvironment: 'UNATTENDED',
        accessProtocol: 'OPI_NL',
        language: 'ENG',
        environment: 'PETROL',
      },
      'EUR',
      { authReference: 'sealed:v1:k:abc', authReferenceVersion: '1' },
    ],
    paymentoptions: [
      { authorization: 'Basic a', apiKey: 'k', merchantId: 'm' },
      'JPY',
      { transactionId: 't-1' },
    ],
    finline: [{ posId: 'p', apiKey: 'k', apiSecret: 's', endpointKey: 'e' }, 'UAH', { orderId: 'o-1' }],
  };

function check(provider: string, command: DetailedCommand): unknown {
  const [config, currency, hold] = ACCOUNTS[provider] ?? [];
  const account: ProviderAccount | undefined = providers
    .get(provider)
    ?.configure('a', { provider, url, ...config });
  if (account === undefined || currency === undefined || hold === undefined) throw new Error(provider);
  return detailRefusal('p-1', command, { account: 'a', currency, hold }, account);
}

const capture = (over: object): DetailedCommand => ({ type: 'capture', id: 'c-1', amount: 100, ...over });
const refund = (over: object): DetailedCommand => ({ type: 'refund', id: 'r-1', amount: 100, ...over });
const release = (over: object): DetailedCommand => ({ type: 'release', id: 'x-1', ...over });

test.each([
  ['payone', capture({ description: 'x'.repeat(82) }), 'description'],
  ['payone', capture({ options: { capturemode: 'completed' } }), 'options.capturemode'],
  ['swedbankpay', capture({ description: 'x'.repeat(41) }), 'description'],
  ['swedbankpay', capture({ vatAmount: 101 }), 'vatAmount'],
  ['swedbankpay', capture({ options: { payeeReference: 'mine' } }), 'options.payeeReference'],
  ['swedbankpay', refund({ reason: 'x'.repeat(41) }), 'reason'],
  ['swedbankpay', release({ reason: 'x'.repeat(41) }), 'reason'],
  ['ccv', capture({ options: { terminalLanguage: 'DUT' } }), 'options.terminalLanguage'],
  ['ccv', release({ reason: 'NO_ERROR' }), 'reason'],
  ['paymentoptions', capture({ description: 'x'.repeat(1_001) }), 'description'],
  ['paymentoptions', capture({ options: { notes: 'x' } }), 'options.notes'],
  ['paymentoptions', refund({ reason: '4111 1111 1111 1111' }), 'reason'],
  ['finline', capture({ description: 'x'.repeat(2_048) }), 'description'],
  ['finline', capture({ options: { order_id: 'x' } }), 'options.order_id'],
  ['finline', release({ reason: 'x'.repeat(2_048) }), 'reason'],
])('%s refuses %o', (provider, command, path) => {
  expect(hasDetails(command)).toBe(true);
  expect(check(provider, command)).toMatchObject({ path });
});

test.each(Object.keys(ACCOUNTS))('%s takes what is within its limits', (provider) => {
  expect(check(provider, capture({ description: 'Boots' }))).toBeNull();
  expect(check(provider, release({ reason: 'not taken' }))).toBeNull();
  expect(check(provider, refund({ reason: 'sent back' }))).toBeNull();
});

test('a number from the acquirer’s counter is not missed', () => {
  const account = providers
    .get('swedbankpay')
    ?.configure('a', { provider: 'swedbankpay', url, accessToken: 't', payeeReferenceDigits: 12 });
  if (account === undefined) throw new Error('none');
  const hold = { payment: '/psp/creditcard/payments/1' };
  const facts = { account: 'a', currency: 'SEK', hold };
  expect(
    detailRefusal('p-1', capture({ description: 'Boots' }) as DetailedCommand, facts, account),
  ).toBeNull();
});
