/** Calls and options that the tests of this folder vary. */
import {
  paymentOptionsAccount,
  type PaymentOptionsAccount,
  type PaymentOptionsOptions,
} from '../../../providers/paymentoptions/account.ts';
import { providerCalls } from '../../support/provider-calls.ts';

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

const calls = providerCalls({
  account: 'po-jp',
  currency: 'JPY',
  hold: { transactionId: HOLD },
  authorise: { amount: 1_000, request: { method: 'card' } },
  capture: { amount: 1_000, final: true },
  refund: { amount: 400, anchor: CAPTURE },
});

export const { authorise, capture, release, refund } = calls;

export const followUps = [capture(), release(), refund()] as const;

/** A question about an operation as its call left it; a refund names its capture. */
export const read: typeof calls.read = (kind, operation, amount, change) =>
  calls.read(kind, operation, amount, { ...(kind === 'refund' ? { anchor: CAPTURE } : {}), ...change });

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
