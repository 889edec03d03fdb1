/** Calls and options that the tests of this folder vary. */
import type {
  AuthoriseCall,
  CaptureCall,
  ProviderCall,
  RefundCall,
  ReleaseCall,
} from '../../../payment/call.ts';
import type { ReadCall } from '../../../payment/read.ts';
import {
  finlineAccount,
  type FinlineAccount,
  type FinlineOptions,
} from '../../../providers/finline/account.ts';
import { referenceOf } from '../../../providers/finline/reference.ts';

export const POS = 'dc728de1-51ef-4ef1-80f7-3b44b07b5667';
export const ORDER = 'order-123';

export const options = (change: Partial<FinlineOptions> = {}): FinlineOptions => ({
  provider: 'finline',
  url: 'http://127.0.0.1:1/api/v1/',
  posId: POS,
  apiKey: 'sandbox-api-key',
  apiSecret: 'sandbox-api-secret',
  endpointKey: 'sandbox-endpoint-key',
  ...change,
});

export const account = (change: Partial<FinlineOptions> = {}): FinlineAccount =>
  finlineAccount.parse(options(change));

const base = { account: 'finline-ua', payment: 'order-1', attempt: 1, currency: 'UAH' } as const;
const hold = { orderId: ORDER } as const;

export const ours = (operation: string, payment = 'order-1'): string =>
  referenceOf('finline-ua', payment, operation);

export const authorise = (
  request: Partial<AuthoriseCall['request']> = {},
  change: Partial<AuthoriseCall> = {},
): AuthoriseCall => ({
  ...base,
  action: 'authorise',
  operation: 'authorization',
  amount: 10_000,
  request: { method: 'direct', options: { cc_token: 'token-1' }, ...request },
  ...change,
});

export const capture = (
  details: CaptureCall['details'] = {},
  change: Partial<CaptureCall> = {},
): CaptureCall => ({
  ...base,
  action: 'capture',
  operation: 'c-1',
  amount: 8_000,
  hold,
  sequenceNumber: null,
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
  sequenceNumber: null,
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
  sequenceNumber: null,
  details,
  ...change,
});

export const everyCall: readonly ProviderCall[] = [authorise(), capture(), release(), refund()];

/** A question about an operation as its call left it. */
export const read = (
  kind: ReadCall['kind'],
  operation: string,
  amount: number,
  change: Partial<ReadCall> = {},
): ReadCall => ({
  action: 'read',
  account: 'finline-ua',
  payment: 'order-1',
  operation,
  kind,
  amount,
  currency: 'UAH',
  hold,
  keys: {},
  ...change,
});

/** An operation of the seed, in JSON as finline writes it. */
export const operation = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  operation_id: 'f7d0c7cb-af32-441f-b2af-4d90d4da70e1',
  payment_id: 'fdf1a710-8a34-414c-b023-b7e78104301a',
  order_id: ORDER,
  transaction_id: '4f98dc46-ffff-4ba7-a267-286fe7669894',
  pos_id: POS,
  mode: 'direct',
  method: 'capture',
  amount: 80,
  currency: 'UAH',
  status: 'success',
  status_code: '1000',
  status_description: 'Transaction is successful.',
  created_at: '2018-10-10T10:10:10.100',
  processing_time: '2018-10-10T10:10:12.000',
  fee: null,
  comment: '10101',
  ...change,
});

export const raw = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
