import type { Command } from '../payment/command.ts';
import type { AllocationRule } from '../payment/capability.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Actor } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { CoreState, Indexed, TimerName } from './core-state.ts';

/** What can happen to a payment. */
export type Input =
  | { readonly type: 'command'; readonly command: Command; readonly hash: string; readonly by: Actor }
  | { readonly type: 'result'; readonly number: number; readonly result: CallResult }
  | { readonly type: 'timer'; readonly timer: TimerName }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'read'; readonly number: number; readonly result: ReadResult }
  /** The reference that the allocation with this number asked for. */
  | { readonly type: 'allocated'; readonly number: number; readonly reference: string }
  /** It has to wait: others are in turn before it, or an unknown outcome of another payment blocks the terminal. */
  | {
      readonly type: 'queued';
      readonly number: number;
      readonly blockedBy: null | { readonly payment: string; readonly operation: string };
    }
  /** Another open payment stands on the same hold (found by the sweep). */
  | { readonly type: 'hold-shared'; readonly payment: string }
  | { readonly type: 'cancel-requested' }
  | { readonly type: 'poke' };

/** What the interpreter has to do, in the order given. */
export type Effect =
  | { readonly type: 'call'; readonly number: number; readonly call: ProviderCall }
  /** Asks the provider's books; its answer is the input `read` with this number. */
  | { readonly type: 'read'; readonly number: number; readonly call: ReadCall }
  /** Asks for a reference, and for the lease of the terminal; answered by `queued` and `allocated` with this number. */
  | {
      readonly type: 'allocate';
      readonly number: number;
      readonly operation: string;
      readonly rule: AllocationRule;
    }
  /** The lease is given back (`done`), or kept because the outcome is unknown (`unknown`) until `done` follows. */
  | {
      readonly type: 'lease';
      readonly number: number;
      readonly operation: string;
      readonly how: 'done' | 'unknown';
    }
  /** `at`: milliseconds since the epoch; starting a timer that runs replaces it. */
  | { readonly type: 'timer.start'; readonly timer: TimerName; readonly at: number }
  | { readonly type: 'timer.cancel'; readonly timer: TimerName }
  | { readonly type: 'upsert'; readonly indexed: Indexed }
  /** The order side is told of an end that came after the answer, or that changed. */
  | {
      readonly type: 'tell';
      readonly workflow: string;
      readonly operation: string;
      readonly state: string;
      readonly booked: number | null;
    }
  | { readonly type: 'patch'; readonly name: string }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn';
      readonly message: string;
      readonly figures: Readonly<Record<string, number>>;
    }
  /** The payment is closed; the workflow may complete. */
  | { readonly type: 'complete' };

/** A command whose caller can be answered now, with the operation as it stands. */
export interface Reply {
  readonly command: string;
  readonly operation: string | null;
}

export interface Step {
  readonly state: CoreState;
  readonly effects: readonly Effect[];
  readonly replies: readonly Reply[];
}
