/**
 * Scripted answers. With `scripted` on (the default) these tokens and amounts choose what happens.
 *
 * | `cc_token` of a direct auth | what happens |
 * | --- | --- |
 * | anything else | success |
 * | begins with `failure` | failure |
 * | begins with `pending` | pending until the admin settles it |
 * | begins with `confirm` | pending with `user_action_url`; the page or an admin call ends it |
 *
 * | last five digits of the minor amount | of a | what happens |
 * | --- | --- | --- |
 * | `78001` | auth | failure |
 * | `77001` | capture | failure |
 * | `77400` | capture | refused with HTTP 400 |
 * | `79001` | refund | failure |
 * | `76001`, `76002`, `76003` | auth, capture, refund | pending: then success, then failure, until settled |
 * | `75001` | capture | booked, and answered with the whole authorised amount, as in the seed's own example |
 * | `75002` | capture, refund | one minor unit less is booked and answered |
 * | `75003` | capture, refund | booked, and answered with a status that is not listed |
 */

import type { Method } from './books.ts';

export type Verdict =
  | { kind: 'success' }
  | { kind: 'failure' }
  | { kind: 'refuse' }
  /** `ends` undefined: the admin decides. */
  | { kind: 'pending'; ends: 'success' | 'failure' | undefined; confirm?: true }
  | { kind: 'answer-whole' }
  | { kind: 'book-less' }
  | { kind: 'strange-status' };

const pendings: Readonly<Record<string, Verdict>> = {
  '76001': { kind: 'pending', ends: 'success' },
  '76002': { kind: 'pending', ends: 'failure' },
  '76003': { kind: 'pending', ends: undefined },
};

const byMethod: Readonly<Record<Method, Readonly<Record<string, Verdict>>>> = {
  auth: { ...pendings, '78001': { kind: 'failure' } },
  capture: {
    ...pendings,
    '77001': { kind: 'failure' },
    '77400': { kind: 'refuse' },
    '75001': { kind: 'answer-whole' },
    '75002': { kind: 'book-less' },
    '75003': { kind: 'strange-status' },
  },
  void: {},
  refund: {
    ...pendings,
    '79001': { kind: 'failure' },
    '75002': { kind: 'book-less' },
    '75003': { kind: 'strange-status' },
  },
};

export const byAmount = (method: Method, amount: number): Verdict =>
  byMethod[method][String(amount).padStart(5, '0').slice(-5)] ?? { kind: 'success' };

export function byToken(token: string): Verdict {
  if (token.startsWith('failure')) return { kind: 'failure' };
  if (token.startsWith('pending')) return { kind: 'pending', ends: undefined };
  if (token.startsWith('confirm')) return { kind: 'pending', ends: undefined, confirm: true };
  return { kind: 'success' };
}
