/** Options of the PAYONE twin: the account that it knows, its delays, its choices and its caps. */

import * as z from 'zod';

const milliseconds = z.int().min(0).max(3_600_000);
const cap = z.int().min(1).max(1_000_000);

export const payoneTwinOptions = z.strictObject({
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  port: z.int().min(0).max(65_535).default(0),
  /** Requests are taken at every path that ends in this one. */
  path: z.string().startsWith('/').default('/post-gateway/'),
  /** Where notices go. Without one they wait in their streams until an address is set. */
  notifyUrl: z.url().optional(),
  mid: z
    .string()
    .regex(/^\d{5,6}$/)
    .default('14648'),
  aid: z
    .string()
    .regex(/^\d{5,6}$/)
    .default('17321'),
  portalId: z
    .string()
    .regex(/^\d{7}$/)
    .default('2040559'),
  /** The portal key in the clear. Requests carry its digest, notices its MD5 (provider notes A1). */
  portalKey: z.string().min(1).max(128).default('sandbox-portal-key'),
  keyHash: z.enum(['md5', 'sha384', 'none']).default('md5'),
  /** The mode that the account is enabled for; `any` takes both (924, 925 otherwise). */
  mode: z.enum(['test', 'live', 'any']).default('test'),
  /** Ids (txid, userid, work order) follow from it. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** Delay before the first delivery of a notice. */
  notifyDelayMs: milliseconds.default(50),
  /** Delay before the second delivery; each later one is `retryFactor` times longer. The platform starts at about an hour. */
  retryDelayMs: milliseconds.default(1_000),
  retryFactor: z.number().min(1).max(10).default(2),
  retryMax: z.int().min(1).max(12).default(12),
  /** The receiver's limit for `TSOK` (provider notes A8: 10 s). */
  answerLimitMs: milliseconds.default(10_000),
  /** After this time a pending booking ends, and a scripted late failure comes. */
  settleMs: milliseconds.default(200),
  /** 907 while the previous action's notice is not acknowledged (provider notes A4). */
  strictGate: z.boolean().default(false),
  /** An action that passed the number check and was refused then uses its number up. */
  declineUsesNumber: z.boolean().default(false),
  /** What `price` in a notice of a booking means (provider notes A8 infer the process amount). */
  noticePrice: z.enum(['process', 'booking']).default('process'),
  /** Multi partial capture is enabled on the account (934 otherwise). */
  partialCaptures: z.boolean().default(true),
  /** Magic cards and amounts answer as scripted. */
  scripted: z.boolean().default(true),
  maxProcesses: cap.default(20_000),
  maxRequests: cap.default(50_000),
  maxNotices: cap.default(50_000),
  maxFaults: cap.default(1_000),
});

export type PayoneTwinOptions = z.input<typeof payoneTwinOptions>;
export type Settings = z.output<typeof payoneTwinOptions>;

/** What may be changed while the twin runs. */
export const changeableOptions = z
  .strictObject({
    notifyUrl: z.url().nullable(),
    notifyDelayMs: milliseconds,
    retryDelayMs: milliseconds,
    settleMs: milliseconds,
    strictGate: z.boolean(),
    declineUsesNumber: z.boolean(),
    noticePrice: z.enum(['process', 'booking']),
    partialCaptures: z.boolean(),
    scripted: z.boolean(),
  })
  .partial();

export type ChangeableOptions = z.output<typeof changeableOptions>;
