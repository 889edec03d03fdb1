/** Bodies as the platform takes them: what is required, its type, its limit (seed 004, provider notes B3, B5, B6). */

import * as z from 'zod';
import type { Movement } from './platform.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';
import type { Settings } from './options.ts';

const description = z
  .string()
  .min(1)
  .refine((text) => [...text].length <= 40, 'at most 40 characters');
const minor = z.int().min(0);

/** Letters and digits, at most 30; digits, at most 12, where the merchant settles (seed 004). */
const referenceOf = (settlement: Settings['settlement']): z.ZodString =>
  z.string().regex(settlement === 'merchant' ? /^[0-9]{1,12}$/ : /^[A-Za-z0-9]{1,30}$/, 'not in the format');

const bodies = (settlement: Settings['settlement']) => {
  const payeeReference = referenceOf(settlement);
  const receiptReference = z
    .string()
    .regex(/^[A-Za-z0-9]{1,30}$/)
    .optional();
  const money = z
    .strictObject({
      amount: minor.min(1),
      vatAmount: minor,
      description,
      payeeReference,
      receiptReference,
    })
    .refine(({ amount, vatAmount }) => vatAmount <= amount, {
      path: ['vatAmount'],
      message: 'above the amount',
    });
  return {
    money: z.strictObject({ transaction: money }),
    // Names no amount: it gives back all that is left.
    cancellation: z.strictObject({ transaction: z.strictObject({ description, payeeReference }) }),
  };
};

const text = (most: number): z.ZodOptional<z.ZodString> => z.string().min(1).max(most).optional();

const purchase = (settlement: Settings['settlement']) =>
  z.strictObject({
    payment: z.strictObject({
      operation: z.literal('Purchase'),
      intent: z.literal('Authorization'),
      currency: z.enum(['NOK', 'SEK', 'DKK', 'USD', 'EUR']),
      prices: z
        .array(z.strictObject({ type: z.literal('CreditCard'), amount: minor.min(1), vatAmount: minor }))
        .length(1),
      description,
      payerReference: text(50),
      userAgent: z.string().min(1).max(1_000),
      language: z.enum(['nb-NO', 'sv-SE', 'da-DK', 'fi-FI', 'en-US']),
      urls: z.strictObject({
        completeUrl: z.url(),
        cancelUrl: z.url().optional(),
        callbackUrl: z.url().optional(),
        hostUrls: z.array(z.url()).optional(),
        logoUrl: z.url().optional(),
        termsOfServiceUrl: z.url().optional(),
      }),
      payeeInfo: z.strictObject({
        payeeId: z.string(),
        payeeReference: referenceOf(settlement),
        payeeName: text(50),
        productCategory: text(50),
        orderReference: text(50),
        subsite: text(40),
      }),
    }),
  });

export interface MovementBody {
  readonly amount: number | undefined;
  readonly vatAmount: number;
  readonly description: string;
  readonly payeeReference: string;
}

export type PurchaseBody = z.output<ReturnType<typeof purchase>>['payment'];

const faulty = (error: z.ZodError): Problem =>
  problemOf(
    'inputerror',
    'The request is not valid.',
    error.issues.slice(0, 20).map((issue): [string, string] => [nameOf(issue.path), issue.message]),
  );

/** As in `Transaction.Amount`. */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => String(part).replace(/^./, (letter) => letter.toUpperCase())).join('.');

export function checkMovement(settings: Settings, type: Movement, body: unknown): MovementBody | Problem {
  const { money, cancellation } = bodies(settings.settlement);
  if (type === 'Cancellation') {
    const parsed = cancellation.safeParse(body);
    if (!parsed.success) return faulty(parsed.error);
    return { amount: undefined, vatAmount: 0, ...parsed.data.transaction };
  }
  const parsed = money.safeParse(body);
  if (!parsed.success) return faulty(parsed.error);
  const { amount, vatAmount, description: words, payeeReference } = parsed.data.transaction;
  return { amount, vatAmount, description: words, payeeReference };
}

export function checkPurchase(settings: Settings, body: unknown): PurchaseBody | Problem {
  const parsed = purchase(settings.settlement).safeParse(body);
  if (!parsed.success) return faulty(parsed.error);
  const { payment } = parsed.data;
  if (payment.payeeInfo.payeeId === settings.payeeId) return payment;
  return problemOf('configurationerror', 'The payee is not known.', [['PayeeInfo.PayeeId', 'unknown']]);
}

const abort = z.strictObject({
  payment: z.strictObject({ operation: z.literal('Abort'), abortReason: z.string().min(1).max(200) }),
});

export function checkAbort(body: unknown): Problem | null {
  const parsed = abort.safeParse(body);
  return parsed.success ? null : faulty(parsed.error);
}
