/** The faults of the CCV twin, and what stands for an answer that is none. */

import * as z from 'zod';
import { faultTerms, wayKinds } from '../twin/faults.ts';
import type { Wording } from '../twin/spoil.ts';

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal; the amount in minor units. Nothing given matches everything. */
  match: z
    .strictObject({
      paymentType: z.string(),
      requestId: z.string(),
      amount: z.int(),
      currency: z.string(),
      authReference: z.string(),
    })
    .partial()
    .default({}),
  fault: z.enum([...wayKinds, 'busy', 'status']),
  ...faultTerms,
  /** For `status`: what is answered; `at` (default after) says whether before or after the booking. */
  status: z.string().max(64).default('TIMED_OUT'),
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

export const json = { 'content-type': 'application/json' };

export const wording: Wording = {
  headers: json,
  instead: {
    garbage: { text: '%PDF-1.7 \u2603 "status": "SUCCESS"' },
    empty: { text: '' },
    html: { headers: { 'content-type': 'text/html' }, text: '<html><body>"status": "SUCCESS"</body></html>' },
  },
  cut: 1,
  invalid: ',"card":"\xff\xfe\xc3\x28"}',
  padding: { open: '', fill: ' ', close: '}' },
};
