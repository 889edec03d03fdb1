import type { Bundle } from '../audit/bundle.ts';
import { UsageError } from './exit.ts';
import { findConfiguration } from './source.ts';

/** Where bundles are taken from. */
export interface BundleSource {
  /** A folder of bundles; left out, the engine is asked. */
  readonly folder: string | undefined;
  /** Payments of this account alone, where the engine is asked. */
  readonly account: string | undefined;
  /** RFC 3339: those that were open then or came later, where the engine is asked. */
  readonly since: string | undefined;
  readonly config: string | undefined;
}

/**
 * Bundles one after the other, from a folder or from the engine by visibility, which lags by seconds.
 *
 * @throws UsageError for a folder that cannot be read or holds what is no bundle.
 */
export async function* bundlesFrom({ folder, account, since, config }: BundleSource): AsyncGenerator<Bundle> {
  if (folder !== undefined) {
    const [{ bundlesIn }, { NoBundle }] = await Promise.all([
      import('../audit/bundle-files.ts'),
      import('../audit/read-bundle.ts'),
    ]);
    try {
      yield* bundlesIn(folder);
    } catch (error) {
      const system = error instanceof Error && 'syscall' in error;
      if (system || error instanceof NoBundle) throw new UsageError((error as Error).message);
      throw error;
    }
    return;
  }
  const { configuration } = findConfiguration(config);
  const [{ connectEngine }, { exportPayment, paymentsBy }, { encryptionCodec }] = await Promise.all([
    import('./connect.ts'),
    import('../audit/export.ts'),
    import('../temporal/codec.ts'),
  ]);
  const engine = await connectEngine(configuration);
  try {
    const origin = { client: engine.client, codec: encryptionCodec(engine.keyRing) };
    const choice = {
      ...(account === undefined ? {} : { query: `TrancheAccount = '${quoted(account)}'` }),
      ...(since === undefined ? {} : { since }),
    };
    for await (const payment of paymentsBy(engine.client, choice))
      yield (await exportPayment(origin, payment)).bundle;
  } finally {
    await engine.close();
  }
}

/** @throws UsageError for a name that no account can have, so that a query says what it seems to. */
function quoted(account: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(account))
    throw new UsageError('--account takes the name of an account');
  return account;
}
