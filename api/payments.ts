import type { AnyOperationView, PaymentView } from '../machines/view.ts';
import type { Command } from '../payment/command.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Explanation } from '../payment/rule.ts';
import type { CreateBody } from '../temporal/create-body.ts';
import type { ListQuery, PaymentList } from '../temporal/payment-list.ts';

/**
 * What the edges ask of the engine. Every method throws a PaymentError where the contract names a problem.
 */
export interface Payments {
  /**
   * Creates a payment and waits while its authorisation is running; a repeat answers with the payment as it stands.
   *
   * @param patience - milliseconds after which what was taken in is answered as it stands. @default the engine's own
   */
  create(body: CreateBody, by: string, patience?: number): Promise<PaymentView>;
  /** The operation that the command made or concerns; null for a plan and for a word that concerns none. */
  command(payment: string, command: Command, by: string, patience?: number): Promise<AnyOperationView | null>;
  get(payment: string): Promise<PaymentView>;
  ledger(payment: string): Promise<readonly LedgerEntry[]>;
  explain(payment: string, command: Command): Promise<Explanation>;
  list(query: ListQuery): Promise<PaymentList>;
}
