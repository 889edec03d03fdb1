/**
 * The rule: the provider model behaves as the provider notes say of PAYONE (A2–A8): one row of numbers
 * for captures and refunds, 907 out of turn, 908 above the hold, 935 for a zero after a capture, 950
 * after the last one, 911 for a taken reference, notices for what succeeded.
 */
import { describe, expect, it } from 'vitest';
import type { CaptureCall, ProviderCall, RefundCall, ReleaseCall } from '../../payment/call.ts';
import { capturedIn, heldIn, refundedIn } from '../../sim/books.ts';
import { drawLife } from '../../sim/draw.ts';
import { BEGIN } from '../../sim/facts.ts';
import { outcomeOfError } from '../../sim/payone-answer.ts';
import { PayoneModel } from '../../sim/payone-model.ts';
import type { PayoneSetting } from '../../sim/setting.ts';

const drawn = drawLife(1, 'safety', { provider: 'payone' }).setting;
if (drawn.provider !== 'payone') throw new Error('drawn for another provider');
const SETTING: PayoneSetting = {
  ...drawn,
  clearing: 'cc',
  amount: 10_000,
  currency: 'EUR',
  adopted: 0,
  sequenceMax: 127,
  lenient: false,
  busyFor: 0,
  declineUsesNumber: false,
};
const base = { account: 'a', payment: 'p', attempt: 1, currency: 'EUR' };
const hold = { txid: '770000001', clearingtype: 'cc' };
const capture = (sequenceNumber: number, amount: number, final = false): CaptureCall => ({
  ...base,
  action: 'capture',
  operation: `c-${sequenceNumber}`,
  amount,
  hold,
  sequenceNumber,
  final,
  details: {},
});
const release = (sequenceNumber: number): ReleaseCall => ({
  ...base,
  action: 'release',
  operation: 'l',
  amount: 0,
  hold,
  sequenceNumber,
  kind: 'void',
  details: {},
});
const refund = (sequenceNumber: number, amount: number): RefundCall => ({
  ...base,
  action: 'refund',
  operation: 'f',
  amount,
  hold,
  sequenceNumber,
  details: {},
});
const authorise: ProviderCall = {
  ...base,
  action: 'authorise',
  operation: 'authorization',
  amount: 10_000,
  request: { method: 'cc' },
};

const model = (setting: Partial<PayoneSetting> = {}): PayoneModel =>
  new PayoneModel({ ...SETTING, ...setting }, 'ref');
const code = (answer: ReturnType<PayoneModel['answer']>): number | string =>
  answer.status === 'ERROR' ? answer.code : answer.status;

