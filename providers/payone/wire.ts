/** What crosses the wire, parsed in both directions: flat texts out, lines of `name=value` back (seed 002, provider notes A1). */
import * as z from 'zod';
import type { PayoneAccount } from './account.ts';
import type { Field } from './field.ts';
import { formatOf, ITEM, MOST_ITEMS } from './parameters.ts';
import { keyOf } from './reference.ts';

const present = z.string();
const account = {
  mid: present,
  aid: present,
  portalid: present,
  key: present,
  mode: present,
  encoding: present,
  api_version: present,
};
const absent = z.undefined().optional();
const followUp = { ...account, txid: present, sequencenumber: present, currency: present, reference: absent };

/** A request as it leaves. Every parameter has its format, items are serial and whole, and nothing is there that is not known. */
export const payoneRequest = z
  .discriminatedUnion('request', [
    z.looseObject({
      request: z.literal('preauthorization'),
      ...account,
      clearingtype: present,
      reference: present,
      amount: present.regex(/^[1-9]\d*$/),
      currency: present,
      txid: absent,
      sequencenumber: absent,
    }),
    z.looseObject({ request: z.literal('capture'), ...followUp, amount: present.regex(/^\d+$/) }),
    z.looseObject({ request: z.literal('debit'), ...followUp, amount: present.regex(/^-[1-9]\d*$/) }),
  ])
  .superRefine((request, context) => {
    for (const [name, value] of Object.entries(request)) {
      if (formatOf(name)?.safeParse(value).success !== true) {
        context.addIssue({ code: 'custom', path: [name], message: 'is not as PAYONE takes it' });
      }
    }
    const has = (array: string, n: number): boolean => Object.hasOwn(request, `${array}[${n}]`);
    const arrays = Object.keys(ITEM);
    for (let n = 1, ended = false; n <= MOST_ITEMS; n += 1) {
      const some = arrays.some((array) => has(array, n));
      if (!some) ended = true;
      else if (ended || !['it', 'id', 'pr', 'no', 'de', 'va'].every((array) => has(array, n))) {
        context.addIssue({ code: 'custom', path: [`it[${n}]`], message: 'is not whole or not serial' });
      }
    }
  });

export type PayoneRequest = Readonly<Record<string, string>>;

/**
 * Joins a call's parameters with those of the account and looks at the whole once more.
 *
 * @throws z.ZodError where a draft without refusal still is no valid request: a defect of ours.
 */
export function requestOf(options: PayoneAccount, fields: readonly Field[]): PayoneRequest {
  const request = {
    mid: options.mid,
    aid: options.aid,
    portalid: options.portalId,
    key: keyOf(options.key, options.keyHash),
    mode: options.mode,
    encoding: 'UTF-8',
    api_version: options.apiVersion,
    ...Object.fromEntries(fields.map(({ name, value }) => [name, value])),
  };
  payoneRequest.parse(request);
  return request;
}

/** The form body, sorted by name: a repeat is the same bytes (M10). */
export const bodyOf = (request: PayoneRequest): string => {
  const names = Object.keys(request).sort();
  return new URLSearchParams(names.map((name): [string, string] => [name, request[name] ?? ''])).toString();
};

const txid = z.string().regex(/^\d{9,20}$/);
const code = z.string().regex(/^(?:0|[1-9]\d{0,5})$/);

/** An answer to a request that sets up or books. Other statuses belong to other requests and are not listed. */
export const payoneAnswer = z.discriminatedUnion('status', [
  // An approval that names an error contradicts itself.
  z.looseObject({ status: z.literal('APPROVED'), txid, errorcode: absent }),
  z.looseObject({ status: z.literal('PENDING'), txid }),
  z.looseObject({
    status: z.literal('REDIRECT'),
    txid,
    redirecturl: z
      .string()
      .max(8_192)
      .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value)),
  }),
  // The message is required because it follows the code: without it, the code may have been cut.
  z.looseObject({
    status: z.literal('ERROR'),
    errorcode: code,
    errormessage: z.string(),
    customermessage: z.string().optional(),
  }),
]);

export type PayoneAnswer = z.output<typeof payoneAnswer>;

export type AnswerFault = 'empty-answer' | 'not-utf8' | 'not-lines' | 'conflicting-lines';

export type AnswerLines =
  | { readonly ok: true; readonly lines: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly fault: AnswerFault };

const NAME = /^[A-Za-z][A-Za-z0-9_]*(?:\[[A-Za-z0-9_-]*\])*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the answer's lines, split on the first `=` since values hold more of them (provider notes A1). One line that is none
 * makes the whole no answer of PAYONE's: a page of a proxy, or a cut.
 */
export function readLines(body: Uint8Array): AnswerLines {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return { ok: false, fault: 'not-utf8' };
  }
  const lines = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    const at = line.indexOf('=');
    const name = line.slice(0, Math.max(at, 0));
    const value = line.slice(at + 1);
    if (at < 0 || !NAME.test(name)) return { ok: false, fault: 'not-lines' };
    if ((lines.get(name) ?? value) !== value) return { ok: false, fault: 'conflicting-lines' };
    lines.set(name, value);
  }
  return lines.size === 0
    ? { ok: false, fault: 'empty-answer' }
    : { ok: true, lines: Object.fromEntries(lines) };
}
