import * as z from 'zod';
import { accountUrl, commonOptions, duration, exponentsUpTo } from '../account-options.ts';
import { headerValue } from '../rest/account.ts';

/** finline takes at most two decimals (provider notes 3.4). */
export const MOST_DECIMALS = 2;

/**
 * Options of a finline account; durations stay ISO 8601 texts, and what was parsed once may be parsed again. Names of
 * the credentials: seed 003 and provider notes 3.2; defaults: design section 6. An unknown key is an error.
 */
export const finlineAccount = z.strictObject({
  provider: z.literal('finline'),
  ...commonOptions,
  /** Paths such as `capture` are joined to it. */
  url: accountUrl,
  /** POS_ID, a UUID in the seed. */
  posId: z
    .string()
    .min(1)
    .max(64)
    .regex(/^(?!\.{1,2}$)/, 'expected a name that a path can hold'),
  /** API_KEY, the first half of `X-API-AUTH`. */
  apiKey: headerValue,
  /** API_SECRET: the second half of `X-API-AUTH`, and the key of every notice. Secret. */
  apiSecret: headerValue,
  /** ENDPOINTS_KEY, sent as `X-API-KEY`. Secret. */
  endpointKey: headerValue,
  /** `server_url` of every request: where notices are sent. @default none, what the merchant portal says */
  serverUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  timeoutMs: commonOptions.timeoutMs.unwrap().default(30_000),
  /** `{ "XTS": 2 }` for the test currency (provider notes 3.4, 4.6). */
  exponents: exponentsUpTo(MOST_DECIMALS),
  /** Waits between reads of an unknown outcome, in order. @default 2 s, 10 s, 30 s, 2 min, 10 min, 1 h, 6 h */
  repeats: z.array(duration).min(1).max(50).optional(),
  /** Nothing is tried later than this after the outcome was lost. @default PT48H */
  giveUpAfter: duration.optional(),
});

export type FinlineOptions = z.input<typeof finlineAccount>;
export type FinlineAccount = z.output<typeof finlineAccount>;
