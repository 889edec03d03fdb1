/** Answers: one `name=value` per line, in the order in which they are put (provider notes A1; fields: seed 002). */

import type { Process } from './books.ts';
import type { Form } from './form.ts';
import type { Refusal } from './refusal.ts';

export type Answer = readonly (readonly [string, string])[];

export function writeAnswer(answer: Answer): string {
  return answer.map(([name, value]) => `${name}=${value}\n`).join('');
}

export function errorAnswer(refusal: Refusal): Answer {
  return [
    ['status', 'ERROR'],
    ['errorcode', String(refusal.code)],
    ['errormessage', refusal.message.slice(0, 1_024)],
    [
      'customermessage',
      'The payment could not be carried out. Please try again or choose another way to pay.',
    ],
  ];
}

const compactDate = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');

/** The merchant's account that invoice, cash on delivery and prepayment are paid to. */
export function bankFields(process: Process, now: number): Answer {
  const fields: [string, string][] = [
    ['clearing_bankaccountholder', 'Händlerbund Sandkasten GmbH'],
    ['clearing_bankcountry', 'DE'],
    ['clearing_bankaccount', '0532013000'],
    ['clearing_bankcode', '37040044'],
    ['clearing_bankiban', 'DE89370400440532013000'],
    ['clearing_bankbic', 'COBADEFFXXX'],
    ['clearing_bankcity', 'Köln'],
    ['clearing_bankname', 'Sandbank'],
    ['clearing_legalnote', 'Pay within 14 days = no fee.'],
    ['clearing_duedate', compactDate(now + 14 * 86_400_000)],
    ['clearing_reference', process.txid],
  ];
  return fields;
}

/** The mandate of a direct debit; date and amount only without `due_time`. */
export function mandateFields(process: Process, form: Form, now: number): Answer {
  const fields: [string, string][] = [
    ['mandate_identification', process.form.get('mandate_identification') ?? `PO-${process.txid}`],
    ['mandate_dateofsignature', compactDate(now)],
    ['creditor_identifier', 'DE98ZZZ09999999999'],
    ['creditor_name', 'Händlerbund Sandkasten GmbH'],
    ['creditor_street', 'Sandweg 1'],
    ['creditor_zip', '24113'],
    ['creditor_city', 'Kiel'],
    ['creditor_country', 'DE'],
    ['creditor_email', 'sandkasten@example.test'],
  ];
  if (!form.has('due_time')) {
    fields.push(
      ['clearing_date', compactDate(now + 2 * 86_400_000)],
      ['clearing_amount', form.get('amount') ?? '0'],
    );
  }
  return fields;
}

/** What an approved capture says beside the txid (seed 002, "Response Parameter (approved)"). */
export function captureFields(process: Process, form: Form, settled: boolean, now: number): Answer {
  const fields: (readonly [string, string])[] = [['txid', process.txid]];
  if (process.clearingtype === 'wlt' || process.clearingtype === 'fnc')
    fields.push(['workorderid', process.workorderid]);
  fields.push(['settleaccount', settled ? 'yes' : 'no']);
  if (process.clearingtype === 'rec' || process.clearingtype === 'cod')
    fields.push(...bankFields(process, now));
  if (process.clearingtype === 'elv') fields.push(...mandateFields(process, form, now));
  if (/^KL[VS]$/.test(process.form.get('financingtype') ?? '')) {
    fields.push([
      'clearing_instructionnote',
      `https://invoices.example.test/pdf?txid=${process.txid}&days=30`,
    ]);
  }
  return fields;
}
