/** What went wrong with an RPC to a payment, told apart by what it says about the command. */
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RefusalDetail } from '../workflows/failure.ts';
import { PaymentError, type PaymentErrorCode } from './payment-error.ts';
import { RESOURCE_EXHAUSTED, UPDATE_LIMIT } from './rpc-retry.ts';

const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

/**
 * - `refused`: the payment said no; nothing happened.
 * - `gone`: there is no such payment, or it is closed.
 * - `limit`: too many updates at once or in this run; the server may still run this one.
 * - `late`: nobody knows yet.
 */
export type Fault =
  | { readonly kind: 'refused'; readonly error: PaymentError }
  | { readonly kind: 'gone' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'late'; readonly cause: unknown };

export function faultOf(error: unknown): Fault {
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError) {
    return { kind: 'gone' };
  }
  if (error instanceof WorkflowUpdateFailedError) return failedUpdate(error);
  const code = grpcCode(error);
  if (code === NOT_FOUND) return { kind: 'gone' };
  if ((code === RESOURCE_EXHAUSTED || code === FAILED_PRECONDITION) && UPDATE_LIMIT.test(messages(error)))
    return { kind: 'limit' };
  return { kind: 'late', cause: error };
}

/** The time that was given ran out, rather than the server failing at once. */
export function ranOut(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === DEADLINE_EXCEEDED;
}

/** The run ended or went on while the update was under way: the outcome stands in the next run's state. */
const INTERRUPTED = new Set(['AcceptedUpdateCompletedWorkflow', 'WorkflowUpdateAborted']);

function failedUpdate(error: WorkflowUpdateFailedError): Fault {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || INTERRUPTED.has(cause.type ?? ''))
    return { kind: 'late', cause: error };
  const detail = cause.details?.[0] as RefusalDetail | undefined;
  // A failure without a rule's details is a defect of ours, and the state is what it was.
  if (detail === undefined) return { kind: 'late', cause: error };
  const { rule, figures, because } = detail;
  const code = (cause.type ?? 'not-legal-now') as PaymentErrorCode;
  return { kind: 'refused', error: new PaymentError(code, detail.text, { rule, figures, because }) };
}

function grpcCode(error: unknown): number | null {
  for (const each of causes(error)) {
    if ('code' in each && typeof each.code === 'number') return each.code;
  }
  return null;
}

const messages = (error: unknown): string =>
  causes(error)
    .map((each) => each.message)
    .join(' ');

function causes(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause) chain.push(each);
  return chain;
}
