/** What crosses the wire, in JSON both ways (seed 001). Numbers of answers stand as their own text. */
import * as z from 'zod';
import type { PaymentOptionsAccount } from './account.ts';

export const headersOf = (account: PaymentOptionsAccount): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  authorization: account.authorization,
  'x-api-key': account.apiKey,
});

const maybe = z.string().nullish();

/** One transaction, as the answer to its request and to a question for its status. */
export const transactionAnswer = z.looseObject({
  success: z.boolean().nullish(),
  transaction_type: maybe,
  gateway_response: z.looseObject({ type: maybe, message: maybe, code: maybe }).nullish(),
  merchant_details: z.looseObject({ mid: maybe, merchant_txn_ref: maybe }).nullish(),
  payment_details: z
    .looseObject({ amount: maybe, response_code: maybe, auth_code: maybe, currency: maybe, scheme: maybe })
    .nullish(),
  transaction_details: z.looseObject({ id: maybe, ref: maybe, timestamp: maybe }).nullish(),
});
export type TransactionAnswer = z.output<typeof transactionAnswer>;

/** `transaction_type` by the action that was asked (seed 001; provider notes 2.3). */
export const TYPE_OF = { capture: 'CAPTURE', release: 'VOID', refund: 'REFUND' } as const;

export type Signal = 'yes' | 'no' | 'missing';

/** The four places where an answer says whether it worked (provider notes 2.4). */
export interface Signals {
  readonly http: Signal;
  readonly success: Signal;
  readonly type: Signal;
  readonly responseCode: Signal;
}

const signal = <T>(value: T | null | undefined, yes: (value: T) => boolean): Signal =>
  value === null || value === undefined ? 'missing' : yes(value) ? 'yes' : 'no';

export const signalsOf = (status: number, answer: TransactionAnswer): Signals => ({
  http: status >= 200 && status < 300 ? 'yes' : 'no',
  success: signal(answer.success, (value) => value),
  type: signal(answer.gateway_response?.type, (value) => value === 'INFO'),
  responseCode: signal(answer.payment_details?.response_code, (value) => /^0+$/.test(value)),
});

/** All four say yes. */
export const allYes = (signals: Signals): boolean => Object.values(signals).every((one) => one === 'yes');

/** Not one says yes. */
export const noneYes = (signals: Signals): boolean => !Object.values(signals).includes('yes');
