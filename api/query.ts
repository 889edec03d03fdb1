import * as z from 'zod';
import { ATTENTION_CODES } from '../payment/attention.ts';
import { STATUSES } from '../payment/status.ts';
import { identifier } from './body.ts';

/** The query strings of the HTTP contract: strict, and an empty value (`final=`) is as good as none. */

const digits = z
  .string()
  .regex(/^\d{1,16}$/, 'must be an integer')
  .transform(Number);
const flag = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .pipe(z.boolean());
const given = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

export const listQuery = z.strictObject({
  status: given(z.enum(STATUSES)),
  provider: given(z.string().regex(/^[a-z]{1,32}$/)),
  account: given(identifier),
  attention: given(z.enum(['any', ...ATTENTION_CODES])),
  cursor: given(z.string().regex(/^[A-Za-z0-9_-]{1,4096}$/, 'is not the `next` of a page')),
  limit: given(digits.pipe(z.int().min(1).max(200))),
});

export const EXPLAINABLE = [
  'capture',
  'release',
  'void',
  'refund',
  'withdraw',
  'reschedule',
  'resolve',
] as const;

export const explainQuery = z.strictObject({
  command: z.enum(EXPLAINABLE),
  amount: given(digits.pipe(z.int().min(0))),
  currency: given(z.string().regex(/^[A-Z]{3}$/)),
  final: given(flag),
  capture: given(z.string().max(69)),
  override: given(flag),
  captures: given(z.enum(['immediate', 'collect'])),
  deadline: given(z.iso.datetime({ offset: true })),
  onDeadline: given(z.enum(['capture', 'release', 'alert'])),
  operation: given(z.string().max(69)),
  outcome: given(z.enum(['approved', 'declined', 'not_performed'])),
  remainder: given(z.enum(['released', 'lapsed'])),
  lock: given(z.literal('lifted')),
  attention: given(z.enum(ATTENTION_CODES)),
});

export type ExplainQuery = z.output<typeof explainQuery>;
