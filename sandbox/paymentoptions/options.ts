/** Options of the PaymentOptions twin: the merchant that it knows, its choices and its caps. */

import * as z from 'zod';

const cap = z.int().min(1).max(1_000_000);
const secret = z.string().min(1).max(256);

export const paymentOptionsTwinOptions = z.strictObject({
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  port: z.int().min(0).max(65_535).default(0),
  /** Requests are taken below this path; the development host had it doubled (provider notes 2.1). */
  path: z
    .string()
    .regex(/^\/(?:[A-Za-z0-9._-]+\/)*$/)
    .default('/api/v1/'),
  /** The whole value of the header. */
  authorization: secret.default('Basic sandbox-basic-key'),
  apiKey: secret.default('sandbox-x-api-key'),
  merchantId: z.string().min(1).max(128).default('sandbox-merchant'),
  /** Unit of amounts on the wire (provider notes 2.5). */
  amountUnit: z.enum(['major', 'minor']).default('major'),
  /** The card number that answers repeat in full, as the documented ones do. */
  card: z
    .string()
    .regex(/^\d{13,19}$/)
    .default('5200000000001005'),
  /** Ids follow from it. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** Whether the record of a hold turns into that of its capture or void; not documented (provider notes 2.7). */
  recordFollows: z.boolean().default(true),
  /** Magic amounts answer as scripted. */
  scripted: z.boolean().default(true),
  maxHolds: cap.default(20_000),
  maxRequests: cap.default(50_000),
  maxFaults: cap.default(1_000),
});

export type PaymentOptionsTwinOptions = z.input<typeof paymentOptionsTwinOptions>;
export type Settings = z.output<typeof paymentOptionsTwinOptions>;

/** What may be changed while the twin runs. */
export const changeableOptions = z
  .strictObject({ recordFollows: z.boolean(), scripted: z.boolean() })
  .partial();

export type ChangeableOptions = z.output<typeof changeableOptions>;
