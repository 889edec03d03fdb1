/** capture: part or all of a preauthorization is booked, or all of it given back with amount 0 (seed 002, provider notes A3-A5). */

import type { NoticeFault } from '../twin/faults.ts';
import { judgeAction } from './action.ts';
import { captureFields, errorAnswer } from './answers.ts';
import type { Booking, Process } from './books.ts';
import { balanceOf, capturable } from './books.ts';
import { collects, takesVoid } from './clearing.ts';
import type { Form } from './form.ts';
import type { NoticeOrder } from './notice.ts';
import type { Platform, Reply } from './platform.ts';
import { book, refused } from './platform.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import { reservationGone, scriptCapture } from './script.ts';

/** What the amount of a capture may be, once its number is right. */
function judgeCapture(platform: Platform, process: Process, form: Form): Refusal | undefined {
  const amount = Number(form.get('amount'));
  const mode = form.get('capturemode');
  const earlier = process.bookings.some(({ kind, state }) => kind === 'capture' && state !== 'failed');
  if (process.expired !== undefined) return refuse(process.expired);
  if (process.closed) return refuse(950, 'the last capture was booked');
  if (earlier && !platform.settings.partialCaptures) return refuse(934);
  if (amount === 0) {
    if (earlier) return refuse(935);
    if (mode !== 'completed') return refuse(1016, 'amount 0 needs capturemode completed');
    return takesVoid(process) ? undefined : refuse(931, `amount 0 with ${process.clearingtype}`);
  }
  const left = capturable(process);
  if (amount > left) return refuse(908, `${amount} asked, ${left} left`);
  if (
    ['vor', 'sb'].includes(process.clearingtype) &&
    mode === 'notcompleted' &&
    form.get('settleaccount') === 'yes'
  ) {
    return refuse(937);
  }
  return undefined;
}

const settles = (process: Process, form: Form): boolean => {
  const asked = form.get('settleaccount') ?? 'auto';
  return asked === 'yes' || (asked === 'auto' && collects(process));
};

/** Books the money of a capture and says so: `capture`, then `paid` when the balance comes to 0. */
function take(
  platform: Platform,
  process: Process,
  booking: Booking,
  settled: boolean,
  fault?: NoticeFault,
): void {
  const { amount, sequencenumber } = booking;
  process.captured += amount;
  process.receivable += amount;
  const owed = balanceOf(process);
  if (settled && collects(process)) process.received = process.receivable;
  const balance = balanceOf(process);
  const orders: NoticeOrder[] = [{ txaction: 'capture', sequencenumber, amount, balance: owed }];
  if (balance <= 0) orders.push({ txaction: 'paid', sequencenumber, amount, balance });
  platform.announce(process, orders, fault);
}

/** Books a capture that nothing speaks against. @param origin `portal` when it was made elsewhere */
export function bookCapture(
  platform: Platform,
  process: Process,
  entry: {
    sequencenumber: number;
    amount: number;
    closes: boolean;
    settled: boolean;
    origin: 'api' | 'portal';
    form?: Form;
  },
  fault?: NoticeFault,
): Booking {
  const { settled, ...rest } = entry;
  const booking = book(process, { ...rest, kind: entry.amount === 0 ? 'void' : 'capture', state: 'booked' });
  if (booking.closes) process.closed = true;
  if (booking.kind === 'void') {
    platform.announce(
      process,
      [{ txaction: 'capture', sequencenumber: booking.sequencenumber, amount: 0 }],
      fault,
    );
  } else take(platform, process, booking, settled, fault);
  return booking;
}

export function capture(platform: Platform, form: Form, fault?: NoticeFault): Reply {
  const found = judgeAction(platform, form, true);
  if ('refusal' in found) return refused(found.refusal);
  const { process, number: sequencenumber } = found;
  const { txid } = process;
  const amount = Number(form.get('amount'));
  const closes = form.get('capturemode') === 'completed';
  const decline = (refusal: Refusal): Reply => {
    if (platform.settings.declineUsesNumber) process.sequence = sequencenumber;
    return { ...refused(refusal), txid };
  };
  const against = judgeCapture(platform, process, form);
  if (against !== undefined) return decline(against);
  const scripted = platform.settings.scripted && amount > 0;
  const verdict = scripted
    ? scriptCapture(process.form.get('pseudocardpan'), amount)
    : ({ kind: 'approve' } as const);
  const newest = form.get('api_version') === '3.11';
  if (verdict.kind === 'decline' && !(verdict.code === 903 && newest)) {
    if (reservationGone.includes(verdict.code)) process.expired = verdict.code;
    return decline(refuse(verdict.code));
  }
  if (verdict.kind === 'pending' && !newest) return decline(refuse(903));
  const entry = { sequencenumber, amount, closes, origin: 'api', form } as const;
  if (verdict.kind === 'pending' || verdict.kind === 'decline') {
    const booking = book(process, { ...entry, kind: 'capture', state: 'pending' });
    process.pending += amount;
    if (closes) process.closed = true;
    platform.announce(
      process,
      [
        {
          txaction: 'capture',
          transactionStatus: 'pending',
          sequencenumber,
          amount,
          extra: { reasoncode: '903' },
        },
      ],
      fault,
    );
    const ends = verdict.kind === 'pending' ? verdict.ends : undefined;
    if (ends !== undefined) platform.afterwards(() => settleCapture(platform, process, booking, ends));
    return {
      answer: [
        ['status', 'PENDING'],
        ['txid', txid],
        ['userid', process.userid],
      ],
      booked: true,
      txid,
    };
  }
  const settled = settles(process, form);
  const booking = bookCapture(platform, process, { ...entry, settled }, fault);
  if (verdict.kind === 'late-failure') platform.afterwards(() => failCapture(platform, process, booking));
  if (verdict.kind === 'booked-but-error')
    return { answer: errorAnswer(refuse(verdict.code)), booked: true, txid };
  return {
    answer: [['status', 'APPROVED'], ...captureFields(process, form, settled, Date.now())],
    booked: true,
    txid,
  };
}

/** Ends a pending capture. @returns false when it is not pending */
export function settleCapture(
  platform: Platform,
  process: Process,
  booking: Booking,
  outcome: 'completed' | 'failed',
): boolean {
  if (booking.state !== 'pending') return false;
  process.pending -= booking.amount;
  if (outcome === 'failed') {
    undo(platform, process, booking);
    return true;
  }
  booking.state = 'booked';
  take(platform, process, booking, collects(process));
  return true;
}

/** Takes back a capture that was approved: the provider failed later. @returns false when it is not booked */
export function failCapture(platform: Platform, process: Process, booking: Booking): boolean {
  if (booking.state !== 'booked' || booking.kind !== 'capture') return false;
  process.captured -= booking.amount;
  process.receivable -= booking.amount;
  if (collects(process)) process.received = Math.min(process.received, process.receivable);
  undo(platform, process, booking);
  return true;
}

/** The number stays used up; a closing capture that failed closes no longer. */
function undo(platform: Platform, process: Process, booking: Booking): void {
  const { amount, sequencenumber } = booking;
  booking.state = 'failed';
  if (booking.closes) process.closed = false;
  platform.announce(process, [{ txaction: 'failed', sequencenumber, amount, extra: { failedcause: 'ncc' } }]);
}
