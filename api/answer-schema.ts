import * as z from 'zod';
import { ATTENTION_CODES } from '../payment/attention.ts';
import { ENTRY_TYPES } from '../payment/ledger.ts';
import { OPERATION_STATES } from '../payment/operation.ts';
import { STATUSES } from '../payment/status.ts';
import { identifier, line, money } from './body.ts';
import { PROBLEM_CODES } from './problem.ts';
import { EXPLAINABLE } from './query.ts';

/** The answers of the HTTP contract: what the document says of them, and what answers are held against in tests. */

const instant = z.iso.datetime({ offset: false, precision: 3 }).describe('RFC 3339, UTC, with milliseconds.');
const operationId = z.string().min(1).max(69).describe('An id, or <capture>.rest.');
const units = z.int().describe('Minor units of the payment’s currency.');
const reason = z.string().describe('Why it is where it is, by rule.');

export const decline = z.strictObject({
  code: z.string().describe('The provider’s own code.'),
  message: z.string(),
  hold: z.enum(['stands', 'gone']),
  again: z.enum(['no', 'later', 'customer', 'config']).describe('What could make another attempt succeed.'),
});

const operation = {
  id: operationId,
  state: z.enum(OPERATION_STATES),
  amount: money.describe('What was asked.'),
  booked: money.exactOptional().describe('What the provider took.'),
  origin: z.enum(['engine', 'observed']),
  providerReference: z.string().exactOptional(),
  decline: decline.exactOptional(),
  reason: reason.exactOptional(),
  message: z.string().exactOptional(),
  at: instant,
};
const sequenceNumber = z.int().min(0).max(127);

export const capture = z.strictObject({
  ...operation,
  final: z.boolean().describe('The last capture: the rest is to be released.'),
  frees: money.exactOptional().describe('What the hold loses beside the captured amount.'),
  sequenceNumber: sequenceNumber.exactOptional(),
  lines: z.array(line).exactOptional(),
  sentWith: operationId.exactOptional().describe('The capture that carried the call of a collection.'),
});

export const release = z.strictObject({
  ...operation,
  kind: z.enum(['void', 'request', 'flag', 'implicit']),
  capture: operationId.exactOptional(),
});

export const refund = z.strictObject({
  ...operation,
  capture: operationId.exactOptional(),
  sequenceNumber: sequenceNumber.exactOptional(),
});

export const attention = z.strictObject({
  code: z.enum(ATTENTION_CODES),
  message: z.string(),
  since: instant,
});

const plan = z.strictObject({
  captures: z.enum(['immediate', 'collect']),
  deadline: instant.exactOptional(),
  onDeadline: z.enum(['capture', 'release', 'alert']),
});

export const payment = z.strictObject({
  id: identifier,
  account: identifier,
  provider: z.string(),
  status: z.enum(STATUSES),
  requested: money,
  authorization: z.strictObject({
    state: z.enum(OPERATION_STATES),
    redirectUrl: z.string().exactOptional().describe('Where the customer has to go, while it is pending.'),
    providerReference: z.string().exactOptional(),
    decline: decline.exactOptional(),
    reason: reason.exactOptional(),
    message: z.string().exactOptional(),
    authorizedAt: instant.exactOptional(),
    expiresAt: instant.exactOptional(),
    expiresBy: z.enum(['provider', 'caller', 'assumed']).nullable(),
  }),
  amounts: z.strictObject({
    authorized: money,
    held: money,
    captured: money,
    reserved: money,
    capturable: money,
    released: money,
    lapsed: money,
    refunded: money,
    refunding: money,
    refundable: money,
    chargedBack: money,
  }),
  captures: z.array(capture),
  releases: z.array(release),
  refunds: z.array(refund),
  plan,
  order: z.strictObject({ reference: z.string(), lines: z.array(line).exactOptional() }).nullable(),
  deadline: instant.nullable().describe('When the plan acts on what is still held.'),
  attention: attention.nullable().describe('The oldest of attentions.'),
  attentions: z.array(attention),
  legal: z
    .array(z.enum(EXPLAINABLE))
    .describe('Commands that some argument makes legal now, in fixed order.'),
  limits: z.strictObject({
    capture: z.strictObject({
      max: z.int().nullable(),
      left: z.int().nullable().describe('Captures still possible; null where there is no limit.'),
      final: z.enum(['free', 'always']),
    }),
    refund: z.strictObject({ max: z.int().nullable() }),
  }),
  createdAt: instant,
  closed: instant.nullable(),
  metadata: z.record(z.string(), z.string()).exactOptional(),
});

