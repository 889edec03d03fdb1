/** debit and refund: money back, an extra claim, or only a settlement (provider notes A6). */

import type { NoticeFault } from '../twin/faults.ts';
import { judgeAction } from './action.ts';
import { errorAnswer } from './answers.ts';
import type { Booking, Process } from './books.ts';
import { balanceOf } from './books.ts';
import { collects } from './clearing.ts';
import type { Form } from './form.ts';
import type { Platform, Reply } from './platform.ts';
import { book, refused } from './platform.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import { scriptBack } from './script.ts';

/** Books what nothing speaks against. @param entry `amount` below 0 gives back, above 0 claims, 0 settles */
export function bookBack(
  platform: Platform,
  process: Process,
  entry: {
    sequencenumber: number;
    amount: number;
    origin: 'api' | 'portal';
    txaction: 'debit' | 'refund';
    settled: boolean;
    form?: Form;
  },
  fault?: NoticeFault,
): Booking {
  const { txaction, settled, ...rest } = entry;
  const { amount, sequencenumber } = entry;
  const kind = amount < 0 ? 'refund' : amount > 0 ? 'claim' : 'settlement';
  const booking = book(process, { ...rest, kind, state: 'booked' });
  process.receivable += amount;
  if (amount < 0) process.refunded -= amount;
  if (amount > 0) process.claimed += amount;
  if (settled && (balanceOf(process) < 0 || collects(process))) process.received = process.receivable;
  platform.announce(process, [{ txaction, sequencenumber, amount }], fault);
  return booking;
}

export function debit(
  platform: Platform,
  form: Form,
  request: 'debit' | 'refund',
  fault?: NoticeFault,
): Reply {
  const found = judgeAction(platform, form, false);
  if ('refusal' in found) return refused(found.refusal);
  const { process, number: sequencenumber } = found;
  const { txid } = process;
  const amount = Number(form.get('amount'));
  const decline = (refusal: Refusal): Reply => {
    if (platform.settings.declineUsesNumber) process.sequence = sequencenumber;
    return { ...refused(refusal), txid };
  };
  if (request === 'refund' && balanceOf(process) > 0)
    return decline(refuse(915, 'the account is not settled'));
  const left = process.captured + process.claimed - process.refunded;
  if (-amount > left) return decline(refuse(906, `${-amount} asked, ${left} left`));
  const verdict = platform.settings.scripted ? scriptBack(amount) : ({ kind: 'approve' } as const);
  if (verdict.kind === 'decline') return decline(refuse(verdict.code));
  const settled = form.get('settleaccount') !== 'no';
  bookBack(
    platform,
    process,
    { sequencenumber, amount, origin: 'api', txaction: request, settled, form },
    fault,
  );
  if (verdict.kind === 'booked-but-error')
    return { answer: errorAnswer(refuse(verdict.code)), booked: true, txid };
  return {
    answer: [
      ['status', 'APPROVED'],
      ['txid', txid],
      ['settleaccount', settled ? 'yes' : 'no'],
    ],
    booked: true,
    txid,
  };
}