describe('the model of PAYONE', () => {
  it('books captures in the row of their numbers and refuses any other number', () => {
    const payone = model();
    expect(code(payone.answer(capture(2, 100), BEGIN, null))).toBe(907);
    expect(code(payone.answer(capture(1, 100), BEGIN, null))).toBe('APPROVED');
    expect(code(payone.answer(capture(1, 100), BEGIN, null))).toBe(907);
    expect(code(payone.answer(refund(2, 60), BEGIN, null))).toBe('APPROVED');
    expect(code(payone.answer(capture(3, 200), BEGIN, null))).toBe('APPROVED');
    expect([capturedIn(payone.books), refundedIn(payone.books), heldIn(payone.books)]).toEqual([
      300, 60, 9700,
    ]);
  });

  it('refuses more than is held, unless it is lenient', () => {
    expect(code(model().answer(capture(1, 10_001), BEGIN, null))).toBe(908);
    expect(code(model({ lenient: true }).answer(capture(1, 10_001), BEGIN, null))).toBe('APPROVED');
    expect(code(model().answer(refund(1, 1), BEGIN, null))).toBe(906);
    expect(code(model().answer({ ...capture(1, 5), currency: 'SEK' }, BEGIN, null))).toBe(910);
  });

  it('frees the rest with the last capture and takes none after it', () => {
    const payone = model();
    payone.answer(capture(1, 4000, true), BEGIN, null);
    expect([heldIn(payone.books), payone.books.released]).toEqual([0, 6000]);
    expect(code(payone.answer(capture(2, 1), BEGIN, null))).toBe(950);
  });

  it('voids what is untouched and refuses a zero after a capture', () => {
    const untouched = model();
    expect(code(untouched.answer(release(1), BEGIN, null))).toBe('APPROVED');
    expect(untouched.books.released).toBe(10_000);
    const touched = model();
    touched.answer(capture(1, 100), BEGIN, null);
    expect(code(touched.answer(release(2), BEGIN, null))).toBe(935);
  });

  it('takes one process for one reference', () => {
    const payone = model({ adopted: null });
    expect(code(payone.answer(authorise, BEGIN, null))).toBe('APPROVED');
    expect(code(payone.answer(authorise, BEGIN, null))).toBe(911);
    expect(payone.books.holds).toHaveLength(1);
  });

  it('books under an unclear error, or not, as drawn', () => {
    const booked = model();
    expect(code(booked.answer(capture(1, 100), BEGIN, { kind: 'error', code: 902, booked: true }))).toBe(902);
    expect(capturedIn(booked.books)).toBe(100);
    const lost = model();
    expect(code(lost.answer(capture(1, 100), BEGIN, { kind: 'error', code: 902, booked: false }))).toBe(902);
    expect([capturedIn(lost.books), lost.books.lastNumber]).toEqual([0, 0]);
  });

  it('decides a pending one later and uses its number up at once', () => {
    const payone = model();
    const answer = payone.answer(capture(1, 100), BEGIN, { kind: 'pending', ms: 1000, ends: 'failed' });
    expect(answer.status).toBe('PENDING');
    expect([payone.books.lastNumber, capturedIn(payone.books), heldIn(payone.books)]).toEqual([1, 0, 9900]);
    const [settlement] = payone.outbox.settlements;
    if (settlement === undefined) throw new Error('no settlement');
    payone.settle(settlement, BEGIN + 1000);
    payone.settle(settlement, BEGIN + 2000);
    expect(heldIn(payone.books)).toBe(10_000);
    expect(payone.outbox.notices.map(({ notice }) => notice.state)).toEqual(['failed']);
  });

  it('waits for its notice to be acknowledged where it is slow', () => {
    const payone = model({ busyFor: 60_000 });
    payone.answer(capture(1, 100), BEGIN, null);
    expect(code(payone.answer(capture(2, 100), BEGIN + 1000, null))).toBe(907);
    const [told] = payone.outbox.notices;
    if (told === undefined) throw new Error('nothing told');
    payone.acknowledge(told.notice);
    expect(code(payone.answer(capture(2, 100), BEGIN + 1000, null))).toBe('APPROVED');
  });

  it('gives a number back after a decline unless the account uses it up', () => {
    const decline = { kind: 'decline', code: 2 } as const;
    const kept = model();
    kept.answer(capture(1, 100), BEGIN, decline);
    expect(kept.books.lastNumber).toBe(0);
    const used = model({ declineUsesNumber: true });
    used.answer(capture(1, 100), BEGIN, decline);
    expect(used.books.lastNumber).toBe(1);
  });

  it('does things by itself and tells of them', () => {
    const payone = model();
    payone.answer(capture(1, 4000), BEGIN, null);
    expect(payone.happen({ kind: 'elsewhere', action: 'capture', amount: 500 }, BEGIN)).toBe(true);
    expect(payone.happen({ kind: 'chargeback', capture: 0, thousandths: 250 }, BEGIN)).toBe(true);
    expect(payone.happen({ kind: 'late-failure', capture: 1 }, BEGIN)).toBe(true);
    const told = payone.outbox.notices.map(({ notice }) => [
      notice.about,
      notice.state,
      notice.sequenceNumber,
      notice.receivable,
    ]);
    expect(told).toEqual([
      ['capture', 'approved', 1, 4000],
      ['capture', 'approved', 2, 4500],
      ['chargeback', 'approved', 1, 4500],
      ['capture', 'failed', 2, 4000],
    ]);
    payone.expire();
    expect([heldIn(payone.books), payone.books.lapsed]).toEqual([0, 6000]);
    expect(code(payone.answer(capture(3, 1), BEGIN, null))).toBe(80);
  });

  it('is reported by the conventions of the five outcomes', () => {
    expect(outcomeOfError(2)).toMatchObject({ outcome: 'declined', decline: { again: 'no' } });
    expect(outcomeOfError(91)).toMatchObject({
      outcome: 'declined',
      decline: { again: 'later' },
      firstOnly: true,
    });
    expect(outcomeOfError(907)).toMatchObject({
      outcome: 'not_performed',
      reason: 'sequence',
      busy: true,
      firstOnly: true,
    });
    expect(outcomeOfError(950)).toMatchObject({
      outcome: 'declined',
      busy: true,
      firstOnly: true,
      decline: { again: 'no' },
    });
    expect(outcomeOfError(80)).toMatchObject({ decline: { hold: 'gone' } });
    expect(outcomeOfError(902).outcome).toBe('unknown');
    expect(outcomeOfError(911).outcome).toBe('unknown');
    expect(outcomeOfError(12_345).outcome).toBe('unknown');
  });
});
