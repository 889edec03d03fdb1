/** Options of the finline twin: the point of sale that it knows, its delays, its choices and its caps. */

import * as z from 'zod';

const milliseconds = z.int().min(0).max(3_600_000);
const cap = z.int().min(1).max(1_000_000);
const secret = z.string().min(1).max(256);

export const finlineTwinOptions = z.strictObject({
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  port: z.int().min(0).max(65_535).default(0),
  /** Requests are taken below this path. */
  path: z
    .string()
    .regex(/^\/(?:[A-Za-z0-9._-]+\/)*$/)
    .default('/api/v1/'),
  /** Where notices go when a request names no `server_url`. Without either they wait. */
  notifyUrl: z.url().optional(),
  posId: z.string().min(1).max(64).default('dc728de1-51ef-4ef1-80f7-3b44b07b5667'),
  apiKey: secret.default('sandbox-api-key'),
  apiSecret: secret.default('sandbox-api-secret'),
  endpointKey: secret.default('sandbox-endpoint-key'),
  /** Ids follow from it. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  notifyDelayMs: milliseconds.default(50),
  /** Delay before the second delivery; each later one is `retryFactor` times longer. The real schedule is not known. */
  retryDelayMs: milliseconds.default(1_000),
  retryFactor: z.number().min(1).max(10).default(2),
  retryMax: z.int().min(1).max(12).default(6),
  answerLimitMs: milliseconds.default(10_000),
  /** After this time a scripted pending operation ends. */
  settleMs: milliseconds.default(200),
  /** Whether operations and notices repeat the `comment` of their request. */
  comments: z.boolean().default(true),
  /** Magic amounts and tokens answer as scripted. */
  scripted: z.boolean().default(true),
  maxOrders: cap.default(20_000),
  maxRequests: cap.default(50_000),
  maxNotices: cap.default(50_000),
  maxFaults: cap.default(1_000),
});

export type FinlineTwinOptions = z.input<typeof finlineTwinOptions>;
export type Settings = z.output<typeof finlineTwinOptions>;

/** What may be changed while the twin runs. */
export const changeableOptions = z
  .strictObject({
    notifyUrl: z.url().nullable(),
    notifyDelayMs: milliseconds,
    retryDelayMs: milliseconds,
    settleMs: milliseconds,
    comments: z.boolean(),
    scripted: z.boolean(),
  })
  .partial();

export type ChangeableOptions = z.output<typeof changeableOptions>;
