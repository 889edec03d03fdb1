import * as z from 'zod';
import type { HoldReference } from '../payment/hold.ts';
import { IDENTIFIER_PATTERN } from '../payment/identifier.ts';
import { LINE_TYPES, MOST_LINES } from '../payment/line.ts';

/** The bodies of the HTTP contract: strict objects, so that a misspelt field is refused and never ignored. */

export const identifier = z
  .string()
  .regex(
    new RegExp(IDENTIFIER_PATTERN),
    'must be 1 to 64 of A-Z a-z 0-9 . _ - and begin with a letter or digit',
  );

const integer = z.int('must be an integer of minor units');
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters (ISO 4217)');
export const money = z
  .strictObject({ value: integer, currency })
  .describe('An amount: an integer of minor units, and its ISO 4217 currency.');
export const positiveMoney = z
  .strictObject({ value: integer.min(1, 'must be 1 or more minor units'), currency })
  .describe('An amount of 1 or more minor units.');

/** An instant with its offset, answered in UTC with milliseconds. */
const instant = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 instant with its offset, like 2026-11-21T13:00:00Z' })
  .transform((text) => new Date(text).toISOString());

const text = (max: number) => z.string().min(1).max(max);

const date = z.iso.date('must be a day as YYYY-MM-DD');

export const line = z
  .strictObject({
    id: text(32),
    type: z.enum(LINE_TYPES).optional().describe('Default goods.'),
    description: text(255),
    quantity: z.int().min(1).max(999_999).describe('Pieces.'),
    unitPrice: money.describe('Gross price of one piece: 0 or more, of a voucher 0 or less.'),
    vatRate: z.int().min(0).max(9_999).optional().describe('Basis points.'),
    vatAmount: money.optional().describe('The VAT contained in the whole line.'),
    deliveryDate: date.optional(),
    deliveryEndDate: date.optional(),
  })
  .describe('An order line: quantity × unitPrice is its total.');
const lines = z.array(line).min(1).max(MOST_LINES, `at most ${MOST_LINES} lines`);

const httpUrl = z.url({ protocol: /^https?$/ }).max(2048);
/** The provider's own parameters; the adapter knows and checks the names. */
const options = z
  .record(text(64), z.unknown())
  .refine((given) => Object.keys(given).length <= 200, 'at most 200 options')
  .meta({ maxProperties: 200, description: 'The provider’s own parameters by their documented names.' });

const captures = z.enum(['immediate', 'collect']);
const onDeadline = z.enum(['capture', 'release', 'alert']);
const metadata = z
  .record(text(64), z.string().max(500))
  .refine((given) => Object.keys(given).length <= 50, 'at most 50 entries')
  .meta({ maxProperties: 50 });

const reference: z.ZodType<HoldReference> = z.record(text(64), z.union([text(2048), z.int()]));

const adopt = z.strictObject({ reference, authorizedAt: instant.optional(), expiresAt: instant.optional() });
const request = z.strictObject({
  method: text(64),
  returnUrls: z.strictObject({ success: httpUrl, error: httpUrl, back: httpUrl }).partial().optional(),
  customer: z.record(text(64), z.string().max(255)).optional(),
  options: options.optional(),
});

export const createBody = z.strictObject({
  id: identifier.optional(),
  account: identifier,
  amount: positiveMoney,
  authorization: z
    .strictObject({ adopt, request })
    .partial()
    .refine(
      (given) => (given.adopt === undefined) !== (given.request === undefined),
      'must have either adopt or request',
    )
    .meta({ oneOf: [{ required: ['adopt'] }, { required: ['request'] }] }),
  plan: z
    .strictObject({
      captures: captures.default('immediate'),
      deadline: instant.optional(),
      onDeadline: onDeadline.default('alert'),
    })
    .optional(),
  order: z.strictObject({ reference: text(64), lines: lines.optional() }).optional(),
  metadata: metadata.optional(),
});

export const captureBody = z.strictObject({
  id: identifier.optional(),
  amount: positiveMoney.optional(),
  lines: lines.optional(),
  final: z.boolean().optional(),
  description: text(1024).optional(),
  reference: text(255).optional(),
  vatAmount: money.optional(),
  invoice: z
    .strictObject({
      id: text(64),
      deliveryMode: text(16),
      deliveryDate: date,
      deliveryEndDate: date,
      appendix: text(255),
    })
    .partial()
    .optional(),
  options: options.optional(),
  override: z.boolean().optional(),
});

export const releaseBody = z.strictObject({
  id: identifier.optional(),
  reason: text(255).optional(),
  override: z.boolean().optional(),
});

export const refundBody = z.strictObject({
  id: identifier.optional(),
  capture: identifier.optional(),
  amount: positiveMoney.optional(),
  lines: lines.optional(),
  vatAmount: money.optional(),
  reason: text(255).optional(),
  options: options.optional(),
  override: z.boolean().optional(),
});

export const planBody = z
  .strictObject({ captures, deadline: instant, onDeadline })
  .partial()
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'must change something')
  .meta({ minProperties: 1 });

const WORDS = ['operation', 'remainder', 'lock', 'attention'] as const;

export const resolutionBody = z
  .strictObject({
    id: identifier.optional(),
    operation: z.string().min(1).max(69).optional(),
    outcome: z.enum(['approved', 'declined', 'not_performed']).optional(),
    amount: integer.min(0).optional(),
    reference: z.record(text(64), z.union([text(2048), z.int()])).optional(),
    remainder: z.enum(['released', 'lapsed']).optional(),
    lock: z.literal('lifted').optional(),
    attention: text(64).optional(),
    evidence: text(2000),
    by: text(200),
  })
  .superRefine((given, context) => {
    const said = WORDS.filter((word) => given[word] !== undefined);
    if (said.length !== 1) {
      context.addIssue({ code: 'custom', path: [], message: `must say exactly one of ${WORDS.join(', ')}` });
    }
    if (said[0] === 'operation' && given.outcome === undefined) {
      context.addIssue({ code: 'custom', path: ['outcome'], message: 'is needed beside operation' });
    }
    for (const field of ['outcome', 'amount', 'reference'] as const) {
      if (given[field] !== undefined && given.operation === undefined) {
        context.addIssue({ code: 'custom', path: [field], message: 'stands only beside operation' });
      }
    }
  })
  .meta({
    oneOf: [
      { required: ['operation', 'outcome'] },
      ...WORDS.filter((word) => word !== 'operation').map((word) => ({ required: [word] })),
    ],
    dependentRequired: {
      operation: ['outcome'],
      outcome: ['operation'],
      amount: ['operation'],
      reference: ['operation'],
    },
  });

export type CreateInput = z.output<typeof createBody>;
export type CaptureInput = z.output<typeof captureBody>;
export type ReleaseInput = z.output<typeof releaseBody>;
export type RefundInput = z.output<typeof refundBody>;
export type ResolutionInput = z.output<typeof resolutionBody>;
