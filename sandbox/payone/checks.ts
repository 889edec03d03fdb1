/** What can be said of a request before any process is looked at: names, formats, credentials, mode. */

import { createHash } from 'node:crypto';
import type { RequestName } from './catalogue.ts';
import { catalogue, required, requiredBy, requests } from './catalogue.ts';
import type { Form } from './form.ts';
import { iban } from './formats.ts';
import { checkItems, isItem } from './items.ts';
import type { Settings } from './options.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';

/** The `key` that a request has to carry. */
export function requestKey(settings: Settings): string {
  const { keyHash, portalKey } = settings;
  return keyHash === 'none' ? portalKey : createHash(keyHash).update(portalKey, 'utf8').digest('hex');
}

/** The `key` that notices carry: always MD5 (provider notes A1). */
export function noticeKey(settings: Settings): string {
  return createHash('md5').update(settings.portalKey, 'utf8').digest('hex');
}

const isRequest = (name: string | undefined): name is RequestName => requests.some((known) => known === name);

function checkAccount(form: Form, settings: Settings): Refusal | undefined {
  for (const name of ['mid', 'aid', 'portalid', 'key', 'mode']) {
    const parameter = catalogue.capture[name];
    const value = form.get(name);
    if (parameter !== undefined && (value === undefined || !parameter.format(value)))
      return refuse(parameter.code, name);
  }
  if (form.get('mid') !== settings.mid) return refuse(2003);
  if (form.get('portalid') !== settings.portalId) return refuse(2005);
  if (form.get('aid') !== settings.aid) return refuse(2004);
  if (form.get('key') !== requestKey(settings)) return refuse(2006);
  const mode = form.get('mode');
  if (settings.mode !== 'any' && mode !== settings.mode) return refuse(mode === 'test' ? 924 : 925);
  return undefined;
}

function checkParameters(form: Form, request: RequestName): Refusal | undefined {
  const known = catalogue[request];
  for (const [name, value] of form) {
    const parameter = Object.hasOwn(known, name) ? known[name] : undefined;
    if (parameter === undefined) {
      if (isItem(name)) continue;
      if (name === 'sequencenumber') return refuse(1009, `not with ${request}`);
      return refuse(2011, name.slice(0, 40));
    }
    if (!parameter.format(value)) return refuse(parameter.code, name);
  }
  const opens = request === 'preauthorization' || request === 'authorization';
  const needed = [...required[request], ...(opens ? (requiredBy[form.get('clearingtype') ?? ''] ?? []) : [])];
  for (const name of needed) if (!form.has(name)) return refuse(known[name]?.code ?? 1000, `${name} missing`);
  const account = form.get('iban');
  if (account !== undefined && !iban(account)) return refuse(888);
  return undefined;
}

/** Amounts by request: set-up above 0, capture from 0, refund below 0, debit either way. */
function checkAmount(form: Form, request: RequestName): Refusal | undefined {
  const amount = Number(form.get('amount'));
  if ((request === 'preauthorization' || request === 'authorization') && amount <= 0)
    return refuse(1016, 'amount has to be positive');
  if (request === 'capture' && amount < 0) return refuse(1016, 'amount is negative');
  if (request === 'refund' && amount >= 0) return refuse(1016, 'amount has to be negative');
  if (request === 'debit' && amount === 0 && form.get('settleaccount') !== 'yes')
    return refuse(1016, 'amount 0 only settles');
  if (amount > 0 && form.get('transactiontype') === 'GT')
    return refuse(2012, 'transactiontype GT is a credit');
  return undefined;
}

/** All checks of a request by itself, in the order account, names and formats, amount, items. */
export function checkRequest(form: Form, settings: Settings): Refusal | { request: RequestName } {
  const request = form.get('request');
  if (request === undefined) return refuse(1202, 'request missing');
  const refused = checkAccount(form, settings);
  if (refused !== undefined) return refused;
  if (!isRequest(request)) return refuse(2002, request.slice(0, 40));
  return (
    checkParameters(form, request) ??
    checkAmount(form, request) ??
    checkItems(form, Number(form.get('amount'))) ?? { request }
  );
}
