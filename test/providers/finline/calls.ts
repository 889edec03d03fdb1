/** Calls and options that the tests of this folder vary. */
import type { ProviderCall } from '../../../payment/call.ts';
import {
  finlineAccount,
  type FinlineAccount,
  type FinlineOptions,
} from '../../../providers/finline/account.ts';
import { referenceOf } from '../../../providers/finline/reference.ts';
import { providerCalls } from '../../support/provider-calls.ts';

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

export const ours = (operation: string, payment = 'order-1'): string =>
  referenceOf('finline-ua', payment, operation);

export const { authorise, capture, release, refund, read } = providerCalls({
  account: 'finline-ua',
  currency: 'UAH',
  hold: { orderId: ORDER },
  authorise: { amount: 10_000, request: { method: 'direct', options: { cc_token: 'token-1' } } },
  capture: { amount: 8_000, final: true },
  refund: { amount: 1_500 },
});

export const everyCall: readonly ProviderCall[] = [authorise(), capture(), release(), refund()];

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
