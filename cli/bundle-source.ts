import { existsSync } from 'node:fs';
import type { EntryPage } from '../audit/archive/search.ts';
import type { Bundle } from '../audit/bundle.ts';
import type { Choice } from '../audit/export.ts';
import { quoted as inQuery } from '../temporal/visibility-page.ts';
import { UsageError } from './exit.ts';
import { plain } from './plain-text.ts';
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
 * Bundles one after the other, from a folder or from the engine: by visibility, which lags by seconds, and out of the
 * archive those that Temporal has forgotten.
 *
 * @throws UsageError for a folder that cannot be read or holds what is no bundle.
 */
export async function* bundlesFrom({ folder, account, since, config }: BundleSource): AsyncGenerator<Bundle> {
  if (folder !== undefined) {
    const { bundlesIn } = await import('../audit/bundle-files.ts');
    try {
      yield* bundlesIn(folder);
    } catch (error) {
      throw await asUsage(error);
    }
    return;
  }
  const engine = await connected(config);
  try {
    const ours = `TaskQueue = ${inQuery(engine.taskQueue)}`;
    const query = account === undefined ? ours : `${ours} AND TrancheAccount = '${quoted(account)}'`;
    const choice = { query, ...(since === undefined ? {} : { since }) };
    const seen = new Set<string>();
    for await (const payment of engine.listed(choice)) {
      seen.add(payment);
      yield await engine.bundle(payment);
    }
    for await (const payment of engine.forgotten({ account, since })) {
      if (seen.has(payment)) continue;
      seen.add(payment);
      yield await engine.bundle(payment);
    }
  } finally {
    await engine.close();
  }
}

/**
 * One bundle: a file where there is one or the name can be nothing else, else a payment of the engine or its archive.
 *
 * @param size - the largest file that is read, bytes.
 * @throws UsageError for a file that is no bundle; PaymentError `not-found`.
 */
export async function bundleNamed(name: string, config: string | undefined, size?: number): Promise<Bundle> {
  if (name === '-' || existsSync(name) || /[/\\]|\.json$/.test(name)) {
    const { bundleOfFile } = await import('../audit/bundle-files.ts');
    try {
      return await bundleOfFile(name, size);
    } catch (error) {
      throw await asUsage(error);
    }
  }
  const engine = await connected(config);
  try {
    return await engine.bundle(name, true);
  } finally {
    await engine.close();
  }
}

async function connected(config: string | undefined) {
  const [{ connectEngine }, { paymentsBy }, { archivedBundle }, { encryptionCodec }] = await Promise.all([
    import('./connect.ts'),
    import('../audit/export.ts'),
    import('../audit/archive/archived-bundle.ts'),
    import('../temporal/codec.ts'),
  ]);
  const { client, keyRing, payments, archive, close } = await connectEngine(
    findConfiguration(config).configuration,
  );
  const origin = { client, codec: encryptionCodec(keyRing) };
  const recorded = (payment: string) => payments.ledger(payment).catch(() => undefined);
  return {
    taskQueue: payments.taskQueue,
    listed: (choice: Choice) => paymentsBy(client, choice),
    /** Payments that have ended and that visibility may not list any more. */
    async *forgotten({ account, since }: Pick<BundleSource, 'account' | 'since'>): AsyncGenerator<string> {
      const there = await archive.openThere();
      if (there === null) return;
      const asked = {
        ...(account === undefined ? {} : { account }),
        ...(since === undefined ? {} : { since }),
      };
      let cursor: string | null = null;
      do {
        const page: EntryPage = await there.find({ ...asked, ...(cursor === null ? {} : { cursor }) });
        for (const { payment } of page.items) yield payment;
        cursor = page.next;
      } while (cursor !== null);
    },
    /** @param asks - whether a worker is asked for the ledger that it holds. */
    bundle: async (payment: string, asks = false): Promise<Bundle> =>
      (await archivedBundle({ ...origin, ...(asks ? { recorded } : {}) }, archive, payment)).bundle,
    close,
  };
}

/** What cannot be read, or is no bundle, is the caller's doing. */
async function asUsage(error: unknown): Promise<unknown> {
  const { NoBundle } = await import('../audit/read-bundle.ts');
  const system = error instanceof Error && 'syscall' in error;
  return system || error instanceof NoBundle ? new UsageError(plain((error as Error).message)) : error;
}

/** @throws UsageError for a name that no account can have, so that a query says what it seems to. */
function quoted(account: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(account))
    throw new UsageError('--account takes the name of an account');
  return account;
}
