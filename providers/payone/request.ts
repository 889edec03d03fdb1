/** Builds the parameters of each call, with the caller's field that each is from. Pure: the same call, the same bytes. */
import type { CaptureCall, ProviderCall, RefundCall, ReleaseCall } from '../../payment/call.ts';
import { authorisationDraft } from './authorisation.ts';
import { CLEARING_TYPES, DEFAULT_CLEARING_TYPE } from './descriptor.ts';
import { type Draft, faultIn, optionFields, present } from './field.ts';
import { faultInLines, itemFields } from './items.ts';
import { CAPTURE_OPTIONS, MOST_AMOUNT, REFUND_OPTIONS } from './parameters.ts';

const compact = (date: string | undefined): string | undefined =>
  // Only the documented form is rewritten; anything else meets the format's own refusal.
  date !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date.replaceAll('-', '') : date;

/** The parameters of a call but those of the account, or the first thing that PAYONE's limits forbid. */
export function draftOf(call: ProviderCall): Draft {
  const draft = bodyOf(call);
  if (draft.refusal !== null) return draft;
  return { fields: draft.fields, refusal: faultIn(draft.fields) };
}

function bodyOf(call: ProviderCall): Draft {
  if (!fitsAmount(call)) {
    const range =
      call.action === 'release' ? 'is 0 for a release' : `is from 1 to ${MOST_AMOUNT} minor units`;
    return { fields: [], refusal: { path: 'amount', message: `amount ${range}, got ${call.amount}` } };
  }
  switch (call.action) {
    case 'authorise':
      return authorisationDraft(call);
    case 'capture':
      return captureDraft(call);
    case 'release':
      return releaseDraft(call);
    case 'refund':
      return refundDraft(call);
  }
}

const fitsAmount = ({ action, amount }: ProviderCall): boolean =>
  action === 'release' ? amount === 0 : Number.isSafeInteger(amount) && amount >= 1 && amount <= MOST_AMOUNT;

type FollowUp = CaptureCall | ReleaseCall | RefundCall;

const refused = (path: string, message: string): Draft => ({ fields: [], refusal: { path, message } });

/** What every follow-up carries. The sequence number is always sent: it is the only guard there is (provider notes A4). */
function followUp(call: FollowUp, request: 'capture' | 'debit', amount: number): Draft {
  if (call.sequenceNumber === null) return refused('sequenceNumber', 'sequencenumber is required');
  return {
    fields: [
      { name: 'request', value: request, path: 'action' },
      ...present([
        ['txid', call.hold['txid'] ?? '', 'hold.txid'],
        ['sequencenumber', call.sequenceNumber, 'sequenceNumber'],
        ['amount', amount, 'amount'],
        ['currency', call.currency, 'amount.currency'],
      ]),
    ],
    refusal: null,
  };
}

const typeOf = (call: FollowUp) => {
  const name = String(call.hold['clearingtype'] ?? DEFAULT_CLEARING_TYPE);
  return Object.hasOwn(CLEARING_TYPES, name) ? CLEARING_TYPES[name] : undefined;
};

function captureDraft(call: CaptureCall): Draft {
  const type = typeOf(call);
  if (type === undefined) return refused('hold.clearingtype', 'is no clearing type that Tranche knows');
  const { details } = call;
  const base = followUp(call, 'capture', call.amount);
  const options = optionFields(details.options ?? {}, CAPTURE_OPTIONS, 'options');
  const refusal = base.refusal ?? faultInLines(details.lines, call.amount, call.currency) ?? options.refusal;
  if (refusal !== null) return { fields: [], refusal };
  const settle =
    details.options?.['settleaccount'] === undefined
      ? call.final
        ? type.settle.last
        : type.settle.part
      : undefined;
  return {
    fields: [
      ...base.fields,
      ...present([
        ['capturemode', type.capturemode ? (call.final ? 'completed' : 'notcompleted') : undefined, 'final'],
        ['settleaccount', settle, 'options.settleaccount'],
        ['narrative_text', details.description, 'description'],
        ['transaction_param', details.reference, 'reference'],
        ['invoiceid', details.invoice?.id, 'invoice.id'],
        ['invoice_deliverymode', details.invoice?.deliveryMode, 'invoice.deliveryMode'],
        ['invoice_deliverydate', compact(details.invoice?.deliveryDate), 'invoice.deliveryDate'],
        ['invoice_deliveryenddate', compact(details.invoice?.deliveryEndDate), 'invoice.deliveryEndDate'],
        ['invoiceappendix', details.invoice?.appendix, 'invoice.appendix'],
      ]),
      ...options.fields,
      ...itemFields(details.lines ?? []),
    ],
    refusal: null,
  };
}

/** A void, or the attempt to release what partial captures left: the same body (provider notes A5). */
function releaseDraft(call: ReleaseCall): Draft {
  const base = followUp(call, 'capture', 0);
  if (base.refusal !== null) return base;
  return {
    fields: [
      ...base.fields,
      { name: 'capturemode', value: 'completed', path: 'kind' },
      { name: 'settleaccount', value: 'auto', path: 'kind' },
    ],
    refusal: null,
  };
}

/** A `debit` with a negative amount (provider notes A6). */
function refundDraft(call: RefundCall): Draft {
  const { details } = call;
  const base = followUp(call, 'debit', -call.amount);
  const options = optionFields(details.options ?? {}, REFUND_OPTIONS, 'options');
  const refusal = base.refusal ?? faultInLines(details.lines, call.amount, call.currency) ?? options.refusal;
  if (refusal !== null) return { fields: [], refusal };
  const settle = details.options?.['settleaccount'] === undefined ? 'auto' : undefined;
  return {
    fields: [
      ...base.fields,
      ...present([
        ['settleaccount', settle, 'options.settleaccount'],
        ['narrative_text', details.reason, 'reason'],
      ]),
      ...options.fields,
      ...itemFields(details.lines ?? []),
    ],
    refusal: null,
  };
}
