import * as z from 'zod';
import { accountUrl, commonOptions, duration, exponentsUpTo } from '../account-options.ts';

/**
 * How long a hold is assumed to stand, by `terminalEnvironment` (design section 6; provider notes 1.8: the windows of
 * fuel, charging and parking). Other environments have no default: the account names its own.
 */
export const VALIDITY: Readonly<Record<string, string>> = {
  PETROL: 'PT15M',
  EVCHARGING: 'PT8H',
  CARPARKING: 'P7D',
};

/** Headers that the exchange itself is made of. */
const OURS: readonly string[] = [
  'accept',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Words such as OPI_NL. The lists of the seed are introduced as examples, so they are open. */
const word = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'expected a word of capitals, such as OPI_NL');

const header = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'expected the name of a header')
    .refine((name) => !OURS.includes(name.toLowerCase()), 'is set by the engine'),
  /** The whole value of the header. */
  secret: z.string().regex(/^[\x20-\x7e]{1,4096}$/, 'expected 1 to 4096 printable ASCII characters'),
});

/**
 * Options of an account, which is one terminal (seed 000, parameters `terminal…`); durations stay ISO 8601 texts, and
 * what was parsed once may be parsed again. An unknown key is an error.
 */
export const ccvAccount = z
  .strictObject({
    provider: z.literal('ccv'),
    ...commonOptions,
    /** `/terminal/payment` is joined to it. */
    url: accountUrl,
    /** `terminalOperatingEnvironment`: UNATTENDED, ATTENDED. */
    operatingEnvironment: word,
    /** `terminalAccessProtocol`: OPI_NL, OPI_DE. */
    accessProtocol: word,
    /** `terminalLanguage`: ENG. */
    language: word,
    /** `terminalEnvironment`: EVCHARGING, CARPARKING, PETROL. */
    environment: word,
    /** Milliseconds for a call without cardholder: capture and void (provider notes 1.7). */
    timeoutMs: commonOptions.timeoutMs.unwrap().default(60_000),
    /** Milliseconds for an authorisation, which waits for a cardholder (provider notes 1.7). */
    authorizationTimeoutMs: commonOptions.timeoutMs.unwrap().default(180_000),
    /** Whether an ordinary capture says NO_ERROR. The seed lists the field and its example leaves it out. */
    captureReasonCode: z.enum(['omit', 'NO_ERROR']).default('omit'),
    /**
     * What an approved authorisation without an amount means. `answered`: only an amount that the terminal names is
     * taken, since it may approve less than was asked (provider notes 1.8). `asked`: it approved what was asked.
     */
    approvedAmount: z.enum(['answered', 'asked']).default('answered'),
    /** Credentials, which the seed leaves empty. */
    headers: z.array(header).max(20).default([]),
    exponents: exponentsUpTo(4),
    /** How long an unknown outcome blocks the terminal for other payments; absent: until somebody resolves it. */
    terminalBlockFor: duration.optional(),
    /** How long a call waits for a busy terminal. @default PT5M */
    gateAfter: duration.optional(),
    /** Waits between tries at a busy terminal, in order. @default 2 s, 5 s, 10 s, 30 s */
    repeats: z.array(duration).min(1).max(50).optional(),
  })
  .superRefine((account, context) => {
    if (account.authorizationValidity !== undefined || Object.hasOwn(VALIDITY, account.environment)) return;
    context.addIssue({
      code: 'custom',
      path: ['authorizationValidity'],
      message: `is required unless environment is one of ${Object.keys(VALIDITY).join(', ')}`,
    });
  });

export type CcvOptions = z.input<typeof ccvAccount>;
export type CcvAccount = z.output<typeof ccvAccount>;
