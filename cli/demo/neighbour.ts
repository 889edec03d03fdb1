import type { ProviderBooks } from '../../audit/provider-books.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import type { TwinAdmin } from '../../sandbox/twin/admin-client.ts';

/** The admin side of a twin whose pages are its own. */
export type AnyAdmin = TwinAdmin<unknown, unknown, unknown, { match: object; fault: string }>;

/** What an order at another provider than PAYONE is played with. */
export interface Table {
  readonly admin: AnyAdmin;
  /** Id of the payment on this server. */
  readonly payment: string;
  /** Says what happens now. */
  tell(phase: string): void;
  /** Asks the HTTP edge for something on this payment and waits for its end. @throws Error where it ended otherwise */
  end(path: 'captures' | 'release' | 'refunds', body: object, state?: string): Promise<void>;
  /** Creates the payment. */
  create(body: object): Promise<void>;
}

/** An order at one of the other providers, driven over the HTTP edge as a shop without an order workflow would. */
export interface Neighbour {
  readonly id: string;
  readonly scenario: string;
  readonly provider: string;
  readonly account: string;
  readonly currency: string;
  readonly config: AccountConfig;
  readonly steps: number;
  play(table: Table): Promise<void>;
  /** The twin's books of the payment. Amounts are minor units. */
  books(admin: AnyAdmin, ledger: readonly LedgerEntry[]): Promise<ProviderBooks>;
}

/** What the provider knows the hold by, as the ledger keeps it. */
export function holdOf(ledger: readonly LedgerEntry[], name: string): string {
  const created = ledger[0]?.data['adopt'] as { reference?: Record<string, unknown> } | null | undefined;
  const named = ledger.find((entry) => entry.data['hold'] !== undefined)?.data['hold'] as
    | Record<string, unknown>
    | undefined;
  const value = (named ?? created?.reference)?.[name];
  return typeof value === 'string' ? value : '';
}
