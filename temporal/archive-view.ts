/** How far the archive is behind, out of what Temporal knows of its last turn: said also while the archive itself is away. */
import type { Client } from '@temporalio/client';
import { Gauge } from 'prom-client';
import type { ArchiveResult } from '../activities/contract.ts';
import { lagOf, lastArchived, leftOf, retentionOf } from './archive-schedule.ts';
import { Cache } from './metrics-cache.ts';
import type { Metrics } from './metrics.ts';

export interface ArchiveViewOptions {
  /** Milliseconds for which values are given out again. @default 30 000 */
  readonly freshFor?: number;
  /** Milliseconds that a scrape waits for new values. @default 3000 */
  readonly patience?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

const ROUND_MS = 10_000;
/** Values older than this are taken away: a server that is away must not look like a quiet one. */
const STALE_MS = 300_000;

interface Seen {
  /** Null where no turn came to its end. */
  readonly result: ArchiveResult | null;
  /** The namespace's now, milliseconds. */
  readonly retention: number;
}

/** Adds the view to what a process answers. It asks the server only when somebody scrapes. */
export function viewArchive(
  metrics: Metrics,
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  { freshFor = 30_000, patience = 3_000, now = Date.now }: ArchiveViewOptions = {},
): void {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name, help, registers: [metrics.registry] });
  const lag = gauge(
    'tranche_archive_lag_seconds',
    'Since when the run that waits longest for the archive has ended',
  );
  const left = gauge(
    'tranche_archive_left_seconds',
    'Until Temporal may forget the run that waits longest for the archive',
  );
  const missing = gauge('tranche_archive_missing_runs', 'Runs that ended and could not be archived yet');
  const cache = new Cache<Seen>(
    () =>
      client.withDeadline(Date.now() + ROUND_MS, async () => {
        const [result, retention] = await Promise.all([lastArchived(client, taskQueue), retentionOf(client)]);
        return { result, retention };
      }),
    { freshFor, patience },
  );
  metrics.beforeEach(async () => {
    const seen = await cache.get();
    for (const one of [lag, left, missing]) one.remove();
    if (seen === null || seen.age >= STALE_MS || seen.value.result === null) return;
    const { result, retention } = seen.value;
    lag.set(lagOf(result, now()) / 1_000);
    left.set(leftOf(result, retention, now()) / 1_000);
    missing.set(result.missing.count);
  });
}
