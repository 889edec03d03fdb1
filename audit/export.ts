import type { KeyObject } from 'node:crypto';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import type { LedgerEntry } from '../payment/ledger.ts';
import { PaymentError } from '../temporal/payment-error.ts';
import { paymentOf, runPage } from '../temporal/visibility-page.ts';
import type { Bundle } from './bundle.ts';
import { digestsOf } from './chain.ts';
import { type Difference, firstDifference } from './difference.ts';
import { fetchRuns, headOf, type Head, type KeptRun } from './fetch-runs.ts';
import { bundleOf } from './make-bundle.ts';
import { NoBundle, readBundle } from './read-bundle.ts';
import { schemaFault } from './schema.ts';
import { isSignedWith } from './signature.ts';

/** Where bundles come from. */
export interface Origin {
  readonly client: Client;
  readonly codec: PayloadCodec;
  /** The ledger as a worker tells it; left out, the histories alone speak. */
  readonly recorded?: (payment: string) => Promise<readonly LedgerEntry[] | undefined>;
  /** Asked for runs that Temporal has forgotten. @default none are kept */
  readonly kept?: KeptRun;
  readonly privateKey?: KeyObject;
}

export interface Exported {
  readonly bundle: Bundle;
  readonly differences: readonly Difference[];
}

/** @throws PaymentError `not-found`, NoTrace, KeyRingError. */
export async function exportPayment(origin: Origin, payment: string): Promise<Exported> {
  const { client, codec, recorded, kept, privateKey } = origin;
  const histories = await fetchRuns(client, codec, payment, kept);
  // Asked after the histories were read, so that it knows all that they say.
  const ledger = await recorded?.(payment);
  return bundleOf(histories, {
    ...(ledger === undefined ? {} : { recorded: ledger }),
    ...(privateKey === undefined ? {} : { privateKey }),
  });
}

/** One line of JSON: what is written to a file or to standard output. */
export const bundleText = (bundle: Bundle): string => `${JSON.stringify(bundle)}\n`;

export const bundleFile = (folder: string, payment: string): string => join(folder, `${payment}.audit.json`);

/** Writes a bundle so that a file is there whole or not at all. */
export async function writeBundle(folder: string, bundle: Bundle): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = bundleFile(folder, bundle.payment.id);
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, bundleText(bundle), { flag: 'wx' });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return file;
}

const DRAFT = /\.audit\.json\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** No bundle takes that long to be written. */
const STALE_MS = 3_600_000;

/** Takes away what exports that were killed have left half written. */
export async function clearDrafts(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (!DRAFT.test(name)) continue;
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.NaN }));
    if (Date.now() - mtimeMs > STALE_MS) await rm(file, { force: true });
  }
}

/** Whether the file of a payment is whole, says what it says by its digests, and nothing has happened since. */
export async function isFinished(origin: Origin, folder: string, payment: string): Promise<boolean> {
  const bundle = await bundleIn(bundleFile(folder, payment));
  if (bundle === null || (origin.privateKey !== undefined && !isSignedWith(bundle, origin.privateKey)))
    return false;
  const last = bundle.histories.at(-1);
  const head: Head = { runId: last?.runId ?? '', eventId: last?.events.at(-1)?.eventId ?? 0 };
  try {
    return firstDifference(await headOf(origin.client, payment), head) === null;
  } catch (error) {
    // Temporal has forgotten it: the archive may know more than the file.
    if (error instanceof PaymentError && error.code === 'not-found') return false;
    throw error;
  }
}

async function bundleIn(file: string): Promise<Bundle | null> {
  try {
    const bundle = (await readBundle(file)) as Bundle;
    return schemaFault(bundle) === null && firstDifference(digestsOf(bundle), bundle.digests) === null
      ? bundle
      : null;
  } catch (error) {
    if (error instanceof NoBundle || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return null;
    throw error;
  }
}

export interface Choice {
  /** A visibility query of Temporal. */
  readonly query?: string;
  /** RFC 3339: payments that were open at that moment or came later. */
  readonly since?: string;
}

/** One run of each payment, the last; those before it were continued. */
export function queryOf({ query, since }: Choice): string {
  const wanted = ["WorkflowType = 'payment'", "ExecutionStatus != 'ContinuedAsNew'"];
  if (query !== undefined) wanted.push(`(${query})`);
  if (since !== undefined)
    wanted.push(`(ExecutionStatus = 'Running' OR CloseTime >= '${new Date(since).toISOString()}')`);
  return wanted.join(' AND ');
}

/** Ids of payments as visibility lists them, which lags by seconds; each once. */
export async function* paymentsBy(client: Client, choice: Choice): AsyncGenerator<string> {
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof runPage>> = await runPage(client, queryOf(choice), cursor);
    for (const run of page.items) {
      const payment = paymentOf(run);
      if (payment === '' || seen.has(payment)) continue;
      seen.add(payment);
      yield payment;
    }
    cursor = page.next;
  } while (cursor !== null);
}

/** How many there are to come, as visibility counts. */
export async function countOf(client: Client, choice: Choice): Promise<number> {
  const { count } = await client.workflowService.countWorkflowExecutions({
    namespace: client.options.namespace,
    query: queryOf(choice),
  });
  return Number(count);
}
