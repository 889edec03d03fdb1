import type { ProviderCall } from '../payment/call.ts';
import type { CallResult, Declined, NotPerformed, Unknown } from '../payment/outcome.ts';

/**
 * PAYONE's error codes by the table of the provider notes (A7), as an adapter has to report them.
 * The table is the simulator's own: a model that shared the adapter's would prove nothing.
 */
export function outcomeOfError(code: number): Declined | NotPerformed | Unknown {
  if (code === 907) {
    return {
      outcome: 'not_performed',
      reason: 'sequence',
      message: 'sequence number refused',
      busy: true,
      firstOnly: true,
    };
  }
  const known = DECLINES[code];
  if (known === undefined) return { outcome: 'unknown', reason: `error-${code}` };
  const [hold, again, firstOnly, busy] = known;
  return {
    outcome: 'declined',
    decline: { code: String(code), message: `refused with ${code}`, hold, again },
    ...(firstOnly ? { firstOnly: true } : {}),
    ...(busy ? { busy: true } : {}),
  };
}

type Again = Declined['decline']['again'];
type Row = readonly [hold: 'stands' | 'gone', again: Again, firstOnly: boolean, busy: boolean];

const DECLINES: Readonly<Record<number, Row>> = {
  1: ['stands', 'later', true, false],
  2: ['stands', 'no', false, false],
  4: ['stands', 'no', false, false],
  80: ['gone', 'no', false, false],
  91: ['stands', 'later', true, false],
  105: ['stands', 'customer', false, false],
  906: ['stands', 'no', true, false],
  908: ['stands', 'no', true, false],
  910: ['stands', 'no', false, false],
  923: ['stands', 'config', true, false],
  935: ['stands', 'no', false, false],
  950: ['stands', 'no', true, true],
  951: ['stands', 'no', true, false],
  990: ['stands', 'later', true, false],
};

/** Codes that the provider gives in the business check of a call that was otherwise in order. */
export const DECLINE_CODES = [1, 2, 4, 80, 91, 923, 990] as const;
/** Codes that say nothing about the booking. */
export const UNCLEAR_CODES = [900, 902, 903, 904, 909] as const;

/** What PAYONE answers to one request. */
export type Answer =
  | { readonly status: 'APPROVED'; readonly txid: string; readonly approved?: number }
  | { readonly status: 'PENDING'; readonly txid: string }
  | { readonly status: 'REDIRECT'; readonly txid: string; readonly redirectUrl: string }
  | { readonly status: 'ERROR'; readonly code: number };

/** What an activity reports of an answer, by the conventions of `payment/outcome.ts`. */
export function resultOf(answer: Answer, call: ProviderCall, clearingtype: string): CallResult {
  const keys: Readonly<Record<string, string>> =
    call.action === 'authorise'
      ? { reference: `${call.payment}/${call.operation}` }
      : { sequencenumber: String(call.sequenceNumber) };
  if (answer.status === 'ERROR') return { ...outcomeOfError(answer.code), keys };
  const hold = call.action === 'authorise' ? { hold: { txid: answer.txid, clearingtype } } : {};
  const said = { providerReference: answer.txid, keys, ...hold };
  switch (answer.status) {
    case 'APPROVED':
      return {
        ...said,
        outcome: 'approved',
        ...(answer.approved === undefined ? {} : { booked: answer.approved }),
      };
    case 'PENDING':
      return { ...said, outcome: 'pending' };
    case 'REDIRECT':
      return { ...said, outcome: 'pending', redirectUrl: answer.redirectUrl };
  }
}
