/**
 * What an error code of PAYONE says of the request that it answers (provider notes A7). A code that stands in no row
 * says nothing: the outcome is unknown.
 */
import type { Decline } from '../../payment/outcome.ts';

/**
 * P refused for good · R refused for now · W the sequence number is not next · B busy or closed · U nobody knows whether it was
 * booked · C the account is not set up for it · D it looks like a duplicate.
 */
export type CodeClass = 'P' | 'R' | 'W' | 'B' | 'U' | 'C' | 'D';

export interface CodeMeaning {
  readonly class: CodeClass;
  readonly hold: Decline['hold'];
  readonly again: Decline['again'];
  /** The answer could be the trace of our own earlier attempt, so that on a repeat it proves nothing. */
  readonly firstOnly: boolean;
}

interface Row extends Partial<Omit<CodeMeaning, 'class'>> {
  readonly class: CodeClass;
  /** Single codes and ranges, both ends in. */
  readonly codes: readonly (number | readonly [number, number])[];
}

const DEFAULTS: Readonly<Record<CodeClass, Omit<CodeMeaning, 'class'>>> = {
  P: { hold: 'stands', again: 'no', firstOnly: false },
  R: { hold: 'stands', again: 'later', firstOnly: true },
  W: { hold: 'stands', again: 'later', firstOnly: true },
  B: { hold: 'stands', again: 'no', firstOnly: true },
  U: { hold: 'stands', again: 'no', firstOnly: true },
  C: { hold: 'stands', again: 'config', firstOnly: true },
  D: { hold: 'stands', again: 'no', firstOnly: true },
};

export const ERROR_CODES: readonly Row[] = [
  // The issuer is away (1, 91); Amazon timed out (980); maintenance (990, 991); file service (6502).
  { class: 'R', codes: [1, 91, 980, 990, 991, 6502] },
  // Issuer, card and wallet say no.
  {
    class: 'P',
    codes: [
      2,
      4,
      5,
      7,
      12,
      13,
      14,
      30,
      31,
      33,
      34,
      43,
      51,
      [55, 58],
      60,
      61,
      62,
      63,
      65,
      102,
      103,
      104,
      107,
      109,
    ],
  },
  // The hold is gone: its time is over, or its amount is no longer there. A repeat may meet that after an attempt that was booked.
  { class: 'P', codes: [21, 80, 101, 106, 972], hold: 'gone', firstOnly: true },
  { class: 'P', codes: [64, 303], firstOnly: true },
  // The customer has to act: back to the wallet (105), not finished (305), 3-D Secure not completed or not successful.
  { class: 'P', codes: [105, 4219], again: 'customer' },
  { class: 'P', codes: [305, 4217], again: 'customer', firstOnly: true },
  { class: 'D', codes: [108, 911, 952] },
  // SEPA mandate, financing, risk rules, card and bank data.
  { class: 'P', codes: [[250, 255], 301, 304, 307, 308, [701, 724], [872, 897]] },
  { class: 'U', codes: [900, 902, 903, 904, 909] },
  { class: 'C', codes: [901, 905, [923, 925], 931, 933, 934, [2001, 2007], 3000] },
  // Amounts and limits that an earlier attempt of ours would have used up.
  { class: 'P', codes: [906, 908, [915, 920], 951], firstOnly: true },
  // Amount 0 is refused after a partial capture whatever became of an earlier attempt, which moved no money either.
  { class: 'P', codes: [935] },
  { class: 'P', codes: [921], again: 'later', firstOnly: true },
  { class: 'W', codes: [907] },
  { class: 'P', codes: [910, 912, 913, 922, 926, 937, 944, 945, 970, 971, [981, 987]] },
  { class: 'B', codes: [950] },
  // A named parameter is faulty; the request as a whole is.
  { class: 'P', codes: [[1000, 1999], 2008, [2011, 2013]] },
  { class: 'P', codes: [[4200, 4216], 4218] },
];

const MEANINGS = new Map<number, CodeMeaning>();
for (const { codes, class: kind, ...own } of ERROR_CODES) {
  for (const entry of codes) {
    const [from, to] = typeof entry === 'number' ? [entry, entry] : entry;
    for (let code = from; code <= to; code += 1)
      MEANINGS.set(code, { class: kind, ...DEFAULTS[kind], ...own });
  }
}

/** @returns null for a code that the notes give no class. */
export const meaningOf = (code: number): CodeMeaning | null => MEANINGS.get(code) ?? null;
