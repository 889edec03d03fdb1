/**
 * The rule: the model of PaymentOptions books a repeat again, shows at most that the record of a hold changed, and
 * takes a refund only for the capture that it names.
 */
import { describe, expect, it } from 'vitest';
import { refundedIn } from '../../sim/books.ts';
import { BEGIN } from '../../sim/facts.ts';
import { PaymentOptionsModel } from '../../sim/paymentoptions-model.ts';
import type { PaymentOptionsSetting } from '../../sim/setting.ts';
import { capture, read, refund, release, settingOf } from './calls.ts';

const model = (own: Partial<PaymentOptionsSetting> = {}): PaymentOptionsModel =>
  new PaymentOptionsModel(settingOf('paymentoptions', { readLag: 0, recordChanges: true, ...own }));

describe('the model of PaymentOptions', () => {
  it('refunds by the id of the capture, as often as it is asked', () => {
    const there = model();
    there.receive(capture('c-1', 4000), BEGIN, null);
    const anchor = there.anchorOf('c-1')?.transactionId;
    expect(there.receive(refund('f-1', 1000, 'tx-1'), BEGIN, null)).toMatchObject({ outcome: 'declined' });
    there.receive(refund('f-1', 1000, anchor), BEGIN, null);
    there.receive(refund('f-1', 1000, anchor), BEGIN, null);
    expect(refundedIn(there.books)).toBe(2000);
  });

  it('proves a capture only by a record that changed, and only for its amount', () => {
    const there = model();
    there.receive(capture('c-1', 4000), BEGIN, null);
    expect(there.read(read('capture', 'c-1', 4000), BEGIN)).toMatchObject({ read: 'approved', booked: 4000 });
    expect(there.read(read('capture', 'c-1', 3000), BEGIN)).toMatchObject({ read: 'failed' });
    expect(there.read(read('release', 'l-1'), BEGIN)).toMatchObject({ read: 'absent', offered: false });
    const silent = model({ recordChanges: false });
    silent.receive(capture('c-1', 4000), BEGIN, null);
    expect(silent.read(read('capture', 'c-1', 4000), BEGIN)).toMatchObject({ read: 'failed' });
  });

  it('says another amount than was asked where it took another', () => {
    const there = model();
    expect(there.receive(capture('c-1', 4000), BEGIN, { kind: 'amount', thousandths: 500 })).toMatchObject({
      outcome: 'unknown',
      answered: 2000,
    });
  });

  it('voids an untouched hold and nothing else', () => {
    const there = model();
    expect(there.receive(release('l-1'), BEGIN, null)).toMatchObject({ outcome: 'approved' });
    expect(there.receive(release('l-2'), BEGIN, null)).toMatchObject({ outcome: 'declined' });
    expect(there.read(read('release', 'l-1'), BEGIN)).toMatchObject({ read: 'approved', remaining: 0 });
  });
});
