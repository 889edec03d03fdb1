import type * as z from 'zod';
import * as answers from './answer-schema.ts';
import { captureBody, createBody, planBody, refundBody, releaseBody, resolutionBody } from './body.ts';
import * as examples from './examples.ts';
import type { ProblemCode } from './problem.ts';
import { explainQuery, listQuery } from './query.ts';

/** Every call of the HTTP contract as data (agreement, section 6): the document and the tests are made from it. */

/** `open` needs no token, `read` any, `audit` an auditor's or an operator's, `write` an operator's. */
export type Access = 'open' | 'read' | 'audit' | 'write';

export interface AnswerSpec {
  readonly description: string;
  /** Absent: no body. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** @default application/json */
  readonly type?: string;
  /** The address of what is not at its end yet stands in `Location`. */
  readonly location?: true;
}

export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly query?: z.ZodObject;
  readonly headers?: readonly ('Idempotency-Key' | 'Prefer' | 'Last-Event-ID')[];
  readonly body?: { readonly schema: z.ZodType; readonly example: unknown; readonly required: boolean };
  /** The body is the provider's own. */
  readonly foreignBody?: true;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  readonly problems: readonly ProblemCode[];
}

const READ = [
  'validation',
  'unauthorized',
  'too-many-requests',
  'headers-too-large',
  'internal',
  'unavailable',
] as const;
const NOTICE = [
  'validation',
  'forbidden',
  'not-found',
  'payload-too-large',
  'request-timeout',
  'too-many-requests',
  'headers-too-large',
  'unavailable',
] as const;
const PAYMENT_READ = [...READ, 'not-found'] as const;
const WRITE = [
  ...READ,
  'forbidden',
  'payload-too-large',
  'unsupported-media-type',
  'request-timeout',
] as const;
const COMMAND = [
  ...WRITE,
  'not-found',
  'idempotency-conflict',
  'not-legal-now',
  'payment-locked',
  'payment-closed',
] as const;
const MONEY = [...COMMAND, 'currency-mismatch', 'lines-sum', 'unsupported-by-provider'] as const;

const ended = (what: string, schema: z.ZodType, example: unknown): Readonly<Record<number, AnswerSpec>> => ({
  201: { description: `The ${what} is approved, declined or not performed: read state.`, schema, example },
  202: {
    description: `The ${what} is planned, sent, pending or unknown; it can be followed at Location.`,
    schema,
    location: true,
  },
});

const ok = (schema: z.ZodType, example: unknown, description = 'As it stands.') => ({
  200: { description, schema, example },
});

