/** What crosses the wire, in JSON both ways (seed 003). Numbers of answers stand as their own text. */
import * as z from 'zod';
import type { FinlineAccount } from './account.ts';

/** Both header values are case sensitive (provider notes 3.2). */
export const headersOf = (account: FinlineAccount): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  'x-api-auth': `CPAY ${account.apiKey}:${account.apiSecret}`,
  'x-api-key': account.endpointKey,
});

const text = z.string();
const maybe = z.string().nullish();

/** One operation, as the answer to its request, in the list of an order, and in a notice. */
export const finlineOperation = z.looseObject({
  order_id: text,
  method: text,
  status: text,
  operation_id: maybe,
  payment_id: maybe,
  transaction_id: maybe,
  pos_id: maybe,
  mode: maybe,
  amount: maybe,
  currency: maybe,
  status_code: maybe,
  status_description: maybe,
  comment: maybe,
  created_at: maybe,
  processing_time: maybe,
  /** Where the customer confirms a payment of mode `direct`; the name was not in the text that was read. */
  user_action_url: maybe,
  redirect_url: maybe,
});
export type FinlineOperation = z.output<typeof finlineOperation>;

export const finlineList = z.array(finlineOperation).max(1_000);

/** A 4xx: a message, and a code such as S-403 (provider notes 3.6). */
export const finlineError = z.looseObject({
  message: text,
  args: z.looseObject({ code: maybe }).nullish(),
});

/** Our word for `status`; null for one that is not listed (provider notes 3.5). */
export function stateOf(status: string): 'approved' | 'pending' | 'failed' | null {
  switch (status) {
    case 'success':
      return 'approved';
    case 'init':
    case 'pending':
    case 'processing':
      return 'pending';
    case 'failure':
      return 'failed';
    default:
      return null;
  }
}

/** `method` by the action that was asked. */
export const METHOD_OF = {
  authorise: 'auth',
  capture: 'capture',
  release: 'void',
  refund: 'refund',
} as const;
