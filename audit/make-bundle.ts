import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { created, IllegalEntry, type Snapshot, takeFact } from '../machines/fold.ts';
import type { PaymentEvent } from '../machines/payment-event.ts';
import { legalCommands } from '../machines/rules.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import { type Bundle, type BundleEntry, FORMAT, type RunHistory, type Versions } from './bundle.ts';
import { chained, digestsOf } from './chain.ts';
import { asJson, type Difference, firstDifference } from './difference.ts';
import { attributesOf, membersOf, textIn } from './event.ts';
import { signatureOf } from './signature.ts';
import { trace } from './trace.ts';

export interface Making {
  /** The ledger as a worker tells it, where one was asked; what happened after the histories is left out. */
  readonly recorded?: readonly LedgerEntry[];
  readonly privateKey?: KeyObject;
}

export interface Made {
  readonly bundle: Bundle;
  /** Where histories and recorded ledger do not say the same; the bundle keeps what was recorded. */
  readonly differences: readonly Difference[];
}

/**
 * The bundle of one payment.
 *
 * @param histories - all runs, oldest first, payloads decoded.
 * @throws NoTrace for histories that are none of a payment.
 */
export function bundleOf(histories: readonly RunHistory[], { recorded, privateKey }: Making = {}): Made {
  const { facts, links, differences } = trace(histories, recorded);
  const stored = links.map((link, index) => ({
    ...link,
    entry: asJson(recorded?.[index] ?? link.entry) as LedgerEntry,
  }));
  const ledger = explained(chained(stored));
  const found = links.flatMap(({ entry }, index) => {
    const one = recorded === undefined ? null : firstDifference(asJson(entry), asJson(recorded[index]));
    return one === null ? [] : [{ ...one, entry: index + 1 }];
  });
  const body = {
    payment: asJson(facts) as Bundle['payment'],
    ledger: asJson(ledger) as Bundle['ledger'],
    histories,
    versions: versionsOf(ledger, histories),
  };
  const digests = digestsOf(body);
  const signature = privateKey === undefined ? {} : { signature: signatureOf(digests, privateKey) };
  return {
    bundle: { format: FORMAT, ...body, digests, ...signature },
    differences: [...found.slice(0, 1), ...differences],
  };
}

/** Adds what follows from the fold; after an entry that the machine does not take nothing is legal. */
function explained(ledger: readonly Omit<BundleEntry, 'before' | 'legal'>[]): readonly BundleEntry[] {
  let before: BundleEntry['before'] = null;
  let snapshot: Snapshot | null = null;
  return ledger.map((entry, index) => {
    snapshot = index === 0 ? created(entry, entry.at) : snapshot === null ? null : folded(snapshot, entry);
    const whole = { ...entry, before, legal: snapshot === null ? [] : legalCommands(snapshot.context) };
    before = entry.after;
    return whole;
  });
}

function folded(snapshot: Snapshot, entry: LedgerEntry): Snapshot | null {
  try {
    return takeFact(snapshot, entry as PaymentEvent).snapshot;
  } catch (error) {
    if (error instanceof IllegalEntry) return null;
    throw error;
  }
}

/** The SDK is the one that the last workflow task names. */
function versionsOf(ledger: readonly LedgerEntry[], histories: readonly RunHistory[]): Versions {
  return {
    machine: Number(ledger[0]?.data['machineVersion']),
    engine: engineVersion(),
    sdk: sdkVersion(histories),
  };
}

export function sdkVersion(histories: readonly RunHistory[]): string {
  const named = histories
    .flatMap(({ events }) => events)
    .map((event) => textIn(attributesOf(event)['sdkMetadata'], 'sdkVersion'));
  return named.findLast((version) => version !== '') ?? '';
}

function engineVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return textIn(membersOf(JSON.parse(readFileSync(file, 'utf8')) as unknown), 'version');
}
