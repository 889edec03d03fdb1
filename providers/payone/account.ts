import * as z from 'zod';
import { accountUrl, commonOptions, duration, exponentsUpTo } from '../account-options.ts';
import { KEY_HASHES } from './reference.ts';

/**
 * Options of a PAYONE account; durations stay ISO 8601 texts, and what was parsed once may be parsed again. Formats of
 * the ids: seed 002 and provider notes A1; defaults: design section 6. An unknown key is an error.
 */
export const payoneAccount = z.strictObject({
  provider: z.literal('payone'),
  ...commonOptions,
  /** Requests are posted to it as it is. */
  url: accountUrl,
  mid: z.string().regex(/^\d{5,6}$/, 'expected 5 or 6 digits'),
  aid: z.string().regex(/^\d{5,6}$/, 'expected 5 or 6 digits'),
  portalId: z.string().regex(/^\d{7}$/, 'expected 7 digits'),
  /** The plain portal key. Secret. */
  key: z.string().min(1).max(256),
  keyHash: z.enum(KEY_HASHES).default('md5'),
  mode: z.enum(['test', 'live']),
  apiVersion: z
    .string()
    .regex(/^3\.\d{1,2}$/, 'expected a version such as 3.11')
    .default('3.11'),
  timeoutMs: commonOptions.timeoutMs.unwrap().default(30_000),
  exponents: exponentsUpTo(4),
  sequenceGate: z.enum(['response', 'notification']).default('response'),
  /** How long a refused sequence number waits for the notice of the one before. @default PT30M */
  gateAfter: duration.optional(),
  declineUsesNumber: z.boolean().default(false),
  /** Waits between repeats of an unknown or a busy call, in order. @default 2 s, 10 s, 30 s, 2 min, 10 min, 1 h, 6 h */
  repeats: z.array(duration).min(1).max(50).optional(),
  /** No repeat goes out later than this after the outcome was lost. @default PT48H, PAYONE's own horizon for notices */
  giveUpAfter: duration.optional(),
});

export type PayoneOptions = z.input<typeof payoneAccount>;
export type PayoneAccount = z.output<typeof payoneAccount>;
