import * as z from 'zod';
import { accountUrl, commonOptions, duration, exponentsUpTo } from '../account-options.ts';
import { headerValue } from '../rest/account.ts';

/**
 * Options of a PaymentOptions account; durations stay ISO 8601 texts, and what was parsed once may be parsed again.
 * Names of the credentials: seed 001; defaults: design section 6. An unknown key is an error.
 */
export const paymentOptionsAccount = z.strictObject({
  provider: z.literal('paymentoptions'),
  ...commonOptions,
  /**
   * The base with its whole path: `server-to-server-interface/…` is joined to it. On the development host the path was
   * doubled, `/api/v1/api/v1/` (seed 001; provider notes 2.1), so nothing is added or taken away.
   */
  url: accountUrl,
  /** The whole value of the header, as in `Basic …`; sent as it is (provider notes 2.2). Secret. */
  authorization: headerValue,
  /** `x-api-key`. Secret. */
  apiKey: headerValue,
  merchantId: z.string().min(1).max(128),
  /** Unit of amounts on the wire; the seed's example is in yen and proves neither (provider notes 2.5). */
  amountUnit: z.enum(['major', 'minor']).default('major'),
  timeoutMs: commonOptions.timeoutMs.unwrap().default(30_000),
  exponents: exponentsUpTo(4),
  /** Waits between reads of an unknown outcome, in order. @default 2 s, 10 s, 30 s, 2 min, 10 min, 1 h, 6 h */
  repeats: z.array(duration).min(1).max(50).optional(),
  /** Nothing is tried later than this after the outcome was lost. @default PT48H */
  giveUpAfter: duration.optional(),
});

export type PaymentOptionsOptions = z.input<typeof paymentOptionsAccount>;
export type PaymentOptionsAccount = z.output<typeof paymentOptionsAccount>;
