/** The requests: an authorisation, its capture, void and refunds, and the list of an order. */

import type { NoticeFault } from '../twin/faults.ts';
import type { Reply } from '../twin/json-server.ts';
import type { JsonFields } from '../twin/json.ts';
import { numberOf } from '../twin/json.ts';
import { digitsOf, toMajor } from '../twin/money.ts';
import { ok, operationFields, refused } from './answers.ts';
import type { Method, Operation, Order } from './books.ts';
import { busy, captured, has, refunded } from './books.ts';
import type { FollowUp } from './checks.ts';
import { checkFollowUp, checkPayment } from './checks.ts';
import type { Platform } from './platform.ts';
import { byAmount, byToken, type Verdict } from './script.ts';

export interface Ran {
  readonly reply: Reply;
  readonly booked: boolean;
}

const no = (reply: Reply): Ran => ({ reply, booked: false });
const illegal = (message: string): Ran => no(refused(400, message, 'B-400'));
const success: Verdict = { kind: 'success' };

/** POST payment. */
export function pay(platform: Platform, fields: JsonFields, fault?: NoticeFault): Ran {
  const { settings, books } = platform;
  const asked = checkPayment(fields, settings);
  if ('reply' in asked) return no(asked.reply);
  // Whatever became of the first one (provider notes 3.3).
  if (books.orders.has(asked.orderId)) return illegal('order_id is not unique');
  const order = platform.open(asked.orderId, asked.currency, asked.amount);
  const { mode, serverUrl } = asked;
  const common = { method: 'auth', amount: asked.amount, origin: 'api', mode, serverUrl } as const;
  const page = `${platform.url}/checkout/${encodeURIComponent(order.order_id)}`;
  if (mode === 'hosted') {
    platform.book(order, { ...common, status: 'init' }, fault);
    return { reply: { status: 302, headers: { location: page }, text: '' }, booked: true };
  }
  const scripted = settings.scripted ? [byToken(asked.token), byAmount('auth', asked.amount)] : [];
  const verdict = scripted.find(({ kind }) => kind !== 'success') ?? success;
  const operation = enter(platform, order, common, verdict, fault);
  const action = verdict.kind === 'pending' && verdict.confirm === true;
  const extra = action ? { user_action_required: true, user_action_url: page } : {};
  return { reply: ok({ ...operationFields(operation, settings), ...extra }), booked: true };
}

type Entry = Parameters<Platform['book']>[1];

/** Books what the script says. */
function enter(
  platform: Platform,
  order: Order,
  entry: Omit<Entry, 'status'>,
  verdict: Verdict,
  fault?: NoticeFault,
): Operation {
  switch (verdict.kind) {
    case 'failure':
      return platform.book(order, { ...entry, status: 'failure' }, fault);
    case 'pending': {
      const operation = platform.book(order, { ...entry, status: 'pending' }, fault);
      const { ends } = verdict;
      if (ends !== undefined) platform.afterwards(() => void platform.settle(operation, ends));
      return operation;
    }
    case 'book-less':
      return platform.book(order, { ...entry, amount: entry.amount - 1, status: 'success' }, fault);
    default:
      return platform.book(order, { ...entry, status: 'success' }, fault);
  }
}

/** The order that a request is about, if the request may touch it. */
function orderOf(platform: Platform, asked: FollowUp): Order | { ran: Ran } {
  const order = platform.books.orders.get(asked.orderId);
  if (order === undefined) return { ran: no(refused(404, 'order is not found')) };
  if (order.currency !== asked.currency) return { ran: illegal('order_currency is not that of the order') };
  if (!has(order, 'auth', 'success')) return { ran: illegal('the authorization is not successful') };
  if (busy(order)) return { ran: illegal('an operation of the order is in progress') };
  return order;
}

/** What a capture, void or refund would book, or why it may not. */
function amountOf(kind: 'capture' | 'void' | 'refund', order: Order, asked: FollowUp): number | string {
  if (kind === 'refund') {
    const left = captured(order) - refunded(order);
    if (captured(order) === 0) return 'nothing is captured';
    const amount = asked.amount ?? left;
    return amount > left || amount <= 0 ? 'refund_amount is more than is left of the capture' : amount;
  }
  if (has(order, 'void', 'success')) return 'the authorization is voided';
  // A partial capture has released the rest, so nothing is left for either (seed 003).
  if (has(order, 'capture', 'success')) return 'the authorization is captured';
  const amount = asked.amount ?? order.amount;
  return amount > order.amount ? 'charge_amount is more than is authorized' : amount;
}

/** POST capture, void, refund. */
export function follow(
  platform: Platform,
  kind: 'capture' | 'void' | 'refund',
  fields: JsonFields,
  fault?: NoticeFault,
): Ran {
  const { settings } = platform;
  const asked = checkFollowUp(kind, fields, settings);
  if ('reply' in asked) return no(asked.reply);
  const order = orderOf(platform, asked);
  if ('ran' in order) return order.ran;
  const amount = amountOf(kind, order, asked);
  if (typeof amount === 'string') return illegal(amount);
  const verdict = settings.scripted ? byAmount(kind, amount) : success;
  if (verdict.kind === 'refuse') return illegal('refused as scripted');
  const { comment, serverUrl } = asked;
  const operation = enter(
    platform,
    order,
    { method: kind, amount, origin: 'api', comment, serverUrl },
    verdict,
    fault,
  );
  return { reply: ok(answerOf(platform, order, operation, verdict)), booked: operation.status !== 'failure' };
}

function answerOf(
  platform: Platform,
  order: Order,
  operation: Operation,
  verdict: Verdict,
): Record<string, unknown> {
  const fields = operationFields(operation, platform.settings);
  if (verdict.kind === 'answer-whole')
    return { ...fields, amount: numberOf(toMajor(order.amount, digitsOf(order.currency))) };
  if (verdict.kind === 'strange-status') return { ...fields, status: 'registered' };
  return fields;
}

/** GET pos/{pos}/orders/{order} and …/{operation}. */
export function list(
  platform: Platform,
  posId: string,
  orderId: string,
  method: string | undefined,
  notYet: boolean,
): Ran {
  const { settings, books } = platform;
  if (posId !== settings.posId) return no(refused(404, 'pos is not found'));
  const order = books.orders.get(orderId);
  const visible = order?.operations.slice(0, notYet ? -1 : undefined) ?? [];
  // An order none of whose operations is there yet is not known yet.
  if (visible.length === 0) return no(refused(404, 'order is not found'));
  if (method === undefined) return no(ok(visible.map((one) => operationFields(one, settings))));
  const last = visible.findLast((one) => one.method === (method as Method));
  return no(
    last === undefined ? refused(404, 'operation is not found') : ok(operationFields(last, settings)),
  );
}
