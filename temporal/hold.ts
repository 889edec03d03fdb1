/** The search attribute by which a notice, or a second adoption, finds the payment of a hold. */
import type { PaymentFacts } from '../machines/core-state.ts';

/** By the provider's own reference, once it is known. */
export const holdOf = (account: string, providerReference: string): string =>
  `${account}/${providerReference}`;

/** By our reference, from the start: a notice may come before the answer that names the provider's. */
export const holdByReference = (account: string, reference: string): string => `${account}/ref:${reference}`;

/** What a payment is found by when it starts. */
export function firstHold({ account, reference, holdKey }: PaymentFacts): string {
  return holdKey === undefined ? holdByReference(account, reference) : holdOf(account, holdKey);
}
