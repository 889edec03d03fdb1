import type { CoreState } from '../machines/core-state.ts';

/** A payment as the archive keeps it. It takes nothing any more. */
export interface ArchivedPayment {
  /** It ended by its own rules; one that was ended by force may have been started again. */
  readonly completed: boolean;
  /** Its last state; null where its content was removed, or cannot be read now. */
  readonly core: CoreState | null;
}

/** The payments that Temporal may have forgotten. */
export interface ArchivedPayments {
  /** @throws where the archive does not answer in time. */
  get(payment: string): Promise<ArchivedPayment | null>;
  /**
   * Asked before each creation, so it must not hold one up: where the archive does not answer at once it says null.
   */
  before(payment: string): Promise<ArchivedPayment | null>;
}
