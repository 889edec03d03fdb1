import { z } from 'zod';
import { parseDuration } from '../payment/duration.ts';
import { commonOptions } from './account-options.ts';
import type { AccountConfig } from './provider.ts';

/** How the engine goes easy on one account's provider. */
export interface AccountLimits {
  /** Calls at a time, per worker process; absent: no limit of the account's own. */
  readonly maxConcurrent?: number;
  /** Calls per second over all workers; absent: no limit. */
  readonly rate?: number;
  readonly breaker: {
    /** Results in a row which say that the provider is not there. */
    readonly failures: number;
    /** Milliseconds. */
    readonly openFor: number;
  };
}

export const BREAKER_DEFAULTS: AccountLimits['breaker'] = { failures: 5, openFor: 30_000 };

const { maxConcurrent, rate, breaker } = commonOptions;
const limitOptions = z.object({ maxConcurrent, rate, breaker });

/** The limits that an account names, defaults in place. @throws ZodError where an option is not what its schema says. */
export function limitsOf(config: AccountConfig): AccountLimits {
  const given = limitOptions.parse(config);
  const openFor = given.breaker?.openFor;
  return {
    ...(given.maxConcurrent === undefined ? {} : { maxConcurrent: given.maxConcurrent }),
    ...(given.rate === undefined ? {} : { rate: given.rate }),
    breaker: {
      failures: given.breaker?.failures ?? BREAKER_DEFAULTS.failures,
      openFor: openFor === undefined ? BREAKER_DEFAULTS.openFor : parseDuration(openFor),
    },
  };
}

/** Whether the account's calls run on a task queue of their own. */
export const hasOwnQueue = ({ maxConcurrent: most, rate: perSecond }: AccountLimits): boolean =>
  most !== undefined || perSecond !== undefined;
