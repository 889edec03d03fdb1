import type { Bundle, BundleEntry } from '../bundle.ts';
import type { Check } from '../check.ts';
import type { Verdict } from '../verify.ts';
import { actorText, entryText, ruleText } from './entry-words.ts';
import { said } from './plain.ts';
import { shortened } from './runs.ts';
import {
  type Asked,
  askedOf,
  type AttentionStory,
  attentionStories,
  type OperationStory,
  operationStories,
  rowText,
  type UnknownStory,
  unknownStories,
} from './stories.ts';

/** The balances after an entry, minor units. `held` is what is left of the hold; it may be below 0 where books differ. */
export interface Balances {
  readonly authorized: number;
  readonly held: number;
  readonly captured: number;
  readonly released: number;
  readonly lapsed: number;
  readonly refunded: number;
  readonly chargedBack: number;
  /** captured − refunded − charged back. */
  readonly net: number;
}

/** Balances as an entry left them. */
export interface Step extends Balances {
  readonly entry: number;
  readonly at: string;
  readonly what: string;
}

export interface Line {
  readonly entry: number;
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly why: string;
  readonly hash: string;
  readonly type: string;
  /** What it booked, minor units. */
  readonly amount: number | null;
}

export interface Proof {
  readonly holds: boolean;
  readonly checks: readonly Check[];
  readonly entries: number;
  readonly events: number;
  readonly runs: readonly string[];
  /** Hash of the last entry. */
  readonly head: string;
  readonly signedBy: string | null;
  /** Whether the key was one that the reader named. */
  readonly vouched: boolean;
  readonly versions: Bundle['versions'];
  readonly digests: Bundle['digests'];
}

/** All that a report says, before it is a page. Every text in it is as the bundle has it: nothing is escaped yet. */
export interface Report {
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly currency: string;
  readonly requested: number;
  readonly adopted: boolean;
  readonly method: string | null;
  readonly order: string | null;
  readonly by: string;
  readonly status: string;
  readonly createdAt: string;
  readonly closedAt: string | null;
  readonly expiresAt: string | null;
  readonly holdReference: string | null;
  readonly reference: string;
  readonly metadata: readonly (readonly [string, string])[];
  readonly balances: Balances;
  readonly steps: readonly Step[];
  readonly asked: readonly Asked[];
  readonly operations: readonly OperationStory[];
  readonly unknowns: readonly UnknownStory[];
  readonly attentions: readonly AttentionStory[];
  readonly chargebacks: readonly Line[];
  /** What moved the payment, without the steps of operations that the tables of operations show. */
  readonly timeline: readonly Line[];
  readonly lines: readonly Line[];
  readonly proof: Proof;
}

const NOTHING: Balances = {
  authorized: 0,
  held: 0,
  captured: 0,
  released: 0,
  lapsed: 0,
  refunded: 0,
  chargedBack: 0,
  net: 0,
};

const ON_THE_WAY = /^(capture|release|refund|authorization)\.(planned|sent)$/;

/**
 * What a report says of a bundle, from the bundle and its verdict alone: the same two give the same report.
 *
 * @param bundle - one that fits the schema.
 * @param vouched - whether the verdict was made with a key that the reader named.
 */
export function reportOf(bundle: Bundle, verdict: Verdict, vouched: boolean): Report {
  const { payment, ledger } = bundle;
  const { currency } = payment;
  const steps = stepsOf(ledger, currency);
  const last = ledger.at(-1);
  const lines = ledger.map((entry) => lineOf(entry, currency));
  const approved = ledger.find(({ type }) => type === 'authorization.approved');
  const request = 'request' in payment.authorization ? payment.authorization.request : null;
  return {
    id: payment.id,
    account: payment.account,
    provider: payment.provider,
    currency,
    requested: payment.amount,
    adopted: 'adopt' in payment.authorization,
    method: textOf(request?.method),
    order: textOf(payment.order?.reference),
    by: payment.by,
    status: last?.after.status ?? '?',
    createdAt: ledger[0]?.at ?? '',
    closedAt: ledger.find(({ type }) => type === 'payment.closed')?.at ?? null,
    expiresAt: textOf(approved?.data['expiresAt']),
    holdReference: textOf(approved?.data['providerReference']),
    reference: payment.reference,
    metadata: Object.entries(payment.metadata ?? {}).map(([name, value]) => [name, said(value)] as const),
    balances: last === undefined ? NOTHING : balancesOf(last),
    steps,
    asked: askedOf(ledger, currency),
    operations: operationStories(ledger),
    unknowns: unknownStories(ledger, currency),
    attentions: attentionStories(ledger),
    chargebacks: lines.filter(({ type }) => type.startsWith('chargeback.')),
    timeline: shortened(
      lines.filter(({ type }) => !ON_THE_WAY.test(type)),
      (row, last, sum) => ({ ...row[0], what: rowText(row, last, sum, currency) }),
    ),
    lines,
    proof: proofOf(bundle, verdict, vouched),
  };
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && !value.startsWith('sealed:') ? value : null;

function balancesOf({ after: { amounts } }: BundleEntry): Balances {
  const { authorized, captured, released, lapsed, refunded, chargedBack } = amounts;
  const held = authorized - captured - released - lapsed;
  const net = captured - refunded - chargedBack;
  return { authorized, held, captured, released, lapsed, refunded, chargedBack, net };
}

const NAMES = Object.keys(NOTHING) as (keyof Balances)[];

function stepsOf(ledger: readonly BundleEntry[], currency: string): readonly Step[] {
  let before = NOTHING;
  const steps: Step[] = [];
  for (const entry of ledger) {
    const now = balancesOf(entry);
    if (NAMES.some((name) => now[name] !== before[name]))
      steps.push({ entry: entry.n, at: entry.at, what: entryText(entry, currency), ...now });
    before = now;
  }
  return steps;
}

const lineOf = (entry: BundleEntry, currency: string): Line => ({
  entry: entry.n,
  at: entry.at,
  who: actorText(entry.by),
  what: entryText(entry, currency),
  why: ruleText(entry.rule),
  hash: entry.hash,
  type: entry.type,
  amount: typeof entry.data['booked'] === 'number' ? entry.data['booked'] : null,
});

function proofOf(bundle: Bundle, { holds, checks, entries, events }: Verdict, vouched: boolean): Proof {
  const { ledger, signature, histories, versions, digests } = bundle;
  return {
    holds,
    checks,
    entries,
    events,
    runs: histories.map(({ runId }) => runId),
    head: ledger.at(-1)?.hash ?? '',
    signedBy: signature?.publicKey ?? null,
    vouched,
    versions,
    digests,
  };
}
