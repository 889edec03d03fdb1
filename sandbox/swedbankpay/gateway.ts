/** The API: finds what a request is about, lets faults work on it, runs it, and answers in JSON. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from '../twin/body.ts';
import type { FaultPlan, Faults } from '../twin/faults.ts';
import { staysOutside } from '../twin/faults.ts';
import { sleepUnlessGone, spoil } from '../twin/spoil.ts';
import type { Payment, TransactionType } from './books.ts';
import { checkAbort, checkPurchase } from './checks.ts';
import type { Fault } from './faults.ts';
import { wording } from './faults.ts';
import type { Reply } from './movement.ts';
import { move, refused } from './movement.ts';
import { allPage, listPage, NAMES, paymentPage, singlePage, transactionPage } from './pages.ts';
import type { Movement, Platform } from './platform.ts';
import { awaitsPayer } from './platform.ts';
import { problemOf } from './problem.ts';
import type { Verdict } from './script.ts';

const largestBody = 1_048_576;

interface Address {
  readonly instrument: string;
  readonly payment: string | undefined;
  /** The list under the payment, by its name; `transactions` for all. */
  readonly list: string | undefined;
  readonly transaction: string | undefined;
  readonly ticket: string | null;
}

function addressOf(url: URL): Address | null {
  const match = /^\/psp\/([a-z]+)\/payments(?:\/([^/]+)(?:\/([a-z]+)(?:\/([^/]+))?)?)?\/?$/.exec(
    url.pathname,
  );
  if (match === null) return null;
  const [, instrument = '', payment, list, transaction] = match;
  return { instrument, payment, list, transaction, ticket: url.searchParams.get('operation') };
}

const TYPES = Object.keys(NAMES) as TransactionType[];
const typeOf = (list: string | undefined): TransactionType | undefined =>
  TYPES.find((type) => NAMES[type].many === list);

/** How a request is named in faults and books. */
function nameOf(method: string, { payment, list, transaction }: Address): string {
  const type = typeOf(list);
  const one = type === undefined ? 'payment' : NAMES[type].one;
  if (method === 'POST') return payment === undefined ? 'create-payment' : `create-${one}`;
  if (method === 'PATCH') return 'update-payment-abort';
  if (transaction !== undefined) return type === undefined ? 'transaction' : one;
  return list ?? 'payment';
}

