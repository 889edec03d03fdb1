/** Calls, options and answers that the tests of this folder vary. */
import type {
  AuthoriseCall,
  CaptureCall,
  ProviderCall,
  RefundCall,
  ReleaseCall,
} from '../../../payment/call.ts';
import type { Line } from '../../../payment/line.ts';
import type { ReadCall } from '../../../payment/read.ts';
import {
  type SwedbankPayAccount,
  swedbankPayAccount,
  type SwedbankPayOptions,
} from '../../../providers/swedbankpay/account.ts';

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

const base = { account: 'swedbank-se', payment: 'order-1', attempt: 1, currency: 'SEK' } as const;
const hold = { payment: PAYMENT };

export const authorise = (
  request: Partial<AuthoriseCall['request']> = {},
  change: Partial<AuthoriseCall> = {},
): AuthoriseCall => ({
  ...base,
  action: 'authorise',
  operation: 'authorization',
  amount: 10_000,
  request: { method: 'creditcard', returnUrls: { success: 'https://shop.example/done' }, ...request },
  ...change,
});

export const capture = (
  details: CaptureCall['details'] = {},
  change: Partial<CaptureCall> = {},
): CaptureCall => ({
  ...base,
  action: 'capture',
  operation: 'c-1',
  amount: 3_000,
  hold,
  sequenceNumber: null,
  final: false,
  details,
  ...change,
});

export const release = (change: Partial<ReleaseCall> = {}): ReleaseCall => ({
  ...base,
  action: 'release',
  operation: 'r-1',
  amount: 0,
  hold,
  sequenceNumber: null,
  kind: 'request',
  details: {},
  ...change,
});

export const refund = (
  details: RefundCall['details'] = {},
  change: Partial<RefundCall> = {},
): RefundCall => ({
  ...base,
  action: 'refund',
  operation: 'f-1',
  amount: 500,
  hold,
  sequenceNumber: null,
  details,
  ...change,
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
  ...change,
});

export const line = (change: Partial<Line> = {}): Line => ({
  id: 'sku-1',
  description: 'Shirt',
  quantity: 1,
  unitPrice: { value: 3_000, currency: 'SEK' },
  ...change,
});
