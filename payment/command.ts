import type { HoldReference } from './hold.ts';
import type { Line } from './line.ts';
import type { OperationState } from './operation.ts';
import type { Plan } from './plan.ts';

/**
 * A capture as it is asked. Amounts are minor units of the payment's currency; no amount and no lines
 * means all that is capturable.
 */
export interface CaptureCommand {
  readonly type: 'capture';
  readonly id: string;
  readonly amount?: number;
  readonly currency?: string;
  readonly lines?: readonly Line[];
  readonly final?: boolean;
  readonly description?: string;
  readonly reference?: string;
  readonly vatAmount?: number;
  readonly invoice?: Invoice;
  /** The provider's own parameters by their documented names. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Operators only: send in spite of the failure brake. */
  readonly override?: boolean;
}

export interface Invoice {
  readonly id?: string;
  readonly deliveryMode?: string;
  /** YYYY-MM-DD. */
  readonly deliveryDate?: string;
  readonly deliveryEndDate?: string;
  readonly appendix?: string;
}

export interface ReleaseCommand {
  readonly type: 'release';
  readonly id: string;
  readonly reason?: string;
  readonly override?: boolean;
}

export interface RefundCommand {
  readonly type: 'refund';
  readonly id: string;
  readonly capture?: string;
  readonly amount?: number;
  readonly currency?: string;
  readonly lines?: readonly Line[];
  readonly vatAmount?: number;
  readonly reason?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly override?: boolean;
}

export interface WithdrawCommand {
  readonly type: 'withdraw';
  readonly id: string;
  /** The planned capture. */
  readonly capture: string;
}

export interface RescheduleCommand {
  readonly type: 'reschedule';
  readonly id: string;
  readonly plan: Partial<Plan>;
}

/** What a person with evidence says: of an operation, of the remainder, of the provider's lock, of an attention. */
export type ResolveWord =
  | {
      readonly operation: string;
      readonly outcome: Extract<OperationState, 'approved' | 'declined' | 'not_performed'>;
      readonly amount?: number;
      readonly reference?: HoldReference;
      /** What notices name the hold of that reference by, where the edge sealed it. */
      readonly holdKey?: string;
    }
  | { readonly remainder: 'released' | 'lapsed' }
  | { readonly lock: 'lifted' }
  | { readonly attention: string };

export interface ResolveCommand {
  readonly type: 'resolve';
  readonly id: string;
  readonly word: ResolveWord;
  readonly evidence: string;
  readonly by: string;
}

export type Command =
  | CaptureCommand
  | ReleaseCommand
  | RefundCommand
  | WithdrawCommand
  | RescheduleCommand
  | ResolveCommand;
