/** preauthorization and authorization: a process is opened (provider notes A2). */

import type { NoticeFault } from '../twin/faults.ts';
import type { Answer } from './answers.ts';
import { bankFields, errorAnswer, mandateFields } from './answers.ts';
import type { Process } from './books.ts';
import { balanceOf } from './books.ts';
import { redirects } from './clearing.ts';
import type { Form } from './form.ts';
import type { NoticeOrder } from './notice.ts';
import type { Platform, Reply } from './platform.ts';
import { book, refused } from './platform.ts';
import { refuse } from './refusal.ts';
import type { Verdict } from './script.ts';
import { scriptSetUp } from './script.ts';

export type SetUpRequest = 'preauthorization' | 'authorization';

/** Opens a process that still waits. */
export function openProcess(
  platform: Platform,
  form: Form,
  request: SetUpRequest,
  origin: 'api' | 'portal',
): Process {
  const process: Process = {
    txid: platform.ids.txid(),
    userid: form.get('userid') ?? platform.ids.userid(),
    workorderid: form.get('workorderid') ?? platform.ids.workorderid(),
    reference: form.get('reference') ?? '',
    request,
    amount: Number(form.get('amount')),
    currency: form.get('currency') ?? '',
    mode: form.get('mode') ?? 'test',
    clearingtype: form.get('clearingtype') ?? '',
    origin,
    state: 'waiting',
    waitsFor: undefined,
    closed: false,
    expired: undefined,
    preauthorised: 0,
    captured: 0,
    pending: 0,
    refunded: 0,
    claimed: 0,
    chargedBack: 0,
    receivable: 0,
    received: 0,
    sequence: 0,
    bookings: [],
    form,
  };
  platform.books.add(process);
  return process;
}

/** The process is accepted: the money is held, booked, or (online transfer) already there. */
export function accept(platform: Platform, process: Process, fault?: NoticeFault): void {
  const { amount, request } = process;
  process.state = 'open';
  process.waitsFor = undefined;
  process.preauthorised = amount;
  book(process, {
    sequencenumber: 0,
    kind: request,
    amount,
    state: 'booked',
    origin: process.origin,
    form: process.form,
  });
  const sequencenumber = 0;
  const appointed: NoticeOrder = { txaction: 'appointed', sequencenumber, amount };
  if (request === 'preauthorization' && process.clearingtype !== 'sb')
    return platform.announce(process, [appointed], fault);
  if (request === 'authorization') {
    process.captured = amount;
    process.closed = true;
    process.receivable = amount;
  }
  const owed = balanceOf(process);
  if (!['rec', 'cod', 'csh'].includes(process.clearingtype)) process.received = amount;
  const balance = balanceOf(process);
  const orders: NoticeOrder[] = [{ ...appointed, balance: owed }];
  if (balance <= 0) orders.push({ txaction: 'paid', sequencenumber, amount, balance });
  platform.announce(process, orders, fault);
}

/** The process failed before it began. */
export function fail(platform: Platform, process: Process, failedcause: string): void {
  process.state = 'failed';
  process.waitsFor = undefined;
  platform.announce(process, [{ txaction: 'failed', sequencenumber: 0, extra: { failedcause } }]);
}

function redirectAnswer(platform: Platform, process: Process): Answer {
  const { txid, userid } = process;
  return [
    ['status', 'REDIRECT'],
    ['redirecturl', `${platform.url}/redirect/${txid}?mac=${userid}=&step=1`],
    ['txid', txid],
    ['userid', userid],
  ];
}

function approvedAnswer(process: Process, form: Form): Answer {
  const fields: (readonly [string, string])[] = [
    ['status', 'APPROVED'],
    ['txid', process.txid],
    ['userid', process.userid],
  ];
  if (process.clearingtype === 'vor' || process.clearingtype === 'rec')
    fields.push(...bankFields(process, Date.now()));
  if (process.clearingtype === 'elv') fields.push(...mandateFields(process, form, Date.now()));
  return fields;
}

/** With api_version 3.11 a 903 of card and wallet becomes PENDING (provider notes A7). */
function effective(verdict: Verdict, form: Form): Verdict {
  if (verdict.kind === 'pending' && form.get('api_version') !== '3.11') return { kind: 'decline', code: 903 };
  if (verdict.kind !== 'decline' || verdict.code !== 903 || form.get('api_version') !== '3.11')
    return verdict;
  return ['cc', 'wlt'].includes(form.get('clearingtype') ?? '')
    ? { kind: 'pending', ends: undefined }
    : verdict;
}

export function setUp(platform: Platform, form: Form, request: SetUpRequest, fault?: NoticeFault): Reply {
  const reference = form.get('reference') ?? '';
  const clearingtype = form.get('clearingtype');
  if (platform.books.byReference(reference) !== undefined) return refused(refuse(911, reference));
  if (request === 'authorization' && clearingtype === 'vor')
    return refused(refuse(931, 'authorization with vor'));
  const scripted = platform.settings.scripted
    ? scriptSetUp(form.get('pseudocardpan'), Number(form.get('amount')))
    : ({ kind: 'approve' } as const);
  const verdict = effective(scripted, form);
  if (verdict.kind === 'decline') return refused(refuse(verdict.code));
  const process = openProcess(platform, form, request, 'api');
  const { txid } = process;
  if (verdict.kind === 'pending') {
    process.waitsFor = 'provider';
    platform.announce(
      process,
      [
        {
          txaction: 'appointed',
          transactionStatus: 'pending',
          sequencenumber: 0,
          extra: { reasoncode: '903' },
        },
      ],
      fault,
    );
    const { ends } = verdict;
    if (ends !== undefined) platform.afterwards(() => settleProcess(platform, process, ends));
    return {
      answer: [
        ['status', 'PENDING'],
        ['txid', txid],
        ['userid', process.userid],
        ['reasoncode', '903'],
      ],
      booked: true,
      txid,
    };
  }
  if (verdict.kind === 'redirect' || redirects(clearingtype)) {
    process.waitsFor = 'customer';
    return { answer: redirectAnswer(platform, process), booked: true, txid };
  }
  accept(platform, process, fault);
  if (verdict.kind === 'booked-but-error')
    return { answer: errorAnswer(refuse(verdict.code)), booked: true, txid };
  return { answer: approvedAnswer(process, form), booked: true, txid };
}

/** Ends a process that waits for the provider. @returns false when it does not wait */
export function settleProcess(
  platform: Platform,
  process: Process,
  outcome: 'completed' | 'failed',
): boolean {
  if (process.state !== 'waiting' || process.waitsFor !== 'provider') return false;
  if (outcome === 'completed') accept(platform, process);
  else fail(platform, process, 'ncc');
  return true;
}

/** The customer comes back from the redirect, or gives up. @returns false when nobody waits for him */
export function finishRedirect(
  platform: Platform,
  process: Process,
  outcome: 'complete' | 'abandon',
): boolean {
  if (process.state !== 'waiting' || process.waitsFor !== 'customer') return false;
  if (outcome === 'complete') accept(platform, process);
  else fail(platform, process, 'ret');
  return true;
}
