/** What crosses the wire, parsed in both directions: JSON with integers of minor units (seed 004, provider notes B2). */
import * as z from 'zod';

const reference = z.string().regex(/^[A-Za-z0-9]{1,30}$/);
const description = z.string().min(1).max(160);
const minor = z.int().min(0);

/** A capture or a reversal as it leaves. */
export const moneyBody = z.strictObject({
  transaction: z.strictObject({
    amount: minor.min(1),
    vatAmount: minor,
    description,
    payeeReference: reference,
    receiptReference: z.string().optional(),
  }),
});

/** A cancellation as it leaves: it names no amount, since it gives back all that is left (provider notes B5). */
export const cancellationBody = z.strictObject({
  transaction: z.strictObject({ description, payeeReference: reference }),
});

/** A card payment as it leaves: the payer gives the card elsewhere (provider notes B3). */
export const purchaseBody = z.strictObject({
  payment: z.strictObject({
    operation: z.literal('Purchase'),
    intent: z.literal('Authorization'),
    currency: z.string(),
    prices: z.tuple([
      z.strictObject({ type: z.literal('CreditCard'), amount: minor.min(1), vatAmount: minor }),
    ]),
    description,
    userAgent: z.string().min(1),
    language: z.string(),
    payerReference: z.string().optional(),
    urls: z.strictObject({
      completeUrl: z.url(),
      cancelUrl: z.url().optional(),
      callbackUrl: z.url().optional(),
    }),
    payeeInfo: z.strictObject({
      payeeId: z.string().min(1),
      payeeReference: reference,
      payeeName: z.string().optional(),
      productCategory: z.string().optional(),
      orderReference: z.string().optional(),
      subsite: z.string().optional(),
    }),
  }),
});

export type RequestBody =
  | z.output<typeof moneyBody>
  | z.output<typeof cancellationBody>
  | z.output<typeof purchaseBody>;

/** The body as text, in the order in which it was built: a repeat is the same bytes (M10). */
export function bodyText(body: RequestBody): string {
  z.union([moneyBody, cancellationBody, purchaseBody]).parse(body);
  return JSON.stringify(body);
}

/** An RFC 7807 problem; only `type` is branched on (provider notes B9). */
export const problem = z.looseObject({
  type: z.string().min(1),
  title: z.string().optional(),
  detail: z.string().optional(),
  status: z.int().optional(),
  problems: z
    .array(z.looseObject({ name: z.string().optional(), description: z.string().optional() }))
    .optional()
    .catch(undefined),
});
export type Problem = z.output<typeof problem>;

/** One capture, cancellation, reversal or authorisation as the books show it. */
export const transaction = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  state: z.string(),
  created: z.string().optional(),
  number: z.int().optional(),
  /** A cancellation may leave it out. */
  amount: minor.default(0),
  payeeReference: z.string().optional(),
  failedReason: z.string().optional(),
  failedErrorCode: z.string().optional(),
  failedErrorDescription: z.string().optional(),
  problem: problem.optional().catch(undefined),
});
export type Transaction = z.output<typeof transaction>;

const link = z
  .looseObject({ id: z.string().min(1) })
  .optional()
  .catch(undefined);

/** The payment and what may be done with it now. A `remaining…` that is 0 is left out (provider notes B4). */
export const paymentAnswer = z.looseObject({
  payment: z.looseObject({
    id: z.string().min(1),
    state: z.string(),
    currency: z.string(),
    amount: minor.optional(),
    remainingCaptureAmount: minor.optional(),
    remainingCancellationAmount: minor.optional(),
    remainingReversalAmount: minor.optional(),
    authorizations: link,
    captures: link,
    cancellations: link,
    reversals: link,
  }),
  operations: z.array(z.looseObject({ rel: z.string(), href: z.string(), method: z.string().optional() })),
});
export type PaymentAnswer = z.output<typeof paymentAnswer>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type Json =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: 'empty-answer' | 'not-utf8' | 'not-json' };

/** Reads a body as one JSON object in UTF-8. */
export function readJson(body: Uint8Array): Json {
  if (body.length === 0) return { ok: false, fault: 'empty-answer' };
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return { ok: false, fault: 'not-utf8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? { ok: true, value }
      : { ok: false, fault: 'not-json' };
  } catch {
    return { ok: false, fault: 'not-json' };
  }
}

/** A transaction with the id of what it made, as it stands alone and in the lists of a kind, or bare. */
export const listed = z.union([
  z.looseObject({ id: z.string().min(1), transaction }).transform((entry) => ({
    id: entry.id,
    transaction: entry.transaction,
  })),
  transaction.transform((entry) => ({ id: entry.id, transaction: entry })),
]);
export type Listed = z.output<typeof listed>;

/** A list of transactions, whole or not at all: one entry that cannot be read could be the one that is looked for. */
export const transactionList = z.array(listed);
