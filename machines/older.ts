import type { Capabilities } from '../payment/capability.ts';
import type { CoreState } from './core-state.ts';

/** What later versions added to the capabilities, as it is for payments that were created before. */
const ADDED = { failures: null, allocates: null } as const;
const ADDED_TIMING = { absenceAfter: 120_000, resendAfter: 35_000 } as const;

/**
 * The capabilities of a payment that an older version created: a ledger is folded for years, and a payment outlives
 * the code that began it.
 */
export function upToDate(recorded: Capabilities): Capabilities {
  return { ...ADDED, ...recorded, timing: { ...ADDED_TIMING, ...recorded.timing } };
}

const ADDED_STATE = {
  looking: null,
  reading: null,
  wantsRead: false,
  lastRead: null,
  pokedAt: null,
  expiryAsked: null,
  difference: null,
  allocation: null,
  toldStuck: null,
} as const;

/** A state that a run of an older version handed over. */
export function carriedOver(recorded: CoreState): CoreState {
  const { context, value } = recorded.machine;
  return {
    ...ADDED_STATE,
    ...recorded,
    machine: {
      value,
      context: {
        ...context,
        failures: context.failures ?? { capture: 0, refund: 0 },
        capabilities: upToDate(context.capabilities),
      },
    },
  };
}
