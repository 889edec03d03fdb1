/** The faults of the PAYONE twin, and what stands for an answer that is none. */

import * as z from 'zod';
import { faultTerms, noticeKinds, wayKinds } from '../twin/faults.ts';
import type { Wording } from '../twin/spoil.ts';

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal; amounts in minor units. Nothing given matches everything. */
  match: z
    .strictObject({
      request: z.string(),
      txid: z.string(),
      sequencenumber: z.int(),
      amount: z.int(),
      reference: z.string(),
    })
    .partial()
    .default({}),
  fault: z.enum([...wayKinds, 'busy-907', ...noticeKinds]),
  ...faultTerms,
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

export const plainText = { 'content-type': 'text/plain; charset=UTF-8' };

export const wording: Wording = {
  headers: plainText,
  instead: {
    garbage: { text: '%PDF-1.7 \u2603 status\n= =\nAPPROVED' },
    empty: { text: '' },
    html: {
      headers: { 'content-type': 'text/html; charset=UTF-8' },
      text: '<html><body>status=APPROVED</body></html>',
    },
  },
  cut: 0,
  invalid: 'errormessage=\xff\xfe\xc3\x28\n',
  padding: { open: '', fill: 'x', close: '' },
};
