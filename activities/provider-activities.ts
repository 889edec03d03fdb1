import type { BreakerOptions } from './breaker.ts';
import { Breakers } from './breakers.ts';
import type { CrashPlan } from './crash-point.ts';
import type { ProviderActivities } from './contract.ts';
import type { KeyRing } from './key-ring.ts';
import { performCall } from './provider-call.ts';
import { performRead } from './read-call.ts';
import { redactor } from './redaction.ts';
import { confirmByHeartbeat, SEND_WINDOW_MS, type Confirm } from './send-window.ts';
import type { ProviderAccount } from '../providers/provider.ts';

export interface ProviderActivitiesOptions {
  /** By the name that calls carry in `account`. */
  readonly accounts: ReadonlyMap<string, ProviderAccount>;
  readonly keyRing: KeyRing;
  /** Values that never leave in any form: the secrets of the configuration. @default [] */
  readonly secrets?: readonly string[];
  /** Milliseconds; stays well under the heartbeat time-out of the activities. @default 5000 */
  readonly sendWindowMs?: number;
  /** Milliseconds between heartbeats. @default 2000 */
  readonly heartbeatMs?: number;
  /** How the server is asked whether an activity still counts. @default an answered heartbeat */
  readonly confirm?: Confirm;
  /** Where tests let the process die. `crashPlan(process.env)`. @default nowhere */
  readonly crash?: CrashPlan;
  /** When the calls of an account are held back, by the account's name. @default `BREAKER_DEFAULTS` for each */
  readonly breakers?: ReadonlyMap<string, BreakerOptions>;
}

/**
 * One activity per operation, so that histories and metrics name what was done. Each makes at most one provider call
 * and ends with its outcome: declines and refusals are results, and so is whatever goes wrong once the request may
 * have left, as `unknown`. The only failure thrown is `tranche.unknown-account`, before anything is sent.
 *
 * The heartbeat is throttled by the SDK to four fifths of its time-out unless the worker sets
 * `maxHeartbeatThrottleInterval`; set it to `heartbeatMs`.
 */
export function createProviderActivities(options: ProviderActivitiesOptions): ProviderActivities {
  const deps = {
    accounts: options.accounts,
    keyRing: options.keyRing,
    redact: redactor(options.secrets ?? []),
    sendWindowMs: options.sendWindowMs ?? SEND_WINDOW_MS,
    heartbeatMs: options.heartbeatMs ?? 2_000,
    confirm: options.confirm ?? confirmByHeartbeat,
    crash: options.crash ?? (() => undefined),
    breakers: new Breakers(options.breakers),
  };
  return {
    authorise: (call) => performCall(call, deps),
    capture: (call) => performCall(call, deps),
    release: (call) => performCall(call, deps),
    refund: (call) => performCall(call, deps),
    read: (call) => performRead(call, deps),
  };
}
