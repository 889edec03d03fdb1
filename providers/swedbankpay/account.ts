import * as z from 'zod';
import { accountUrl, commonOptions, duration, exponentsUpTo } from '../account-options.ts';
import { headerValue } from '../rest/account.ts';

const text = (most: number): z.ZodString => z.string().min(1).max(most);

/** Languages of the payment page. */
export const LANGUAGES = ['nb-NO', 'sv-SE', 'da-DK', 'fi-FI', 'en-US'] as const;

/**
 * Options of a Swedbank Pay account; durations stay ISO 8601 texts, and what was parsed once may be parsed again.
 * Formats: seed 004 and provider notes B2, B3, B7; defaults: design section 6. An unknown key is an error.
 */
export const swedbankPayAccount = z.strictObject({
  provider: z.literal('swedbankpay'),
  ...commonOptions,
  /** The base that ids are joined to; addresses of operations are followed on its host only. */
  url: accountUrl,
  /** The bearer token of the merchant portal. Secret. */
  accessToken: headerValue,
  /** Whose money an authorisation is for; needed to ask for one, not to adopt one. */
  payeeId: text(64).optional(),
  payeeName: text(50).optional(),
  /** Where Swedbank Pay sends its callbacks for authorisations that are asked for here; none is sent without it. */
  callbackUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Language of the payment page (provider notes B3: a card payment names one). */
  language: z.enum(LANGUAGES).default('en-US'),
  /**
   * The merchant settles: the acquirer gets `payeeReference`, so it is of digits, this many at most (seed 004: 12),
   * and comes from a counter instead of a hash.
   */
  payeeReferenceDigits: z.int().min(1).max(12).optional(),
  exponents: exponentsUpTo(4),
  timeoutMs: commonOptions.timeoutMs.unwrap().default(30_000),
  /** Waits between looks at an outcome that is not known, in order. @default 2 s, 10 s, 30 s, 2 min, 10 min, 1 h, 6 h */
  repeats: z.array(duration).min(1).max(50).optional(),
  /** How long an operation that is not offered yet is waited for. @default PT30M */
  gateAfter: duration.optional(),
  /** No repeat goes out later than this after the outcome was lost. @default PT48H */
  giveUpAfter: duration.optional(),
});

export type SwedbankPayOptions = z.input<typeof swedbankPayAccount>;
export type SwedbankPayAccount = z.output<typeof swedbankPayAccount>;
