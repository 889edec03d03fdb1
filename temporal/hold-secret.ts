/**
 * Secret members of a hold reference (CCV's `authReference`), which the provider's account names. They come in the clear
 * to the edge and leave it sealed, so that no workflow, history or search attribute ever has them (M8).
 */
import { KeyRingError, type KeyRing } from '../activities/key-ring.ts';
import { isSealed, seal, sealContext, unseal } from '../activities/sealing.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { PaymentError } from './payment-error.ts';

export interface HoldOwner {
  readonly account: ProviderAccount;
  readonly payment: string;
}

/**
 * The reference as the provider knows it: a member that the caller gives sealed, for this account and payment, is opened.
 *
 * @param path - where the reference stands in the request.
 * @throws PaymentError `validation` for a sealed member that does not open here.
 */
export function openedReference(
  reference: HoldReference,
  owner: HoldOwner,
  ring: KeyRing | undefined,
  path: string,
): HoldReference {
  return mapSecrets(reference, owner, (name, value) => {
    if (!isSealed(value)) return value;
    try {
      return unseal(ringOf(ring), value, contextOf(owner));
    } catch (cause) {
      if (!(cause instanceof KeyRingError)) throw cause;
      const message = 'is sealed under a key, an account or a payment that is not this one';
      throw new PaymentError('validation', message, { path: `${path}.${name}` });
    }
  });
}

/** The reference as workflows may have it. */
export const sealedReference = (
  reference: HoldReference,
  owner: HoldOwner,
  ring: KeyRing | undefined,
): HoldReference =>
  mapSecrets(reference, owner, (_name, value) => seal(ringOf(ring), value, contextOf(owner)));

function mapSecrets(
  reference: HoldReference,
  { account }: HoldOwner,
  change: (name: string, value: string) => string,
): HoldReference {
  const secret = account.secretReference ?? [];
  return Object.fromEntries(
    Object.entries(reference).map(([name, value]) =>
      secret.includes(name) ? [name, change(name, String(value))] : [name, value],
    ),
  );
}

const contextOf = ({ account, payment }: HoldOwner): string =>
  sealContext({ account: account.name, payment });

function ringOf(ring: KeyRing | undefined): KeyRing {
  if (ring === undefined) throw new TypeError('an account with secret references needs a key ring');
  return ring;
}
