/** Calls and options that the tests of this folder vary. */
import type {
  AuthoriseCall,
  CaptureCall,
  ProviderCall,
  RefundCall,
  ReleaseCall,
} from '../../../payment/call.ts';
import type { Line } from '../../../payment/line.ts';
import { payoneAccount, type PayoneAccount, type PayoneOptions } from '../../../providers/payone/account.ts';

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

const base = { account: 'payone-de', payment: 'order-1', attempt: 1, currency: 'EUR' } as const;
const hold = { txid: TXID, clearingtype: 'cc' } as const;

export const authorise = (
  request: Partial<AuthoriseCall['request']> = {},
  change: Partial<AuthoriseCall> = {},
): AuthoriseCall => ({
  ...base,
  action: 'authorise',
  operation: 'authorization',
  amount: 12_000,
  request: { method: 'cc', options: { pseudocardpan: '9410010000018301234' }, ...request },
  ...change,
});

export const capture = (
  details: CaptureCall['details'] = {},
  change: Partial<CaptureCall> = {},
): CaptureCall => ({
  ...base,
  action: 'capture',
  operation: 'c-1',
  amount: 12_000,
  hold,
  sequenceNumber: 1,
  final: true,
  details,
  ...change,
});

export const release = (change: Partial<ReleaseCall> = {}): ReleaseCall => ({
  ...base,
  action: 'release',
  operation: 'r-1',
  amount: 0,
  hold,
  sequenceNumber: 1,
  kind: 'void',
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
  amount: 1_500,
  hold,
  sequenceNumber: 2,
  details,
  ...change,
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
