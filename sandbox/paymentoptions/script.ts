/**
 * Scripted answers. With `scripted` on (the default) these amounts choose what happens.
 *
 * | last five digits of the minor amount | of a | what happens |
 * | --- | --- | --- |
 * | `77001`, `79001` | capture, refund | refused: HTTP 400, and nothing in the answer says yes |
 * | `77002`, `79002` | capture, refund | refused with HTTP 201: the status says yes, the rest no |
 * | `75001` | capture | booked, and answered with the whole authorised amount |
 * | `75002` | capture, refund | one minor unit less is booked and answered |
 * | `75003` | capture, refund | booked, and answered with `success: false` |
 * | `75004` | capture, refund | booked, and answered with `response_code` 5 |
 * | `75005` | capture, refund | booked, and answered without an id |
 */

export type Verdict =
  | 'approve'
  | 'refuse'
  | 'refuse-softly'
  | 'answer-whole'
  | 'book-less'
  | 'answer-unsuccessful'
  | 'answer-code'
  | 'answer-nameless';

const both: Readonly<Record<string, Verdict>> = {
  '75002': 'book-less',
  '75003': 'answer-unsuccessful',
  '75004': 'answer-code',
  '75005': 'answer-nameless',
};

const byKind: Readonly<Record<string, Readonly<Record<string, Verdict>>>> = {
  capture: { ...both, '77001': 'refuse', '77002': 'refuse-softly', '75001': 'answer-whole' },
  refund: { ...both, '79001': 'refuse', '79002': 'refuse-softly' },
};

export const byAmount = (kind: string, amount: number): Verdict =>
  byKind[kind]?.[String(amount).padStart(5, '0').slice(-5)] ?? 'approve';