export const OPERATIONS: readonly Operation[] = [
  {
    id: 'createPayment',
    method: 'post',
    path: '/v1/payments',
    summary: 'Authorise, or adopt a hold',
    description:
      'A repeat under the same id answers with the payment as it stands; another body under it is 409. Without an id ' +
      'and without Idempotency-Key the call is not safe to repeat.',
    access: 'write',
    headers: ['Idempotency-Key', 'Prefer'],
    body: { schema: createBody, example: examples.createExample, required: true },
    answers: ended('authorisation', answers.payment, examples.paymentExample),
    problems: [...WRITE, 'idempotency-conflict', 'hold-shared', 'lines-sum', 'unsupported-by-provider'],
  },
  {
    id: 'listPayments',
    method: 'get',
    path: '/v1/payments',
    summary: 'List payments',
    description:
      'Open ones, newest first, then closed ones; may lag by seconds. attention is a code or any. limit is 1 to 200, 50 where it is left out.',
    access: 'read',
    query: listQuery,
    answers: ok(answers.paymentList, examples.listExample, 'One page.'),
    problems: READ,
  },
  {
    id: 'readPayment',
    method: 'get',
    path: '/v1/payments/{payment}',
    summary: 'Read a payment',
    access: 'read',
    answers: ok(answers.payment, examples.paymentExample),
    problems: PAYMENT_READ,
  },
  {
    id: 'capture',
    method: 'post',
    path: '/v1/payments/{payment}/captures',
    summary: 'Capture',
    description:
      'No amount and no lines: all that is capturable. final is true by default where the capture takes all that is capturable.',
    access: 'write',
    headers: ['Idempotency-Key', 'Prefer'],
    body: { schema: captureBody, example: examples.captureBodyExample, required: false },
    answers: ended('capture', answers.capture, examples.captureExample),
    problems: [...MONEY, 'amount-exceeds-capturable', 'capture-limit-reached'],
  },
  {
    id: 'readCapture',
    method: 'get',
    path: '/v1/payments/{payment}/captures/{operation}',
    summary: 'Read a capture',
    access: 'read',
    answers: ok(answers.capture, examples.captureExample),
    problems: PAYMENT_READ,
  },
  {
    id: 'withdrawCapture',
    method: 'delete',
    path: '/v1/payments/{payment}/captures/{operation}',
    summary: 'Withdraw a planned capture',
    access: 'write',
    answers: ok(
      answers.capture,
      { ...examples.captureExample, booked: undefined, state: 'not_performed', reason: 'withdrawn' },
      'It is not performed, for the reason withdrawn.',
    ),
    problems: COMMAND,
  },
  {
    id: 'release',
    method: 'post',
    path: '/v1/payments/{payment}/release',
    summary: 'Give back what is held',
    description: 'With nothing captured it is a void.',
    access: 'write',
    headers: ['Idempotency-Key', 'Prefer'],
    body: { schema: releaseBody, example: examples.releaseBodyExample, required: false },
    answers: ended('release', answers.release, examples.releaseExample),
    problems: [...COMMAND, 'unsupported-by-provider'],
  },
  {
    id: 'readRelease',
    method: 'get',
    path: '/v1/payments/{payment}/releases/{operation}',
    summary: 'Read a release',
    access: 'read',
    answers: ok(answers.release, examples.releaseExample),
    problems: PAYMENT_READ,
  },
  {
    id: 'refund',
    method: 'post',
    path: '/v1/payments/{payment}/refunds',
    summary: 'Refund',
    description: 'No amount: all that is refundable, of the capture where one is named.',
    access: 'write',
    headers: ['Idempotency-Key', 'Prefer'],
    body: { schema: refundBody, example: examples.refundBodyExample, required: false },
    answers: ended('refund', answers.refund, examples.refundExample),
    problems: [...MONEY, 'amount-exceeds-captured', 'capture-limit-reached'],
  },
  {
    id: 'readRefund',
    method: 'get',
    path: '/v1/payments/{payment}/refunds/{operation}',
    summary: 'Read a refund',
    access: 'read',
    answers: ok(answers.refund, examples.refundExample),
    problems: PAYMENT_READ,
  },
  {
    id: 'resolve',
    method: 'post',
    path: '/v1/payments/{payment}/resolutions',
    summary: 'Say with evidence what happened',
    description: 'Exactly one of operation with outcome, remainder, lock, attention.',
    access: 'write',
    headers: ['Idempotency-Key'],
    body: { schema: resolutionBody, example: examples.resolutionExample, required: true },
    answers: ok(answers.payment, examples.paymentExample),
    problems: COMMAND,
  },
  {
    id: 'changePlan',
    method: 'patch',
    path: '/v1/payments/{payment}/plan',
    summary: 'Change the plan',
    description: 'captures only while nothing was sent.',
    access: 'write',
    headers: ['Idempotency-Key'],
    body: { schema: planBody, example: examples.planBodyExample, required: true },
    answers: ok(answers.payment, examples.paymentExample),
    problems: [...COMMAND, 'unsupported-by-provider'],
  },
  {
    id: 'readLedger',
    method: 'get',
    path: '/v1/payments/{payment}/ledger',
    summary: 'Read the ledger',
    access: 'read',
    answers: ok(answers.ledger, { entries: [examples.entryExample] }, 'All entries, oldest first.'),
    problems: PAYMENT_READ,
  },
  {
    id: 'readAudit',
    method: 'get',
    path: '/v1/payments/{payment}/audit',
    summary: 'Read the audit bundle',
    description: 'What tranche audit verify proves without a server.',
    access: 'audit',
    answers: { 200: { description: 'The bundle as it can be made now.', schema: answers.bundle } },
    problems: [...PAYMENT_READ, 'forbidden'],
  },
  {
    id: 'followEvents',
    method: 'get',
    path: '/v1/payments/{payment}/events',
    summary: 'Follow the ledger as server-sent events',
    description:
      'Events named entry, each with the number of its ledger entry as id and the entry as data. The stream ends when ' +
      'the payment is closed. Comments show that a silent stream lives.',
    access: 'read',
    headers: ['Last-Event-ID'],
    answers: {
      200: { description: 'The entries so far, then each new one.', type: 'text/event-stream' },
      204: { description: 'The payment is closed, and there is nothing after Last-Event-ID.' },
    },
    problems: PAYMENT_READ,
  },
  {
    id: 'explain',
    method: 'get',
    path: '/v1/payments/{payment}/explain',
    summary: 'Hold a command against every rule, without sending it',
    description: 'amount is in minor units.',
    access: 'read',
    query: explainQuery,
    answers: ok(answers.explanation, examples.explanationExample, 'Every rule with its figures.'),
    problems: PAYMENT_READ,
  },
  {
    id: 'takeNotice',
    method: 'post',
    path: '/v1/notifications/{account}',
    summary: 'A provider’s notice',
    description: 'In the provider’s own format, authenticated its own way. Acknowledged once it is durable.',
    access: 'open',
    foreignBody: true,
    answers: { 200: { description: 'The provider’s own acknowledgement.', type: 'text/plain' } },
    problems: NOTICE,
  },
  {
    id: 'takeNoticeOnPath',
    method: 'post',
    path: '/v1/notifications/{account}/{pathToken}',
    summary: 'A provider’s notice on an unguessable path',
    access: 'open',
    foreignBody: true,
    answers: { 200: { description: 'The provider’s own acknowledgement.', type: 'text/plain' } },
    problems: NOTICE,
  },
  {
    id: 'health',
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process answers',
    access: 'open',
    answers: ok(answers.health, { status: 'ok' }, 'It does.'),
    problems: ['headers-too-large'],
  },
  {
    id: 'readiness',
    method: 'get',
    path: '/readyz',
    summary: 'Whether what it needs answers too',
    access: 'open',
    answers: {
      200: { description: 'It does.', schema: answers.ready, example: { status: 'ready' } },
      503: { description: 'Something does not.', schema: answers.notReady },
    },
    problems: ['headers-too-large'],
  },
  {
    id: 'readMetrics',
    method: 'get',
    path: '/metrics',
    summary: 'Metrics for Prometheus',
    access: 'read',
    answers: { 200: { description: 'In the text format.', type: 'text/plain' } },
    problems: ['unauthorized', 'too-many-requests', 'headers-too-large'],
  },
  {
    id: 'readDocument',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    access: 'open',
    answers: { 200: { description: 'OpenAPI 3.1.', type: 'application/json' } },
    problems: ['headers-too-large'],
  },
  {
    id: 'readReference',
    method: 'get',
    path: '/docs',
    summary: 'This document as a page',
    access: 'open',
    answers: { 200: { description: 'HTML that loads nothing else.', type: 'text/html' } },
    problems: ['headers-too-large'],
  },
];

/** What a call answers with under a status: null for no body, undefined where the contract has no such answer. */
export function answerSchema(method: string, path: string, status: number): z.ZodType | null | undefined {
  const found = OPERATIONS.find((each) => each.method === method.toLowerCase() && each.path === path);
  const spec = found?.answers[status];
  return spec === undefined ? undefined : (spec.schema ?? null);
}

/** `/v1/payments/:payment` → `/v1/payments/{payment}`. */
export const bracedPath = (route: string): string => route.replace(/:(\w+)/g, '{$1}');
