/**
 * What a problem of Swedbank Pay says of the request that it answers (provider notes B9). Only the tail of `type` is
 * compared: hosts differ between samples and a resource is put in. A tail that stands in no row says nothing.
 */
import type { Decline } from '../../payment/outcome.ts';

/** P refused · R refused for now · C the account is not set up for it · D the reference was used before · U nobody knows. */
export type ProblemClass = 'P' | 'R' | 'C' | 'D' | 'U';

export interface ProblemMeaning {
  readonly class: ProblemClass;
  readonly hold: Decline['hold'];
  readonly again: Decline['again'];
  /** The answer could be the trace of our own earlier attempt, so that on a repeat it proves nothing. */
  readonly firstOnly: boolean;
}

interface Row extends Partial<Omit<ProblemMeaning, 'class'>> {
  readonly class: ProblemClass;
  readonly tails: string;
}

const DEFAULTS: Readonly<Record<ProblemClass, Omit<ProblemMeaning, 'class'>>> = {
  P: { hold: 'stands', again: 'no', firstOnly: false },
  R: { hold: 'stands', again: 'later', firstOnly: true },
  C: { hold: 'stands', again: 'config', firstOnly: true },
  D: { hold: 'stands', again: 'no', firstOnly: true },
  U: { hold: 'stands', again: 'later', firstOnly: true },
};

/** Tails in lower case and without `_`, which Vipps puts between the same words. */
export const PROBLEMS: readonly Row[] = [
  // What is refused for its content or for the state of the payment: an earlier attempt of ours may have made that state.
  {
    class: 'P',
    tails: 'inputerror validation invalidamount failedamount acquirerinvalidamount',
    firstOnly: true,
  },
  { class: 'P', tails: 'forbidden invalidstate missingpreauthorization', firstOnly: true },
  // Later requests are permitted; a bad request on a card is described as one to try again.
  { class: 'R', tails: 'notfound badrequest 3dsecureerror' },
  { class: 'C', tails: 'configurationerror configerror invalidaccountusage currencynotsupported' },
  { class: 'D', tails: 'identifieralreadyinuse' },
  // The hold is gone.
  { class: 'P', tails: 'authorizationexpired', hold: 'gone', firstOnly: true },
  // Acquirer, issuer and risk rules say no; an acquirer's refusal comes with 403.
  {
    class: 'P',
    tails:
      'paymenttokeninactive paymenttokenerror cardbranddisabled accountholdertyperejected cardtyperejected frauddetected',
  },
  { class: 'P', tails: 'cardblacklisted carddeclined cardexpired acquirererror acquirererrordonotretry' },
  {
    class: 'P',
    tails:
      'acquirercardblacklisted acquirercardexpired acquirercardstolen acquirerinsufficientfunds acquirerpossiblefraud',
  },
  {
    class: 'P',
    tails: 'creditnotapproved amountexceedslimit vippserror vippsdeclined paymentagelimitnotmet',
  },
  // Until a window has passed.
  { class: 'P', tails: 'velocitycheck dailylimitexceeded monthlylimitexceeded', again: 'later' },
  // The payer has to act.
  {
    class: 'P',
    tails:
      '3dsecurerequired 3dsecuredeclined 3dsecureusercancelled authenticationrequired authenticationstatusrejected',
    again: 'customer',
  },
  { class: 'P', tails: 'signingfailed usercancelled', again: 'customer' },
  {
    class: 'U',
    tails:
      'systemerror internalservererror acquirergatewayerror 3dsecureacquirergatewayerror badgateway acquirergatewaytimeout',
  },
  { class: 'U', tails: 'externalerror error unknown unknownerror' },
];

const MEANINGS = new Map<string, ProblemMeaning>();
for (const { tails, class: kind, ...own } of PROBLEMS) {
  for (const tail of tails.split(' ')) MEANINGS.set(tail, { class: kind, ...DEFAULTS[kind], ...own });
}

/** The last part of a problem's `type`, as the table writes it. */
export const tailOf = (type: string): string =>
  (/([^/]*)\/*$/.exec(type)?.[1] ?? '').toLowerCase().replaceAll('_', '');

/**
 * @param status - of the HTTP answer: every 5xx is without outcome, whatever the type says of its cause.
 * @returns null for a type that the notes give no class.
 */
export function meaningOf(type: string, status: number): ProblemMeaning | null {
  const meaning = MEANINGS.get(tailOf(type)) ?? null;
  if (status >= 500 && meaning !== null) return { class: 'U', ...DEFAULTS.U };
  return meaning;
}

/** Words by which a refusal says that it knows the reference (provider notes B7: no type of its own is documented). */
const USED = /\b(?:unique|already|exists?|used|duplicate[ds]?|conflict)\b/i;

/**
 * True for a refusal that may be the trace of an earlier attempt under the same reference: it names the reference, and
 * says that it was used, or answers a repeat.
 */
export const hintsAtDuplicate = (words: string, attempt: number): boolean =>
  /payee\.?reference/i.test(words) && (attempt > 1 || USED.test(words));
