/** What a provider call and a refused command look like from outside: names, outcome and time, never a payload. */
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { BREAKER_OPEN } from './breakers.ts';
import type { CommandActivities, CommandAnswer, ProviderActivities } from './contract.ts';
import { sightingOf } from './sighting.ts';

interface Seen {
  readonly account: string;
  /** `unknown` where this worker does not know the account. */
  readonly provider: string;
  readonly payment: string;
  readonly operation: string;
  readonly reason: string | null;
  /** HTTP status of the last answer; null where none came. */
  readonly status: number | null;
  /** Milliseconds from the first byte sent to the last byte read; null where nothing was exchanged. */
  readonly providerMs: number | null;
  /** Milliseconds of the whole activity. */
  readonly durationMs: number;
  /**
   * Whether the account's breaker is open as far as this result tells: true where it held the call back, false where
   * the provider answered, null where neither is known.
   */
  readonly heldBack: boolean | null;
}

export interface SeenCall extends Seen {
  readonly action: ProviderCall['action'];
  readonly attempt: number;
  /** `failed`: the activity ended without an outcome, as for an account that is not configured here. */
  readonly outcome: CallResult['outcome'] | 'failed';
  /** The provider's own code of a decline. */
  readonly code: string | null;
}

export interface SeenRead extends Seen {
  readonly kind: ReadCall['kind'];
  readonly result: ReadResult['read'];
}

/** A command of the order side that its payment refused. */
export interface SeenRefusal {
  readonly payment: string;
  readonly command: string;
  readonly operation: string;
  readonly code: string;
  readonly rule: string | null;
}

/** Told after the fact; what it throws is dropped, since no call may fail for being watched. */
export interface CallObserver {
  called(seen: SeenCall): void;
  read(seen: SeenRead): void;
  refused(seen: SeenRefusal): void;
}

/** The same activities, watched. Results and failures pass through untouched. */
export function watchCalls(
  activities: ProviderActivities,
  accounts: ReadonlyMap<string, Pick<ProviderAccount, 'provider'>>,
  observers: readonly CallObserver[],
): ProviderActivities {
  const providerOf = (account: string): string => accounts.get(account)?.provider ?? 'unknown';
  const watched =
    (act: (call: ProviderCall) => Promise<CallResult>) =>
    async (call: ProviderCall): Promise<CallResult> => {
      const started = performance.now();
      let result: CallResult | null = null;
      try {
        result = await act(call);
        return result;
      } finally {
        const seen = seenCall(call, providerOf(call.account), result, performance.now() - started);
        tell(observers, (observer) => observer.called(seen));
      }
    };
  return {
    authorise: watched(activities.authorise),
    capture: watched(activities.capture),
    release: watched(activities.release),
    refund: watched(activities.refund),
    read: async (call) => {
      const started = performance.now();
      const result = await activities.read(call);
      const seen = seenRead(call, providerOf(call.account), result, performance.now() - started);
      tell(observers, (observer) => observer.read(seen));
      return result;
    },
  };
}

/** The same activities; what a payment refuses is told once. */
export function watchCommands<A extends CommandActivities>(
  activities: A,
  observers: readonly CallObserver[],
): A {
  const told = (
    { payment, command, operation }: Pick<SeenRefusal, 'payment' | 'command' | 'operation'>,
    answer: CommandAnswer,
  ): CommandAnswer => {
    if (!answer.accepted) {
      const { code, rule } = answer;
      tell(observers, (observer) => observer.refused({ payment, command, operation, code, rule }));
    }
    return answer;
  };
  return {
    ...activities,
    createPayment: async (input) => {
      const asked = { payment: input.payment, command: 'create', operation: 'authorization' };
      return told(asked, await activities.createPayment(input));
    },
    commandPayment: async (input) => {
      const { type, id } = input.command;
      const asked = { payment: input.payment, command: type, operation: id };
      return told(asked, await activities.commandPayment(input));
    },
  };
}

function seenCall(
  call: ProviderCall,
  provider: string,
  result: CallResult | null,
  durationMs: number,
): SeenCall {
  const { account, payment, operation, action, attempt } = call;
  return {
    account,
    provider,
    payment,
    operation,
    action,
    attempt,
    outcome: result?.outcome ?? 'failed',
    code: result?.outcome === 'declined' ? result.decline.code : null,
    ...exchanged(result),
    durationMs,
  };
}

function seenRead(call: ReadCall, provider: string, result: ReadResult, durationMs: number): SeenRead {
  const { account, payment, operation, kind } = call;
  return {
    account,
    provider,
    payment,
    operation,
    kind,
    result: result.read,
    ...exchanged(result),
    durationMs,
  };
}

function exchanged(
  result: CallResult | ReadResult | null,
): Pick<Seen, 'reason' | 'status' | 'providerMs' | 'heldBack'> {
  const reason = result !== null && 'reason' in result ? result.reason : null;
  const exchange = result?.exchange;
  return {
    reason,
    status: exchange?.status ?? null,
    providerMs: exchange?.tookMs ?? null,
    heldBack: heldBack(result, reason),
  };
}

function heldBack(result: CallResult | ReadResult | null, reason: string | null): boolean | null {
  if (reason === BREAKER_OPEN) return true;
  return result !== null && sightingOf(result) === 'there' ? false : null;
}

function tell(observers: readonly CallObserver[], say: (observer: CallObserver) => void): void {
  for (const observer of observers) {
    try {
      say(observer);
    } catch {
      // A full disk under the log must not turn an approved capture into a failed activity.
    }
  }
}
