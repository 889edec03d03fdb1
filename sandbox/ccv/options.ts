/** Options of the CCV twin, which is one terminal: how it is set up, how long it takes, its choices and its caps. */

import * as z from 'zod';

const milliseconds = z.int().min(0).max(3_600_000);
const cap = z.int().min(1).max(1_000_000);
const minor = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a terminal that nobody uses may be (provider notes 1.7); it is BUSY and REPRINT_TICKET by itself. */
export const terminalStates = ['IDLE', 'LOGGED_OUT', 'INOPERABLE', 'LOCKED'] as const;

const changeable = {
  /** How long an authorisation takes, in which nothing else can be asked. */
  authoriseMs: milliseconds,
  /** How long a capture or a cancellation takes. */
  captureMs: milliseconds,
  /** No more than this is approved, in minor units; null for no limit. */
  approveAtMost: minor.nullable(),
  /**
   * `lines`: a JSON array of lines in a text. `text`: a text that is no JSON, and an eJournal that breaks off.
   * `as-printed`: the quotes of the last line are not escaped, as in the seed's example, which breaks the answer
   * around it. `absent`: none.
   */
  receipts: z.enum(['lines', 'text', 'as-printed', 'absent']),
  /** Receipts and eJournal show the whole number of a (test) card. */
  wholeCardNumber: z.boolean(),
  /** How an authorisation names the amount: "50.00", 50.00, or not at all. */
  answeredAmount: z.enum(['text', 'number', 'absent']),
  /** Whether an authorisation repeats the requestId or names another, as in an example of the provider's. */
  answeredRequestId: z.enum(['same', 'other']),
  /** Amounts answer as scripted (script.ts). */
  scripted: z.boolean(),
  state: z.enum(terminalStates),
};

export const ccvTwinOptions = z.strictObject({
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  port: z.int().min(0).max(65_535).default(0),
  /** What the terminal is set up for; a request has to say the same. What is left out takes every known value. */
  terminal: z
    .strictObject({
      operatingEnvironment: z.string(),
      accessProtocol: z.string(),
      language: z.string(),
      environment: z.string(),
    })
    .partial()
    .default({}),
  /** The terminal's id and the numbers of its transactions follow from it. */
  seed: z.int().min(0).max(999_999).default(1),
  authoriseMs: changeable.authoriseMs.default(0),
  captureMs: changeable.captureMs.default(0),
  approveAtMost: changeable.approveAtMost.default(null),
  receipts: changeable.receipts.default('lines'),
  wholeCardNumber: changeable.wholeCardNumber.default(false),
  answeredAmount: changeable.answeredAmount.default('text'),
  answeredRequestId: changeable.answeredRequestId.default('same'),
  scripted: changeable.scripted.default(true),
  state: changeable.state.default('IDLE'),
  maxHolds: cap.default(20_000),
  maxRequests: cap.default(50_000),
  maxFaults: cap.default(1_000),
});

export type CcvTwinOptions = z.input<typeof ccvTwinOptions>;
export type Settings = z.output<typeof ccvTwinOptions>;

/** What may be changed while the twin runs. */
export const changeableOptions = z.strictObject(changeable).partial();

export type ChangeableOptions = z.output<typeof changeableOptions>;
