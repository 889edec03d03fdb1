/** The faults of the Swedbank Pay twin, and what stands for an answer that is none. */

import * as z from 'zod';
import type { Same } from '../twin/faults.ts';
import { faultTerms, noticeKinds, wayKinds } from '../twin/faults.ts';
import type { Wording } from '../twin/spoil.ts';

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal; amounts in minor units. Nothing given matches every request of the API. */
  match: z
    .strictObject({
      /** `payment`, `captures`, `capture` … of reads; `create-payment`, `create-capture`, `create-cancellation`, `create-reversal`. */
      request: z.string(),
      /** The payment's id or the last part of it. */
      payment: z.string(),
      payeeReference: z.string(),
      amount: z.int(),
    })
    .partial()
    .default({}),
  fault: z.enum([...wayKinds, 'http-429', 'problem', 'busy', 'not-yet', ...noticeKinds]),
  ...faultTerms,
  /** For `problem`: the tail of its type. One with an instrument before it is an acquirer's refusal: it is booked as Failed. */
  tail: z.string().min(1).max(100).default('creditcard/acquirererror'),
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

/** A payment is named by its id or the last part of it. */
export const same: Same = (name, wanted, given) =>
  given === wanted || (name === 'payment' && given?.endsWith(`/${wanted}`) === true);

export const wording: Wording = {
  headers: { 'content-type': 'application/json' },
  instead: {
    'http-429': {
      status: 429,
      headers: { 'content-type': 'text/html', 'retry-after': '1' },
      text: '<h1>Slow down</h1>',
    },
    garbage: { status: 200, text: '%PDF-1.7 \u2603 {"capture": Completed' },
    empty: { status: 200, text: '' },
    html: {
      status: 200,
      headers: { 'content-type': 'text/html; charset=UTF-8' },
      text: '<html><body>{"state":"Completed"}</body></html>',
    },
  },
  cut: 1,
  invalid: ',"x":"\xff\xfe\xc3\x28"}',
  padding: { open: ',"padding":"', fill: 'x', close: '"}' },
};
