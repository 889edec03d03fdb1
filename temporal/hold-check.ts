/** What the provider's own books say of a hold that is to be adopted, before anything is created. */
import type { PaymentFacts } from '../machines/core-state.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { PaymentError } from './payment-error.ts';

/** The rule of a refusal whose `amount` is not what the provider holds. */
export const HELD_AMOUNT = 'held-amount';

const REFERENCE = 'authorization.adopt.reference';

export interface HoldFound {
  /** RFC 3339, where the books say when the hold ends. */
  readonly expiresAt?: string;
}

/** Whether the provider's books can be read for this payment. */
export const canBeAsked = ({ capabilities }: PaymentFacts, account: ProviderAccount): boolean =>
  capabilities.query === 'operations' && account.read !== undefined;

/**
 * Asks the provider for the hold: what is held there now must be what the caller says.
 *
 * @param reference - in the clear.
 * @throws PaymentError `validation` at `amount` with both figures, or at the reference where the provider has no such
 *   hold; `unavailable`, outcome `none`, where the books could not be read.
 */
export async function checkHold(
  { id, amount, currency }: PaymentFacts,
  reference: HoldReference,
  account: ProviderAccount,
  signal: AbortSignal,
): Promise<HoldFound> {
  const call: ReadCall = {
    action: 'read',
    account: account.name,
    payment: id,
    operation: 'authorization',
    kind: 'authorization',
    amount,
    currency,
    hold: reference,
    keys: {},
    attempts: 1,
  };
  const found = await ask(account, call, signal);
  const held = heldIn(found);
  if (held !== amount) {
    throw new PaymentError('validation', `${amount} was given, and the provider holds ${held}`, {
      path: 'amount',
      rule: HELD_AMOUNT,
      figures: { asked: amount, held },
    });
  }
  return found.expiresAt === undefined ? {} : { expiresAt: found.expiresAt };
}

async function ask(account: ProviderAccount, call: ReadCall, signal: AbortSignal): Promise<ReadResult> {
  try {
    return (await account.read?.(call, { signal })) ?? { read: 'failed', reason: 'nobody can be asked' };
  } catch (cause) {
    // The error may quote what was asked or answered.
    throw unreadable('the question could not be asked', cause);
  }
}

/** Minor units that the hold still covers. */
function heldIn(found: ReadResult): number {
  switch (found.read) {
    case 'approved': {
      if (found.unsettled === true && found.remaining === undefined)
        throw unreadable('something is under way on this hold, so nobody can say what it still covers');
      const held = found.remaining ?? found.booked;
      if (held === undefined) throw unreadable('its books name no amount');
      return held;
    }
    case 'absent':
      throw refused('the provider has no such hold');
    case 'declined':
      throw refused('the provider declined this authorisation or has ended it');
    case 'pending':
      throw refused('the provider has not authorised this yet');
    case 'failed':
      throw unreadable(found.reason);
  }
}

const refused = (message: string): PaymentError =>
  new PaymentError('validation', message, { path: REFERENCE });

const unreadable = (why: string, cause?: unknown): PaymentError =>
  new PaymentError('unavailable', `the provider's books could not be read: ${why}`, {
    outcome: 'none',
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
