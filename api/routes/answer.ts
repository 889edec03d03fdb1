import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnyOperationView } from '../../machines/view.ts';
import { isIdentifier } from '../../payment/identifier.ts';
import type { OperationState } from '../../payment/operation.ts';
import { invalid, ProblemError } from '../problem.ts';

export interface PaymentParams {
  Params: { payment: string };
}

export interface OperationParams {
  Params: { payment: string; operation: string };
}

/** The collections that operations stand in. */
export type Collection = 'captures' | 'releases' | 'refunds';

const OPEN: ReadonlySet<OperationState> = new Set<OperationState>(['planned', 'sent', 'pending', 'unknown']);

/** Whether an operation has its end: answered 201, else 202 with its address. */
export const settled = (state: OperationState): boolean => !OPEN.has(state);

/** The body; none at all stands for an empty object, since a release needs no field. `null` is one, and is no object. */
export const bodyOf = ({ body }: FastifyRequest): unknown => (body === undefined ? {} : body);

/** The payment in the path. @throws ProblemError `not-found` for what no payment can be called. */
export function paymentParam(request: FastifyRequest<PaymentParams>): string {
  const { payment } = request.params;
  if (!isIdentifier(payment)) throw new ProblemError('not-found', { detail: 'no payment has such an id' });
  return payment;
}

/** 201 when it is approved, declined or not performed, else 202 with `Location`; a repeat follows the same rule. */
export function answerOperation(
  reply: FastifyReply,
  payment: string,
  collection: Collection,
  operation: AnyOperationView,
): FastifyReply {
  if (settled(operation.state)) return reply.code(201).send(operation);
  return reply
    .code(202)
    .header('location', `/v1/payments/${payment}/${collection}/${operation.id}`)
    .send(operation);
}

/** `Idempotency-Key` as it came. @throws ProblemError `validation` where it is empty or came more than once. */
export function keyOf({ raw, headers }: FastifyRequest): string | undefined {
  const times = raw.rawHeaders.filter((each, at) => at % 2 === 0 && each.toLowerCase() === 'idempotency-key');
  if (times.length > 1) throw invalid('Idempotency-Key', 'was sent more than once');
  const key = headers['idempotency-key'];
  if (key === '') throw invalid('Idempotency-Key', 'must not be empty');
  return Array.isArray(key) ? key[0] : key;
}

/** Says that a wait was kept to (RFC 7240). @param wait - seconds, null where none was. */
export function preferenceApplied(reply: FastifyReply, wait: number | null): void {
  if (wait !== null) void reply.header('preference-applied', `wait=${wait}`);
}
