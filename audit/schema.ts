import { z } from 'zod';
import { ENTRY_TYPES } from '../payment/ledger.ts';
import { STATUSES } from '../payment/status.ts';
import { FORMAT } from './bundle.ts';

/** The JSON Schema of a bundle is made from this, so every member that a bundle may have stands here. */
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.int().describe('minor units of the payment’s currency');
const instant = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds');
const eventId = z.int().min(1).max(1_000_000_000);
const bag = z.record(z.string(), z.unknown());

const amounts = z.strictObject({
  authorized: amount,
  captured: amount,
  reserved: amount,
  released: amount,
  lapsed: amount,
  refunded: amount,
  refunding: amount,
  chargedBack: amount,
});

const after = z.strictObject({ status: z.enum(STATUSES), amounts });

const exchange = z.strictObject({
  method: z.string(),
  url: z.string(),
  request: z.record(z.string(), z.string()),
  status: z.int().nullable(),
  response: z.record(z.string(), z.string()),
  tookMs: z.number(),
  truncated: z.literal(true).optional(),
});

const entry = z.strictObject({
  n: z.int().min(1).describe('the first is 1'),
  at: instant,
  type: z.enum(ENTRY_TYPES),
  operation: z.string().nullable().describe('an operation’s id, `authorization`, or null for the payment'),
  by: z.strictObject({
    kind: z.enum(['caller', 'operator', 'provider', 'engine', 'clock']),
    name: z.string(),
    via: z.enum(['command', 'answer', 'notice', 'query', 'resolution', 'timer']),
  }),
  rule: z.string().describe('what allowed or decided it'),
  data: bag,
  after: after.describe('as the worker believed then'),
  refs: z.strictObject({
    runId: z.string(),
    eventId,
    activityId: z.string().optional(),
    updateId: z.string().optional(),
  }),
  exchange: exchange.optional().describe('what was sent and answered, redacted'),
  prev: digest.describe('hash of the entry before; 64 zeros for the first'),
  hash: digest.describe('SHA-256 of the RFC 8785 JSON of this entry without hash, before and legal'),
  before: after.nullable(),
  legal: z.array(z.string()).describe('commands that are legal after this entry'),
});

const payment = z.looseObject({
  id: z.string(),
  account: z.string(),
  provider: z.string(),
  amount: z.int().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  capabilities: bag,
  plan: bag,
  authorization: bag,
  reference: z.string(),
  hash: z.string().describe('SHA-256 of the create body'),
  by: z.string(),
});

const event = z.looseObject({
  eventId,
  eventTime: z.iso.datetime(),
  eventType: z.string().regex(/^EVENT_TYPE_[A-Z_]+$/),
});

export const bundleSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    payment: payment.describe('the facts that the payment was made from'),
    ledger: z.array(entry).min(1),
    histories: z
      .array(z.strictObject({ runId: z.string().min(1), events: z.array(event).min(1) }))
      .min(1)
      .describe('Temporal’s events of every run, oldest first; readable payloads are { encoding, data }'),
    versions: z.strictObject({ machine: z.int(), engine: z.string(), sdk: z.string() }),
    digests: z.strictObject({
      payment: digest,
      ledger: digest,
      histories: z.array(digest),
      versions: digest,
    }),
    signature: z
      .strictObject({ algorithm: z.literal('ed25519'), publicKey: z.base64(), value: z.base64() })
      .optional()
      .describe('over the RFC 8785 JSON of { format, digests }'),
  })
  .describe('One payment with all that proves its history');

/** The bundle without what is in its long lists, which are looked at one by one. */
const shell = bundleSchema.extend({
  ledger: z.array(z.unknown()).min(1),
  histories: z
    .array(z.strictObject({ runId: z.string().min(1), events: z.array(z.unknown()).min(1) }))
    .min(1),
});

/** The first thing that is not as the schema says; a bundle may be wrong in a million places, and one will do. */
export function schemaFault(value: unknown): string | null {
  const whole = shell.safeParse(value);
  if (!whole.success) return faultOf(whole.error, []);
  for (const [index, one] of whole.data.ledger.entries()) {
    const parsed = entry.safeParse(one);
    if (!parsed.success) return faultOf(parsed.error, ['ledger', index]);
  }
  for (const [run, { events }] of whole.data.histories.entries()) {
    for (const [index, one] of events.entries()) {
      const parsed = event.safeParse(one);
      if (!parsed.success) return faultOf(parsed.error, ['histories', run, 'events', index]);
    }
  }
  return null;
}

function faultOf({ issues }: z.ZodError, path: readonly PropertyKey[]): string {
  const [first] = issues;
  const where = [...path, ...(first?.path ?? [])].map(String).join('.');
  return `${where === '' ? 'the bundle' : where}: ${first?.message ?? 'not as the schema says'}`;
}

/** The published JSON Schema (draft 2020-12). */
export function bundleJsonSchema(): object {
  return {
    $id: 'https://tranche.dev/schemas/tranche.audit.1.json',
    title: FORMAT,
    ...z.toJSONSchema(bundleSchema),
  };
}
