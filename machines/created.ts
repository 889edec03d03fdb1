import type { Capabilities } from '../payment/capability.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { EntryData } from '../payment/ledger.ts';
import type { Plan } from '../payment/plan.ts';
import { upToDate } from './older.ts';
import type { PaymentState } from './payment-state.ts';

/** The data of `payment.created`: all that the fold needs to begin. */
export interface CreatedData {
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly currency: string;
  readonly amount: number;
  readonly capabilities: Capabilities;
  readonly plan: Plan;
  readonly machineVersion: number;
  readonly adopt: null | {
    readonly reference: HoldReference;
    readonly authorizedAt?: string;
    readonly expiresAt?: string;
    readonly sequenceNumber?: number;
  };
}

/** The machine's rules of a version are frozen for the payments that it created. */
export const MACHINE_VERSION = 1;

/** The state before anything but its creation happened. */
export function createdState(data: EntryData, at: string): PaymentState {
  const facts = data as unknown as CreatedData;
  return {
    n: 1,
    id: facts.id,
    account: facts.account,
    provider: facts.provider,
    currency: facts.currency,
    requested: facts.amount,
    capabilities: upToDate(facts.capabilities),
    plan: facts.plan,
    createdAt: at,
    adopted: facts.adopt !== null,
    authorization: {
      id: 'authorization',
      kind: 'authorization',
      state: 'planned',
      amount: facts.amount,
      booked: null,
      origin: 'engine',
      at,
      attempts: 0,
      sequenceNumber: null,
      hold: facts.adopt?.reference ?? null,
    },
    operations: [],
    lapsed: 0,
    chargedBack: 0,
    finalBy: null,
    locked: false,
    sequence: { usedUp: facts.adopt?.sequenceNumber ?? 0, notified: 0 },
    failures: { capture: 0, refund: 0 },
    attentions: [],
    warned: false,
    deadlineReached: false,
    closedAt: null,
  };
}
