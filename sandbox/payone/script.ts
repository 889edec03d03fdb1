/**
 * Scripted answers. With `scripted` on (the default) these cards and amounts choose what happens; EEEEEE and
 * EEE are an error code of the platform, filled with zeros from the left.
 *
 * | pseudocardpan | what happens |
 * | --- | --- |
 * | anything else of 16 to 19 digits | approved |
 * | `9410013…` | REDIRECT (3-D Secure); an admin call or the page ends it |
 * | `9410014000000001` | preauthorization PENDING (`reasoncode` 903), completed after `settleMs` |
 * | `9410014000000002` | preauthorization PENDING, failed after `settleMs` |
 * | `9410014000000003` | preauthorization PENDING until the admin settles it |
 * | `9410015000EEEEEE` | answered with error EEEEEE although the preauthorization was booked |
 * | `9410016000EEEEEE` | preauthorization approved, every capture declined with EEEEEE |
 * | `9410017000000001` | every capture PENDING, completed after `settleMs` (needs api_version 3.11, else 903) |
 * | `9410017000000002` | every capture PENDING, failed after `settleMs` |
 * | `9410017000000003` | every capture PENDING until the admin settles it |
 * | `9410018…` | every capture approved, `failed` after `settleMs` |
 * | `9410019000EEEEEE` | preauthorization declined with EEEEEE |
 *
 * | last five digits of the amount | of a | what happens |
 * | --- | --- | --- |
 * | `78EEE` | preauthorization, authorization | declined with EEE |
 * | `77EEE` | capture | declined with EEE |
 * | `76001`, `76002`, `76003` | capture | PENDING: completed, failed, until settled (needs api_version 3.11, else 903) |
 * | `76004` | capture | approved, `failed` after `settleMs` |
 * | `76EEE`, EEE from 900 | capture | answered with error EEE although it was booked |
 * | `79EEE` | debit, refund (without its sign) | declined with EEE |
 * | `75EEE`, EEE from 900 | debit, refund | answered with error EEE although it was booked |
 *
 * A code that the twin does not know does nothing. 21, 80, 101, 106 and 972 end the reservation: every later
 * capture gets the same code. An error 903 of a card or wallet becomes PENDING with api_version 3.11 (provider notes
 * A7), and stays so until the admin settles it.
 */

import { knownCode } from './refusal.ts';

export type Verdict =
  | { kind: 'approve' }
  | { kind: 'decline'; code: number }
  /** `ends` undefined: the admin decides. */
  | { kind: 'pending'; ends: 'completed' | 'failed' | undefined }
  | { kind: 'redirect' }
  | { kind: 'booked-but-error'; code: number }
  | { kind: 'late-failure' };

const approve: Verdict = { kind: 'approve' };

/** Codes that say that the reservation is gone (provider notes A5). */
export const reservationGone: readonly number[] = [21, 80, 101, 106, 972];

const pendings: Readonly<Record<string, Verdict>> = {
  '001': { kind: 'pending', ends: 'completed' },
  '002': { kind: 'pending', ends: 'failed' },
  '003': { kind: 'pending', ends: undefined },
};

function coded(kind: 'decline' | 'booked-but-error', digits: string, from = 1): Verdict {
  const code = Number(digits);
  return code >= from && knownCode(code) ? { kind, code } : approve;
}

function byCard(
  card: string | undefined,
  families: Readonly<Record<string, (digits: string) => Verdict>>,
): Verdict {
  const parts = /^941001(\d)(\d{9,12})$/.exec(card ?? '');
  return families[parts?.[1] ?? '']?.(parts?.[2] ?? '') ?? approve;
}

function byAmount(amount: number, families: Readonly<Record<string, (digits: string) => Verdict>>): Verdict {
  const digits = String(Math.abs(amount)).padStart(5, '0').slice(-5);
  return families[digits.slice(0, 2)]?.(digits.slice(2)) ?? approve;
}

const first = (...verdicts: Verdict[]): Verdict =>
  verdicts.find((verdict) => verdict.kind !== 'approve') ?? approve;

/** What happens to a preauthorization or authorization. Amounts in minor units. */
export function scriptSetUp(card: string | undefined, amount: number): Verdict {
  return first(
    byCard(card, {
      3: () => ({ kind: 'redirect' }),
      4: (digits) => pendings[digits.slice(-3)] ?? approve,
      5: (digits) => coded('booked-but-error', digits),
      9: (digits) => coded('decline', digits),
    }),
    byAmount(amount, { 78: (digits) => coded('decline', digits) }),
  );
}

/** What happens to a capture. The card is that of the preauthorization. */
export function scriptCapture(card: string | undefined, amount: number): Verdict {
  return first(
    byCard(card, {
      6: (digits) => coded('decline', digits),
      7: (digits) => pendings[digits.slice(-3)] ?? approve,
      8: () => ({ kind: 'late-failure' }),
    }),
    byAmount(amount, {
      76: (digits) =>
        digits === '004'
          ? { kind: 'late-failure' }
          : (pendings[digits] ?? coded('booked-but-error', digits, 900)),
      77: (digits) => coded('decline', digits),
    }),
  );
}

/** What happens to a debit or refund. */
export function scriptBack(amount: number): Verdict {
  return byAmount(amount, {
    75: (digits) => coded('booked-but-error', digits, 900),
    79: (digits) => coded('decline', digits),
  });
}
