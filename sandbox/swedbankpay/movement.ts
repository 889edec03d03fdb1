/** A capture, cancellation or reversal as it is asked for: refused, booked, or left open. */

import type { NoticeFault } from '../twin/faults.ts';
import type { Payment, Transaction } from './books.ts';
import type { MovementBody } from './checks.ts';
import { checkMovement } from './checks.ts';
import { singlePage } from './pages.ts';
import type { Movement, MovementOrder, Platform } from './platform.ts';
import { offers, remainingOf } from './platform.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';
import type { Verdict } from './script.ts';
import { scriptMovement } from './script.ts';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Whether something took effect, or may still do. */
  readonly booked: boolean;
}

export const refused = (problem: Problem): Reply => ({
  status: problem.status,
  body: problem,
  booked: false,
});

/** @param forced a refusal that a fault brings about */
export function move(
  platform: Platform,
  payment: Payment,
  type: Movement,
  json: unknown,
  notices?: NoticeFault,
  forced?: Verdict,
): Reply {
  const { settings, books } = platform;
  const body = checkMovement(settings, type, json);
  if ('type' in body) return faulty(platform, payment, type, body);
  const used = books.references.get(body.payeeReference);
  if (used !== undefined) return repeated(platform, payment, type, body, used.transaction);
  if (!offers(payment, type)) {
    return refused(problemOf('forbidden', payment.locked ? 'The payment is locked.' : 'Not available now.'));
  }
  const remaining = remainingOf(payment, type);
  const amount = body.amount ?? remaining;
  if (amount > remaining) {
    const fault = ['Transaction.Amount', `more than the ${remaining} that remain`] as const;
    return faulty(platform, payment, type, problemOf('inputerror', 'The amount is too high.', [fault]));
  }
  const order: MovementOrder = { ...body, type, amount, origin: 'api' };
  const scripted = settings.scripted ? scriptMovement(amount) : ({ kind: 'approve' } as const);
  const expired: Verdict | undefined =
    payment.expired !== undefined && type !== 'Reversal'
      ? { kind: 'refuse', tail: payment.expired }
      : undefined;
  return carryOut(platform, payment, order, forced ?? expired ?? scripted, notices);
}

function carryOut(
  platform: Platform,
  payment: Payment,
  order: MovementOrder,
  verdict: Verdict,
  notices: NoticeFault | undefined,
): Reply {
  const done = (transaction: Transaction, booked: boolean): Reply => ({
    status: 200,
    body: singlePage(payment, transaction),
    booked,
  });
  switch (verdict.kind) {
    case 'approve':
      return done(platform.book(payment, order, 'Completed', undefined, notices), true);
    case 'fail':
      return done(
        platform.book(payment, order, 'Failed', problemOf('creditcard/acquirererror'), notices),
        false,
      );
    case 'open': {
      const transaction = platform.book(payment, order, verdict.state, undefined, notices);
      if (verdict.ends !== undefined) platform.settleLater(payment, transaction, verdict.ends);
      return done(transaction, true);
    }
    case 'refuse': {
      const problem = problemOf(verdict.tail);
      // What the platform itself refuses for its content never became a transaction; an acquirer's refusal did.
      if (!verdict.tail.includes('/')) return faulty(platform, payment, order.type as Movement, problem);
      platform.book(payment, order, 'Failed', problem, notices);
      return refused(problem);
    }
    case 'without-outcome': {
      const problem = problemOf(verdict.tail);
      if (verdict.booked) platform.book(payment, order, 'Completed', undefined, notices);
      return { status: problem.status, body: problem, booked: verdict.booked };
    }
  }
}

/** A 400 leaves no transaction; whether it counts towards the lock is an option. */
function faulty(platform: Platform, payment: Payment, type: Movement, problem: Problem): Reply {
  if (platform.settings.inputErrorsCount && type !== 'Cancellation') platform.fail(payment, type);
  return refused(problem);
}

/** A reference that was used before takes no second effect (seed 004: exactly-once delivery). */
function repeated(
  { settings }: Platform,
  payment: Payment,
  type: Movement,
  body: MovementBody,
  first: Transaction | undefined,
): Reply {
  const same =
    first !== undefined &&
    payment.transactions.includes(first) &&
    first.type === type &&
    (body.amount === undefined || first.amount === body.amount);
  if (settings.duplicate === 'replay' && same) {
    return first.problem === undefined || first.problem.status < 400
      ? { status: 200, body: singlePage(payment, first), booked: false }
      : refused(first.problem);
  }
  return refused(
    problemOf('inputerror', 'The request is not valid.', [['Transaction.PayeeReference', 'must be unique']]),
  );
}
