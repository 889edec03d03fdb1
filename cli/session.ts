import type { Payments } from '../api/payments.ts';
import type { Exponents } from '../payment/currency.ts';
import type { ExitCode } from './exit.ts';
import { findConfiguration } from './source.ts';

/** The engine as a person at a terminal reaches it. */
export interface Session {
  readonly payments: Payments;
  /** Names of the accounts, in the order of the configuration. */
  readonly accounts: readonly string[];
  /** The account that is meant where nobody names one: the only one, or the first of `tranche dev` without a file. */
  readonly usualAccount: string | null;
  exponentsOf(account: string): Exponents;
}

/**
 * Opens a session, uses it and closes it.
 *
 * @throws whatever `use` throws, ConfigurationError, UsageError, UnreachableError.
 */
export async function withSession(
  { config }: { readonly config: string | undefined },
  use: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { configuration, dev } = findConfiguration(config);
  // The Temporal SDK takes a second to load: help and wrong use go without it.
  const [{ connectEngine }, { enginePayments }] = await Promise.all([
    import('./connect.ts'),
    import('../api/engine.ts'),
  ]);
  const engine = await connectEngine(configuration);
  const accounts = Object.keys(configuration.accounts);
  const only = accounts.length === 1 || dev?.configFile === null;
  try {
    return await use({
      payments: enginePayments(engine.payments, 'operator'),
      accounts,
      usualAccount: only ? (accounts[0] ?? null) : null,
      exponentsOf: (account) => (configuration.accounts[account]?.['exponents'] ?? {}) as Exponents,
    });
  } finally {
    await engine.close();
  }
}
