import type { Payments } from '../api/payments.ts';
import type { Exponents } from '../payment/currency.ts';
import type { ExitCode } from './exit.ts';
import { findConfiguration } from './source.ts';

/** The engine as a person at a terminal reaches it. */
export interface Session {
  readonly payments: Payments;
  /** Names of the accounts, in the order of the configuration. */
  readonly accounts: readonly string[];
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
  const { configuration } = findConfiguration(config);
  // The Temporal SDK takes a second to load: help and wrong use go without it.
  const [{ connectEngine }, { enginePayments }] = await Promise.all([
    import('./connect.ts'),
    import('../api/engine.ts'),
  ]);
  const engine = await connectEngine(configuration);
  try {
    return await use({
      payments: enginePayments(engine.payments, 'operator'),
      accounts: Object.keys(configuration.accounts),
      exponentsOf: (account) => (configuration.accounts[account]?.['exponents'] ?? {}) as Exponents,
    });
  } finally {
    await engine.close();
  }
}
