/** Calls and options that the tests of this folder vary. */
import type { ProviderCall } from '../../../payment/call.ts';
import type { Line } from '../../../payment/line.ts';
import { payoneAccount, type PayoneAccount, type PayoneOptions } from '../../../providers/payone/account.ts';
import { providerCalls } from '../../support/provider-calls.ts';

export const TXID = '917985802';

export const options = (change: Partial<PayoneOptions> = {}): PayoneOptions => ({
  provider: 'payone',
  url: 'http://127.0.0.1:1/post-gateway/',
  mid: '14648',
  aid: '17321',
  portalId: '2040559',
  key: 'sandbox-portal-key',
  mode: 'test',
  ...change,
});

export const account = (change: Partial<PayoneOptions> = {}): PayoneAccount =>
  payoneAccount.parse(options(change));

export const { authorise, capture, release, refund } = providerCalls({
  account: 'payone-de',
  currency: 'EUR',
  hold: { txid: TXID, clearingtype: 'cc' },
  authorise: {
    amount: 12_000,
    request: { method: 'cc', options: { pseudocardpan: '9410010000018301234' } },
  },
  capture: { amount: 12_000, final: true, sequenceNumber: 1 },
  release: { sequenceNumber: 1 },
  refund: { amount: 1_500, sequenceNumber: 2 },
});

export const line = (change: Partial<Line> = {}): Line => ({
  id: 'SW10006',
  description: 'Boots',
  quantity: 3,
  unitPrice: { value: 1_500, currency: 'EUR' },
  vatRate: 1_900,
  ...change,
});

export const everyCall: readonly ProviderCall[] = [authorise(), capture(), release(), refund()];
export const followUps: readonly ProviderCall[] = [capture(), release(), refund()];

export const lines = (fields: Record<string, string>): Buffer =>
  Buffer.from(
    `${Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n')}\n`,
  );
