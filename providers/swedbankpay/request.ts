/** Builds the body of each call, and says which field of the caller's breaks a limit. Pure: the same call, the same bytes. */
import type { CaptureCall, ProviderCall, RefundCall, ReleaseCall } from '../../payment/call.ts';
import { checkLines } from '../../payment/line.ts';
import type { Refusal } from '../provider.ts';
import type { SwedbankPayAccount } from './account.ts';
import { INSTRUMENTS, PAYMENT_ID } from './descriptor.ts';
import type { Draft } from './draft.ts';
import { faultInNames, faultInText, faultInVat, named, vatOf } from './limits.ts';
import { purchaseDraft } from './purchase.ts';
import { payeeReferenceOf } from './reference.ts';

/** The body of a call, or the first thing that Swedbank Pay's limits forbid. */
export function draftOf(call: ProviderCall, account: SwedbankPayAccount): Draft {
  const digits = account.payeeReferenceDigits;
  const payeeReference = payeeReferenceOf(call, digits);
  if (payeeReference === null) {
    const message = `allocated is a reference of 1 to ${digits ?? 0} digits`;
    return { refusal: { path: 'allocated', message } };
  }
  const refusal =
    faultInAmount(call) ?? (call.action === 'authorise' ? null : faultInHold(call.hold['payment']));
  if (refusal !== null) return { refusal };
  switch (call.action) {
    case 'authorise':
      return purchaseDraft(call, account, payeeReference);
    case 'capture':
      return movement(call, call.details.description, 'description', payeeReference);
    case 'refund':
      return movement(call, call.details.reason, 'reason', payeeReference);
    case 'release':
      return cancellation(call, payeeReference);
  }
}

/** Says why a text is no hold that this adapter can work on, or null. @param path - where the caller gave it. */
export function faultInHold(payment: unknown, path = 'hold.payment'): Refusal | null {
  const instrument = PAYMENT_ID.exec(String(payment))?.[1];
  if (instrument === undefined) {
    return { path, message: 'payment is the id of a payment, as in /psp/creditcard/payments/…' };
  }
  if (INSTRUMENTS.some((known) => known === instrument)) return null;
  return { path, message: `payment is one of ${INSTRUMENTS.join(', ')}, got ${instrument}` };
}

function faultInAmount({ action, amount }: ProviderCall): Refusal | null {
  if (action === 'release') {
    return amount === 0 ? null : { path: 'amount', message: `amount is 0 for a release, got ${amount}` };
  }
  if (Number.isSafeInteger(amount) && amount >= 1) return null;
  return { path: 'amount', message: `amount is a positive integer of minor units, got ${amount}` };
}

/** A capture or a reversal: the same body (seed 004, provider notes B6). */
function movement(
  call: CaptureCall | RefundCall,
  words: string | undefined,
  path: string,
  payeeReference: string,
): Draft {
  const { details, amount, currency } = call;
  const lines = details.lines === undefined ? null : checkLines(details.lines, amount, currency);
  if (lines !== null) return { refusal: { path: lines.path, message: lines.message } };
  const vatAmount = details.vatAmount ?? vatOf(details.lines ?? []);
  const { receiptReference, ...others } = details.options ?? {};
  const refusal =
    faultInText(words, path) ??
    faultInVat(vatAmount, amount, 'vatAmount') ??
    faultInReceipt(receiptReference) ??
    faultInNames(others, 'options');
  if (refusal !== null) return { refusal };
  const verb = call.action === 'capture' ? 'Capture' : 'Refund';
  const description = words ?? named(verb, call.operation);
  const receipt = typeof receiptReference === 'string' ? { receiptReference } : {};
  const transaction = { amount, vatAmount, description, payeeReference, ...receipt };
  return { refusal: null, payeeReference, body: { transaction } };
}

function cancellation(call: ReleaseCall, payeeReference: string): Draft {
  const { reason } = call.details;
  const refusal = faultInText(reason, 'reason');
  if (refusal !== null) return { refusal };
  const description = reason ?? named('Release', call.operation);
  return { refusal: null, payeeReference, body: { transaction: { description, payeeReference } } };
}

/** The invoice or receipt number beside the reference (provider notes B4), in the format of the reference. */
const faultInReceipt = (value: unknown): Refusal | null =>
  value === undefined || (typeof value === 'string' && /^[A-Za-z0-9]{1,30}$/.test(value))
    ? null
    : { path: 'options.receiptReference', message: 'is 1 to 30 letters and digits' };
