import { z } from 'zod';

/** Kinds of lines that a settlement file can have; what is `ignore`d is counted and nothing else. */
export const LINE_KINDS = ['capture', 'refund', 'chargeback', 'fee', 'ignore'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

const column = z
  .string()
  .min(1)
  .max(200)
  .describe('the name in the head, or its number from 1 where there is none');
const words = z.array(z.string()).min(1).max(500);
const timeZone = z.string().refine(
  (name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  },
  { message: 'is no time zone of IANA' },
);

const date = z.strictObject({
  column,
  format: z
    .string()
    .refine((text) => text === 'RFC3339' || ['YYYY', 'MM', 'DD'].every((part) => text.includes(part)), {
      message: 'is RFC3339, or has YYYY, MM and DD, and HH, mm and ss where there is a time',
    }),
  timeZone: timeZone.describe('where a day of the file begins and ends'),
  dayEnds: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('00:00')
    .describe('cut-off: what comes later belongs to the next day'),
  toleranceDays: z.int().min(0).max(31).default(0).describe('days that may lie between ledger and file'),
});

const amount = z.strictObject({
  column,
  unit: z.enum(['major', 'minor']).default('major').describe('12.00, or 1200'),
  decimal: z.enum(['.', ',']).default('.'),
  group: z.enum(['', '.', ',', ' ', "'"]).default('').describe('what stands between thousands'),
  trailingZeros: z
    .enum(['refuse', 'accept'])
    .default('refuse')
    .describe('decimals beyond those of the currency, where they are zeros'),
  sign: z.strictObject({ column, negative: words }).optional().describe('a column that says debit or credit'),
  refunds: z
    .enum(['negative', 'positive'])
    .default('negative')
    .describe('how refunds, chargebacks and fees stand; a capture is positive'),
});

const kinds = z.partialRecord(z.enum(LINE_KINDS), words);

export const mappingSchema = z
  .strictObject({
    about: z.string().max(2_000).optional().describe('for whoever reads the mapping'),
    delimiter: z.string().length(1).default(','),
    quote: z.enum(['"', "'"]).default('"'),
    encoding: z.enum(['utf-8', 'utf-16le', 'windows-1252', 'iso-8859-15']).default('utf-8'),
    skipLines: z.int().min(0).max(1_000).default(0).describe('lines before the head'),
    header: z.boolean().default(true),
    date,
    amount,
    currency: z.union([
      z.strictObject({ column }),
      z.strictObject({ value: z.string().regex(/^[A-Z]{3}$/) }),
    ]),
    type: z.union([
      z.strictObject({ column, values: kinds }),
      z.strictObject({
        bySign: z.strictObject({ positive: z.enum(LINE_KINDS), negative: z.enum(LINE_KINDS) }),
      }),
    ]),
    references: z
      .strictObject({
        provider: column.optional().describe('the provider’s id of what it booked'),
        sequenceNumber: column.optional(),
        ours: column.optional().describe('our reference of the operation'),
        hold: column.optional().describe('the provider’s id of the hold'),
        payment: column.optional().describe('our id of the payment'),
        operation: column.optional().describe('our id of the operation'),
      })
      .refine(({ provider, ours, hold, payment }) => [provider, ours, hold, payment].some(Boolean), {
        message: 'names one of provider, ours, hold and payment',
      }),
    only: z
      .strictObject({ column, values: words })
      .optional()
      .describe('lines of other accounts in the same file are left out'),
    fee: z
      .strictObject({ column })
      .optional()
      .describe('a fee on the line of a capture or refund, written as the amount is'),
  })
  .describe('How a settlement file is to be read');

export type Mapping = z.infer<typeof mappingSchema>;

/** What is wrong with a mapping, in one sentence with its path. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

/** @throws MappingError */
export function parseMapping(text: string): Mapping {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MappingError(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = mappingSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const path = first?.path.map(String).join('.') ?? '';
  throw new MappingError(`${path === '' ? 'the mapping' : path}: ${first?.message ?? 'is wrong'}`);
}

/** For files that were written for us: our own names, RFC 3339, decimals with a point. */
export const DEFAULT_MAPPING: Mapping = mappingSchema.parse({
  date: { column: 'date', format: 'YYYY-MM-DD', timeZone: 'UTC' },
  amount: { column: 'amount' },
  currency: { column: 'currency' },
  type: {
    column: 'type',
    values: {
      capture: ['capture'],
      refund: ['refund'],
      chargeback: ['chargeback'],
      fee: ['fee'],
      ignore: ['payout'],
    },
  },
  references: {
    provider: 'provider_reference',
    sequenceNumber: 'sequence_number',
    ours: 'our_reference',
  },
});