function authorised(platform: Platform, header: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${platform.settings.accessToken}`));
}

function parse(body: Buffer): { readonly json: unknown } | null {
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return null;
  }
}

const notFound = (detail: string): Reply => refused(problemOf('notfound', detail));

function create(platform: Platform, json: unknown): Reply {
  const body = checkPurchase(platform.settings, json);
  if ('type' in body) return refused(body);
  const { payeeReference } = body.payeeInfo;
  if (platform.books.references.has(payeeReference)) {
    const fault = ['PayeeInfo.PayeeReference', 'must be unique'] as const;
    return refused(problemOf('inputerror', 'The request is not valid.', [fault]));
  }
  const { completeUrl, cancelUrl, callbackUrl } = body.urls;
  const urls = Object.entries({ completeUrl, cancelUrl, callbackUrl }).flatMap(([name, url]) =>
    url === undefined ? [] : [[name, url]],
  );
  const [price] = body.prices;
  const payment = platform.open({
    instrument: 'creditcard',
    amount: price?.amount ?? 0,
    vatAmount: price?.vatAmount ?? 0,
    currency: body.currency,
    description: body.description,
    payeeReference,
    language: body.language,
    userAgent: body.userAgent,
    urls: Object.fromEntries(urls) as Record<string, string>,
    origin: 'api',
  });
  return { status: 201, body: paymentPage(platform, payment), booked: true };
}

function read(platform: Platform, payment: Payment, { list, transaction }: Address, busy: boolean): Reply {
  const found = (body: unknown): Reply => ({ status: 200, body, booked: false });
  if (list === undefined) {
    const page = paymentPage(platform, payment);
    return found(busy ? { ...page, operations: [] } : page);
  }
  const type = typeOf(list);
  if (type === undefined && list !== 'transactions') return notFound('No such resource.');
  if (transaction === undefined)
    return found(type === undefined ? allPage(payment) : listPage(payment, type));
  const one = payment.transactions.find(
    (each) => each.id === transaction && (type === undefined || each.type === type),
  );
  if (one === undefined) return notFound('No such transaction.');
  return found(
    type === undefined
      ? { payment: payment.id, transaction: transactionPage(payment, one) }
      : singlePage(payment, one),
  );
}

/** A payment as it was before its newest transaction: what a reader sees that the news has not reached. */
const before = (payment: Payment): Payment => ({
  ...payment,
  transactions: payment.transactions.slice(0, -1),
});

function abort(platform: Platform, payment: Payment, json: unknown): Reply {
  const fault = checkAbort(json);
  if (fault !== null) return refused(fault);
  if (!awaitsPayer(payment)) return refused(problemOf('forbidden', 'Not available now.'));
  platform.payer(payment, 'abandon');
  return { status: 200, body: paymentPage(platform, payment), booked: true };
}

function run(
  platform: Platform,
  method: string,
  address: Address,
  body: Buffer,
  type: string,
  plan: FaultPlan<Fault>,
): Reply {
  const payment = address.payment === undefined ? undefined : platform.books.payments.get(address.payment);
  const known = payment !== undefined && payment.instrument === address.instrument ? payment : undefined;
  if (method === 'GET') {
    if (known === undefined) return notFound('No such payment.');
    if (address.list === undefined) known.ticket = platform.ids.uuid();
    if (plan.notYet) return read(platform, before(known), address, false);
    return read(platform, known, address, plan.answer?.fault === 'busy');
  }
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return refused(problemOf('inputerror', 'The content type is not application/json.'));
  }
  const parsed = parse(body);
  if (parsed === null) return refused(problemOf('inputerror', 'The body is not JSON.'));
  if (method === 'POST' && address.payment === undefined && address.instrument === 'creditcard') {
    return create(platform, parsed.json);
  }
  if (known === undefined) return notFound('No such payment.');
  if (method === 'PATCH' && address.list === undefined) return abort(platform, known, parsed.json);
  const movement = typeOf(address.list);
  if (
    method !== 'POST' ||
    movement === undefined ||
    movement === 'Authorization' ||
    address.transaction !== undefined
  )
    return refused(problemOf('notfound', 'No such operation.', [], 405));
  if (platform.settings.tickets) {
    if (known.ticket === undefined || address.ticket !== known.ticket) {
      return notFound('The address of the operation is not good any more.');
    }
    known.ticket = undefined;
  }
  if (plan.answer?.fault === 'busy') return refused(problemOf('forbidden', 'Not available now.'));
  return move(platform, known, movement as Movement, parsed.json, plan.notices, forcedBy(plan));
}

const forcedBy = ({ answer }: FaultPlan<Fault>): Verdict | undefined =>
  answer?.fault === 'problem' ? { kind: 'refuse', tail: answer.tail } : undefined;

/** What faults are matched by. */
type Subject = {
  readonly request: string;
  readonly payment: string | undefined;
  readonly payeeReference: string | undefined;
  readonly amount: string | undefined;
};

function subjectOf(name: string, address: Address, body: Buffer): Subject {
  const id =
    address.payment === undefined ? undefined : `/psp/${address.instrument}/payments/${address.payment}`;
  const parsed = parse(body)?.json as
    | { transaction?: Record<string, unknown>; payment?: { payeeInfo?: Record<string, unknown> } }
    | null
    | undefined;
  const reference = parsed?.transaction?.['payeeReference'] ?? parsed?.payment?.payeeInfo?.['payeeReference'];
  const amount = parsed?.transaction?.['amount'];
  return {
    request: name,
    payment: id,
    payeeReference: typeof reference === 'string' ? reference : undefined,
    amount: typeof amount === 'number' ? String(amount) : undefined,
  };
}

const contentType = (status: number): string =>
  status >= 400 ? 'application/problem+json' : 'application/json';

export async function gateway(
  platform: Platform,
  faults: Faults<Fault>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, largestBody);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const method = request.method ?? '';
  const address = addressOf(new URL(request.url ?? '/', 'http://twin'));
  if (address === null) {
    response.writeHead(404).end();
    return;
  }
  const subject = subjectOf(nameOf(method, address), address, body);
  const record = platform.books.logRequest({
    request: subject.request,
    payment: subject.payment,
    method,
    path: request.url?.slice(0, 256) ?? '',
    body: body.toString('utf8').slice(0, 2_048),
    tookEffect: false,
    answer: null,
    delivered: 'nothing yet',
  });
  if (!authorised(platform, request.headers.authorization)) {
    record.delivered = '401';
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    return;
  }
  // A read tells of nothing, so that it uses no fault of callbacks up; and nothing but a read shows the books.
  const asks = subject.request.startsWith('create-');
  const plan = faults.take(subject, { books: !asks, notices: asks });
  if (plan.delay?.at === 'before') await sleep(plan.delay.delayMs, undefined, { ref: false });
  let text = '';
  let status = 200;
  if (!staysOutside(plan.answer)) {
    const reply = run(platform, method, address, body, request.headers['content-type'] ?? '', plan);
    text = JSON.stringify(reply.body);
    status = reply.status;
    record.tookEffect = reply.booked;
    record.answer = text.slice(0, 2_048);
  }
  if (plan.delay !== undefined && plan.delay.at !== 'before')
    await sleepUnlessGone(response, plan.delay.delayMs);
  if (response.destroyed) {
    record.delivered = 'caller had gone';
    return;
  }
  const spoilt =
    plan.answer === undefined ? undefined : await spoil(response, { status, text }, plan.answer, wording);
  record.delivered = spoilt ?? String(status);
  if (spoilt === undefined) response.writeHead(status, { 'content-type': contentType(status) }).end(text);
}
