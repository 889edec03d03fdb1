import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnyOperationView } from '../../machines/view.ts';
import { isIdentifier } from '../../payment/identifier.ts';
import type { OperationState } from '../../payment/operation.ts';
import { ProblemError } from '../problem.ts';

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
