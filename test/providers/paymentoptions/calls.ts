/** Calls and options that the tests of this folder vary. */
import type { AuthoriseCall, CaptureCall, RefundCall, ReleaseCall } from '../../../payment/call.ts';
import type { ReadCall } from '../../../payment/read.ts';
import {
  paymentOptionsAccount,
  type PaymentOptionsAccount,
  type PaymentOptionsOptions,
} from '../../../providers/paymentoptions/account.ts';

export const HOLD = 'e0b0731e-7170-4b64-8a21-7d835eebd641';
export const CAPTURE = '9dfd39ec-eb4a-4f8b-a526-17abf140a717';

export const options = (change: Partial<PaymentOptionsOptions> = {}): PaymentOptionsOptions => ({
  provider: 'paymentoptions',
  url: 'http://127.0.0.1:1/api/v1/',
  authorization: 'Basic sandbox-basic-key',
  apiKey: 'sandbox-x-api-key',
  merchantId: 'sandbox-merchant',
  ...change,
});

export const account = (change: Partial<PaymentOptionsOptions> = {}): PaymentOptionsAccount =>
  paymentOptionsAccount.parse(options(change));

const base = { account: 'po-jp', payment: 'order-1', attempt: 1, currency: 'JPY' } as const;
const hold = { transactionId: HOLD } as const;

export const authorise = (): AuthoriseCall => ({
  ...base,
  action: 'authorise',
  operation: 'authorization',
  amount: 1_000,
  request: { method: 'card' },
});

export const capture = (
  details: CaptureCall['details'] = {},
  change: Partial<CaptureCall> = {},
): CaptureCall => ({
  ...base,
  action: 'capture',
  operation: 'c-1',
  amount: 1_000,
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
  amount: 400,
  hold,
  sequenceNumber: null,
  anchor: CAPTURE,
  details,
  ...change,
});

export const followUps = [capture(), release(), refund()] as const;

/** A question about an operation as its call left it. */
export const read = (
  kind: ReadCall['kind'],
  operation: string,
  amount: number,
  change: Partial<ReadCall> = {},
): ReadCall => ({
  action: 'read',
  account: 'po-jp',
  payment: 'order-1',
  operation,
  kind,
  amount,
  currency: 'JPY',
  hold,
  keys: {},
  ...(kind === 'refund' ? { anchor: CAPTURE } : {}),
  ...change,
});

type Part = Readonly<Record<string, unknown>>;

/** The seed's answer to a capture, its card number in full as documented, with parts of it changed. */
export const answer = (
  change: Part = {},
  payment: Part = {},
  gateway: Part = {},
  details: Part = {},
): Part => ({
  success: true,
  status_code: 201,
  is_live: false,
  transaction_type: 'CAPTURE',
  gateway_response: {
    version: '1',
    type: 'INFO',
    message: 'Amount successfully captured.',
    code: 'INFO0001',
    ...gateway,
  },
  merchant_details: { legal_name: 'Factory', mid: 'sandbox-merchant', merchant_txn_ref: 'qwe' },
  payment_details: {
    amount: 1_000,
    response_code: 0,
    auth_code: '264302',
    currency: 'JPY',
    payment_method: 'ECMC-SSL',
    scheme: 'MASTERCARD',
    card: { name: 'John Doe', number: '5200000000001005', exp_month: '12', exp_year: '24' },
    additional_data: { payment_data_source: { type: 'card' } },
    ...payment,
  },
  transaction_details: {
    id: CAPTURE,
    ref: 74_819,
    timestamp: '2024-11-25T08:41:15.000Z',
    merchant_txn_ref: 'qwe',
    ...details,
  },
  ...change,
});

export const raw = (status: number, body: unknown) => ({
  status,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