export const paymentList = z.strictObject({
  items: z.array(
    z.strictObject({
      id: identifier,
      account: z.string().nullable(),
      provider: z.string().nullable(),
      status: z.enum(STATUSES).nullable(),
      attention: z.enum(ATTENTION_CODES).nullable(),
      deadline: instant.nullable(),
      createdAt: instant.nullable(),
      closed: instant.nullable(),
    }),
  ),
  next: z.string().nullable().describe('The cursor of the next page; null on the last one.'),
});

export const ledgerEntry = z
  .strictObject({
    n: z.int().min(1),
    at: instant,
    type: z.enum(ENTRY_TYPES),
    operation: z.string().nullable(),
    by: z.strictObject({
      kind: z.enum(['caller', 'operator', 'provider', 'engine', 'clock']),
      name: z.string(),
      via: z.enum(['command', 'answer', 'notice', 'query', 'resolution', 'timer']),
    }),
    rule: z.string(),
    data: z.record(z.string(), z.unknown()).describe('Amounts are integers of minor units.'),
    after: z.strictObject({
      status: z.enum(STATUSES),
      amounts: z.strictObject({
        authorized: units,
        captured: units,
        reserved: units,
        released: units,
        lapsed: units,
        refunded: units,
        refunding: units,
        chargedBack: units,
      }),
    }),
  })
  .describe('One entry of the ledger, as it is stored.');

export const ledger = z.strictObject({ entries: z.array(ledgerEntry) });

export const explanation = z.strictObject({
  command: z.enum(EXPLAINABLE),
  legal: z.boolean(),
  asked: units.nullable(),
  refusedBy: z.enum(PROBLEM_CODES).nullable().describe('The code of the problem that would answer.'),
  rules: z
    .array(
      z.strictObject({
        rule: z.string(),
        name: z
          .string()
          .regex(/^M\d+$/)
          .nullable(),
        pass: z.boolean(),
        text: z.string(),
        figures: z.record(z.string(), z.number()),
        because: z.array(z.string()),
      }),
    )
    .describe('In guard order; the first that fails refuses.'),
  would: z
    .strictObject({
      state: z.enum(['sent', 'planned']),
      final: z.boolean(),
      frees: units,
      calls: z.array(z.strictObject({ operation: z.string(), keys: z.record(z.string(), z.string()) })),
      risks: z.array(z.string()),
    })
    .nullable(),
});

export const bundle = z
  .looseObject({ format: z.literal('tranche.audit/1'), ledger: z.array(z.looseObject({ n: z.int() })) })
  .describe('Proves the history of a payment.');

export const problem = z
  .strictObject({
    type: z.string().regex(/^https:\/\/tranche\.dev\/problems\/[a-z-]+$/),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(PROBLEM_CODES),
    detail: z.string().exactOptional(),
    outcome: z
      .enum(['none', 'applied', 'unknown'])
      .describe('none: nothing was sent · applied · unknown: do not repeat with a new id.'),
    retryable: z.boolean().describe('The same request under the same id may be sent again.'),
    rule: z.string().exactOptional(),
    figures: z.record(z.string(), z.union([z.number(), z.string()])).exactOptional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).exactOptional(),
  })
  .describe('RFC 9457.');

export const health = z.strictObject({ status: z.literal('ok') });
export const ready = z.strictObject({ status: z.literal('ready') });
export const notReady = z.strictObject({ status: z.literal('not ready'), missing: z.array(z.string()) });
