/**
 * The look at the payment that goes before each operation (seed 004: GET first). Nothing has been asked for yet, so that
 * whatever goes wrong here had no effect.
 */
import type { ProviderCall } from '../../payment/call.ts';
import type { CallResult, Exchange } from '../../payment/outcome.ts';
import type { CallContext } from '../provider.ts';
import { isLocked, readList, readPayment } from './books.ts';
import { LOCKED } from './descriptor.ts';
import type { Line } from './line.ts';
import { madeOf } from './mapping.ts';
import { findIn, offerOf, remainingFor, stateOf } from './view.ts';
import type { PaymentAnswer } from './wire.ts';

type FollowUp = Exclude<ProviderCall, { action: 'authorise' }>;

/** Where the operation is to be sent, good for this moment only; or how the call ended without it. */
export type Opening = { readonly address: string } | { readonly result: CallResult };

export async function openingOf(
  line: Line,
  call: FollowUp,
  payeeReference: string,
  context: CallContext,
): Promise<Opening> {
  const kind = call.action;
  const quiet = { signal: context.signal, sendBefore: context.sendBefore };
  const page = await readPayment(line, String(call.hold['payment']), quiet);
  if (!page.ok) return halted(page.reason, page);
  const payment = page.value;
  const { exchange } = page;
  if (payment.payment.currency !== call.currency) return halted('currency-differs', { exchange });

  if (call.attempt > 1) {
    // The books are asked once more at the last moment: what an earlier attempt made is taken as its answer.
    const list = await readList(line, payment, kind, quiet);
    if (!list.ok) return halted(list.reason, list);
    const found = findIn(list.value, payeeReference);
    if (found !== undefined) {
      return { result: { ...madeOf(call, found.id, found.transaction), exchange: list.exchange } };
    }
  }
  const href = stateOf(payment.payment) === 'ready' ? offerOf(payment, kind) : null;
  if (href === null) return { result: await notOffered(line, call, payment, quiet, exchange) };
  const left = remainingFor(payment, kind);
  if (left !== null && call.amount > left) {
    // Sent, it would be refused and bring the payment nearer to its lock.
    return halted('amount-exceeds-remaining', { exchange, message: `${left} is left`, recheck: true });
  }
  const address = line.follow(href);
  return address === null ? halted('foreign-address', { exchange }) : { address };
}

/** A missing operation: locked, busy, or done with (provider notes B2). */
async function notOffered(
  line: Line,
  call: FollowUp,
  payment: PaymentAnswer,
  context: { readonly signal: AbortSignal; readonly sendBefore: number },
  exchange: Exchange,
): Promise<CallResult> {
  const kind = call.action;
  const state = stateOf(payment.payment);
  if (state === 'pending') return notPerformed('busy', { exchange, busy: true });
  if (state !== 'ready') return notPerformed(`payment-${state}`, { exchange, recheck: true });
  if ((remainingFor(payment, kind) ?? 0) === 0)
    return notPerformed('nothing-remaining', { exchange, recheck: true });
  const locked = await isLocked(line, payment, kind, context);
  if (locked === null) return notPerformed('read-failed', { exchange });
  if (locked) {
    const message = 'too many attempts failed in a row; Swedbank Pay has locked the payment';
    const decline = { code: LOCKED, message, hold: 'stands', again: 'no' } as const;
    return { outcome: 'declined', decline, firstOnly: true, exchange };
  }
  return notPerformed('busy', { exchange, busy: true });
}

interface Why {
  readonly message?: string;
  readonly exchange?: Exchange;
  readonly busy?: true;
  readonly recheck?: true;
}

/** What did not leave says nothing of an earlier attempt that may have: hence `firstOnly`. */
const notPerformed = (reason: string, { message, exchange, busy, recheck }: Why): CallResult => ({
  outcome: 'not_performed',
  reason,
  firstOnly: true,
  ...(message === undefined ? {} : { message }),
  ...(exchange === undefined ? {} : { exchange }),
  ...(busy === undefined ? {} : { busy }),
  ...(recheck === undefined ? {} : { recheck }),
});

const halted = (reason: string, why: Why): Opening => ({ result: notPerformed(reason, why) });
