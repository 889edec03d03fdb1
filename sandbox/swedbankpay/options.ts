/** Options of the Swedbank Pay twin: the account that it knows, its delays, its choices and its caps. */

import * as z from 'zod';

const milliseconds = z.int().min(0).max(3_600_000);
const cap = z.int().min(1).max(1_000_000);

export const swedbankPayTwinOptions = z.strictObject({
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  port: z.int().min(0).max(65_535).default(0),
  /** Where callbacks of payments that name no `callbackUrl` go. Without one there are none. */
  notifyUrl: z.url().optional(),
  /** The bearer token in the clear. */
  accessToken: z.string().min(1).max(4_096).default('sandbox-access-token'),
  payeeId: z.string().min(1).max(64).default('5cabf558-5283-482f-b252-4d58e06f6f3b'),
  /** Who settles: the merchant sends references of up to 12 digits (seed 004). */
  settlement: z.enum(['swedbankpay', 'merchant']).default('swedbankpay'),
  /** What a reference that was used before gets; no document says (provider notes B7). */
  duplicate: z.enum(['refuse', 'replay']).default('refuse'),
  /** What a partial capture is answered with where more can follow; the seed's prose says AwaitingActivity. */
  partialState: z.enum(['Completed', 'AwaitingActivity']).default('Completed'),
  /** Whether a 400 counts as a failed attempt; no document says. */
  inputErrorsCount: z.boolean().default(false),
  /** Consecutive failures of one kind that lock a payment (seed 004). */
  lockAfter: z.int().min(1).max(100).default(5),
  /** Addresses of operations carry a ticket that the next look at the payment ends: whoever builds or keeps one fails. */
  tickets: z.boolean().default(false),
  /** Operations stay away for this time after each one. */
  busyMs: milliseconds.default(0),
  /** Ids and numbers follow from it. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** Delay before the first delivery of a callback. */
  notifyDelayMs: milliseconds.default(50),
  /** The documented retry offsets (30, 60, 360, 432, 864, 1265 s) are multiplied by it. 1 is the documented time. */
  retryScale: z.number().min(0).max(10).default(0.01),
  /** The receiver's limit for an answer. */
  answerLimitMs: milliseconds.default(10_000),
  /** After this time an open transaction ends. */
  settleMs: milliseconds.default(200),
  /** Magic amounts answer as scripted. */
  scripted: z.boolean().default(true),
  maxPayments: cap.default(20_000),
  maxRequests: cap.default(50_000),
  maxNotices: cap.default(50_000),
  maxFaults: cap.default(1_000),
});

export type SwedbankPayTwinOptions = z.input<typeof swedbankPayTwinOptions>;
export type Settings = z.output<typeof swedbankPayTwinOptions>;

/** What may be changed while the twin runs. */
export const changeableOptions = z
  .strictObject({
    notifyUrl: z.url().nullable(),
    settlement: z.enum(['swedbankpay', 'merchant']),
    duplicate: z.enum(['refuse', 'replay']),
    partialState: z.enum(['Completed', 'AwaitingActivity']),
    inputErrorsCount: z.boolean(),
    lockAfter: z.int().min(1).max(100),
    tickets: z.boolean(),
    busyMs: milliseconds,
    notifyDelayMs: milliseconds,
    retryScale: z.number().min(0).max(10),
    settleMs: milliseconds,
    scripted: z.boolean(),
  })
  .partial();

export type ChangeableOptions = z.output<typeof changeableOptions>;
