import type { TimerName } from '../machines/core-state.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { CallFault, Decision, ReadFault } from './life.ts';
import type { Settlement } from './provider-model.ts';
import type { TerminalWord } from './terminal.ts';

/** One thing on the way, in virtual time. `inward` events need a worker that runs; the others happen at the provider. */
export type LifeEvent =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'arrive'; readonly going: Going }
  | { readonly kind: 'work'; readonly going: Going }
  | { readonly kind: 'result'; readonly going: Going; readonly result: CallResult }
  | { readonly kind: 'timer'; readonly timer: TimerName; readonly at: number }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  | { readonly kind: 'expire' }
  | { readonly kind: 'start'; readonly going: Going }
  | { readonly kind: 'look'; readonly reading: Reading }
  | { readonly kind: 'read'; readonly reading: Reading; readonly result: ReadResult }
  | { readonly kind: 'ask'; readonly number: number; readonly operation: string }
  | { readonly kind: 'said'; readonly word: TerminalWord }
  | { readonly kind: 'terminal' };

/** A call that is under way, as the process that makes it knows it. */
export interface Going {
  readonly number: number;
  readonly call: ProviderCall;
  readonly fault: CallFault | null;
  /** Its answer died with the process. */
  deaf: boolean;
  done: boolean;
}

/** A read that is under way. */
export interface Reading {
  readonly number: number;
  readonly call: ReadCall;
  readonly fault: ReadFault | null;
  /** When the books were looked at. */
  lookedAt: number;
  deaf: boolean;
  done: boolean;
}

/** What happens at the provider, whether a worker runs or not. */
export const OUTWARD: ReadonlySet<LifeEvent['kind']> = new Set<LifeEvent['kind']>([
  'arrive',
  'work',
  'settle',
  'expire',
  'look',
  'terminal',
]);
