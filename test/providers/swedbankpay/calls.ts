/** Calls, options and answers that the tests of this folder vary. */
import type { ProviderCall } from '../../../payment/call.ts';
import type { Line } from '../../../payment/line.ts';
import type { ReadCall } from '../../../payment/read.ts';
import {
  type SwedbankPayAccount,
  swedbankPayAccount,
  type SwedbankPayOptions,
} from '../../../providers/swedbankpay/account.ts';
import { providerCalls } from '../../support/provider-calls.ts';

export const PAYMENT = '/psp/creditcard/payments/7e6cdfc3-1276-44e9-9992-7cf4419750e1';
export const PAYEE = '5cabf558-5283-482f-b252-4d58e06f6f3b';

export const options = (change: Partial<SwedbankPayOptions> = {}): SwedbankPayOptions => ({
  provider: 'swedbankpay',
  url: 'http://127.0.0.1:1',
  accessToken: 'sandbox-access-token',
  ...change,
});

export const account = (change: Partial<SwedbankPayOptions> = {}): SwedbankPayAccount =>
  swedbankPayAccount.parse(options(change));

export const { authorise, capture, release, refund } = providerCalls({
  account: 'swedbank-se',
  currency: 'SEK',
  hold: { payment: PAYMENT },
  authorise: {
    amount: 10_000,
    request: { method: 'creditcard', returnUrls: { success: 'https://shop.example/done' } },
  },
  capture: { amount: 3_000, final: false },
  release: { kind: 'request' },
  refund: { amount: 500 },
});

export const everyCall = (): readonly ProviderCall[] => [authorise(), capture(), release(), refund()];

/** What is asked of the books after a call whose answer was lost. */
export const lookFor = (call: ProviderCall, change: Partial<ReadCall> = {}): ReadCall => ({
  action: 'read',
  account: call.account,
  payment: call.payment,
  operation: call.operation,
  kind: call.action === 'authorise' ? 'authorization' : call.action,
  amount: call.amount,
  currency: call.currency,
  hold: call.action === 'authorise' ? null : call.hold,
  keys: {},
  attempts: 1,
  ...change,
});

export const line = (change: Partial<Line> = {}): Line => ({
  id: 'sku-1',
  description: 'Shirt',
  quantity: 1,
  unitPrice: { value: 3_000, currency: 'SEK' },
  ...change,
});
