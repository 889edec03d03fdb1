import type { EndedRun } from '../../activities/archive-activities.ts';
import type { PaymentFacts } from '../../machines/core-state.ts';
import type { Bundle, RunHistory } from '../bundle.ts';
import { attributesOf, membersOf, textIn, valuesIn } from '../event.ts';
import { type EntryFacts, NO_FACTS } from './entry.ts';

/** The history of one run, as Temporal's JSON with its payloads decoded. */
export interface RunRecord extends RunHistory {
  readonly format: typeof RUN_FORMAT;
  readonly payment: string;
}

export const RUN_FORMAT = 'tranche.run/1';

/** What is kept under one name, with what it is found by. */
export interface ArchiveRecord {
  readonly content: RunRecord | Bundle;
  readonly facts: Omit<EntryFacts, 'hash' | 'bytes'>;
}

/** @param note - why there is no bundle, of a run that should have given one. */
export function runRecord(
  { payment, run, ended, closedAt }: EndedRun,
  history: RunHistory,
  note: string | null = null,
): ArchiveRecord {
  const content: RunRecord = { format: RUN_FORMAT, payment, runId: run, events: history.events };
  return { content, facts: { ...factsOf(history), kind: 'run', payment, run, ended, closedAt, note } };
}

export function bundleRecord({ payment, run, ended, closedAt }: EndedRun, bundle: Bundle): ArchiveRecord {
  return { content: bundle, facts: { ...bundleFacts(bundle), payment, run, ended, closedAt } };
}

/** What a bundle says of itself; how and when its last run ended is said by Temporal. */
export function bundleFacts({ payment, ledger }: Bundle): Omit<EntryFacts, 'hash' | 'bytes'> {
  const last = ledger.at(-1)?.after;
  return {
    ...NO_FACTS,
    kind: 'bundle',
    payment: payment.id,
    account: payment.account,
    provider: payment.provider,
    status: last?.status ?? null,
    currency: payment.currency,
    amount: payment.amount,
    captured: last?.amounts.captured ?? null,
    createdAt: ledger[0]?.at ?? null,
  };
}

/** A run is given the payment's facts, or carries them over in the core's state. */
function factsOf({ events }: RunHistory): typeof NO_FACTS | Omit<EntryFacts, 'hash' | 'bytes'> {
  const [started] = events;
  const [input] = started === undefined ? [] : valuesIn(attributesOf(started)['input']);
  const { facts, core } = membersOf(input);
  const known = membersOf(facts ?? membersOf(core)['facts']) as Partial<PaymentFacts>;
  if (textIn(known, 'account') === '') return NO_FACTS;
  const { account = null, provider = null, currency = null, amount = null } = known;
  return { ...NO_FACTS, kind: 'run', payment: '', account, provider, currency, amount };
}
