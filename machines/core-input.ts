import type { Command } from '../payment/command.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Actor } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { CoreState, Indexed, TimerName } from './core-state.ts';

/** What can happen to a payment. */
export type Input =
  | { readonly type: 'command'; readonly command: Command; readonly hash: string; readonly by: Actor }
  | { readonly type: 'result'; readonly number: number; readonly result: CallResult }
  | { readonly type: 'timer'; readonly timer: TimerName }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'cancel-requested' }
  | { readonly type: 'poke' };

/** What the interpreter has to do, in the order given. */
export type Effect =
  | { readonly type: 'call'; readonly number: number; readonly call: ProviderCall }
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
