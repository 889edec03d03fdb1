import { createHash } from 'node:crypto';

/** The grammar of our references; a UUID with its hyphens would not fit `order_id` (provider notes 3.2). */
export const OUR_REFERENCE = /^[0-9a-f]{32}$/;

/**
 * What finline knows one of our operations by: 32 lower-case hex digits, 128 bits of a SHA-256. An authorisation carries
 * it as `order_id`, whose uniqueness is finline's only guard against a second hold (provider notes 3.3); every later
 * operation carries its own in `comment`, so that the list can be matched exactly (provider notes 3.8).
 */
export const referenceOf = (account: string, payment: string, operation: string): string =>
  createHash('sha256')
    .update(JSON.stringify(['finline', account, payment, operation]))
    .digest('hex')
    .slice(0, 32);

/** A comment that ends with the operation's reference in brackets. */
export const commentOf = (text: string, reference: string): string => `${text} [${reference}]`;

/** The reference that a comment ends with, or null. */
export const referenceIn = (comment: string | null | undefined): string | null =>
  /\[([0-9a-f]{32})\]$/.exec(comment ?? '')?.[1] ?? null;
