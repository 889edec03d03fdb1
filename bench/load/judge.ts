import { bookBreaches } from '../../audit/books-rules.ts';
import { ledgerBreaches } from '../../audit/ledger-rules.ts';
import type { ProviderBooks } from '../../audit/provider-books.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { Asked } from './lane.ts';

/** All that is known when a run is over. */
export interface Evidence {
  /** Every account of the run. */
  readonly accounts: readonly string[];
  readonly asked: readonly Asked[];
  /** By payment, those that could be read. */
  readonly ledgers: ReadonlyMap<string, readonly LedgerEntry[]>;
  /** By payment. */
  readonly books: ReadonlyMap<string, ProviderBooks>;
  /** How many payments the provider knows, by account, where every one of them must have a ledger. */
  readonly known: ReadonlyMap<string, number>;
}

/** What a run allows. */
export interface Terms {
  /** Requests that were never answered. */
  readonly givenUp: number;
  /** Reasons for which a capture may have ended without effect. */
  readonly withoutEffect: ReadonlySet<string>;
}

/** What came of everything that was asked. */
export interface Judgement {
  readonly payments: number;
  /** Captures that were answered, and those that nobody was told anything of. */
  readonly intents: number;
  readonly unanswered: number;
  /** Of both: booked by the provider, and ended without any effect. */
  readonly approved: number;
  readonly notPerformed: number;
  /** Captures that a twin booked for us. */
  readonly effects: number;
  /** Reads that were compared with what had been answered before. */
  readonly reads: number;
  /** Minor units over all currencies, in the ledgers and at the twins. */
  readonly captured: { readonly ledgers: number; readonly books: number };
  /** Everything that is wrong, in words; empty where nothing was lost or doubled and every rule of money holds. */
  readonly faults: readonly string[];
}

const OPEN = new Set(['planned', 'sent', 'pending', 'unknown']);

/**
 * Folds every ledger and lays it beside the twin's books and what the callers were told: nothing that was answered as
 * approved is missing, nothing happened twice, nothing happened that nobody asked for, and something did happen.
 */
export function judge(evidence: Evidence, { givenUp, withoutEffect }: Terms): Judgement {
  const { accounts, asked, ledgers, books, known } = evidence;
  const faults: string[] = [];
  const sums = { intents: 0, unanswered: 0, approved: 0, notPerformed: 0, effects: 0, reads: 0 };
  const captured = { ledgers: 0, books: 0 };
  const approvedOf = new Map(accounts.map((account) => [account, 0]));
  for (const each of asked) {
    const { payment, account, captures, reads } = each;
    const tell = (text: string): void => void faults.push(`${payment}: ${text}`);
    if (!approvedOf.has(account)) tell(`${account} is no account of the run`);
    const ledger = ledgers.get(payment);
    for (const { answered } of captures.values()) sums[answered === null ? 'unanswered' : 'intents'] += 1;
    if (!each.created) tell('its creation was never answered');
    if (ledger === undefined) {
      if (each.created || captures.size > 0) tell('its ledger cannot be read');
      continue;
    }
    const open = openIn(ledger);
    if (open.length > 0) tell(`still open: ${open.join(', ')}`);
    const ends = endsOf(ledger);
    let approved = 0;
    for (const [id, { amount, answered }] of captures) {
      const end = ends.get(id);
      if (answered === null) tell(`capture ${id} was never answered`);
      if (end === undefined) {
        if (answered !== null) tell(`capture ${id} was accepted and is in no entry`);
        continue;
      }
      if (answered !== null && !OPEN.has(answered) && answered !== end.state) {
        tell(`capture ${id} was answered ${answered} and is ${end.state}`);
      }
      if (end.state === 'approved') {
        approved += 1;
        if (end.booked !== amount) tell(`capture ${id} asked ${amount}, booked ${end.booked}`);
      } else if (end.state === 'not_performed') {
        sums.notPerformed += 1;
        if (!withoutEffect.has(end.reason)) tell(`capture ${id} had no effect (${end.reason})`);
      } else tell(`capture ${id} is ${end.state}`);
    }
    sums.approved += approved;
    approvedOf.set(account, (approvedOf.get(account) ?? 0) + approved);
    for (const id of ends.keys()) if (!captures.has(id)) tell(`nobody asked for capture ${id}`);
    const most = [...captures.values()].reduce((sum, { amount }) => sum + amount, 0);
    for (const read of reads) {
      sums.reads += 1;
      // A read without a figure is no number, which is in no range.
      if (!(read.captured >= read.least && read.captured <= most)) {
        tell(
          `a read said ${read.captured} captured, after ${read.least} of ${most} had been answered as approved`,
        );
      }
    }
    for (const { rule, text } of ledgerBreaches(ledger)) tell(`${rule} ${text}`);
    captured.ledgers += ledger.at(-1)?.after.amounts.captured ?? 0;
    const book = books.get(payment);
    if (book === undefined) {
      tell('the provider has no books of it');
      continue;
    }
    for (const { rule, text } of bookBreaches(ledger, book)) tell(`${rule} ${text}`);
    const effects = book.bookings.filter(
      ({ kind, origin }) => kind === 'capture' && origin === 'engine',
    ).length;
    if (effects !== approved) tell(`${approved} captures approved, ${effects} effects at the provider`);
    sums.effects += effects;
    captured.books += book.captured;
  }
  for (const [account, count] of known) {
    const read = asked.filter((each) => each.account === account && ledgers.has(each.payment)).length;
    if (count !== read)
      faults.push(`${account}: the provider knows ${count} payments, ${read} have a ledger`);
  }
  if (givenUp > 0) faults.push(`${givenUp} requests were never answered`);
  if (sums.intents === 0) faults.push('no capture was answered, so nothing was tried');
  for (const [account, count] of approvedOf) {
    if (count === 0) faults.push(`${account}: no capture was approved, so nothing was tried there`);
  }
  return { payments: ledgers.size, ...sums, captured, faults };
}

/** Operations without an end, by id and state. */
export function openIn(ledger: readonly LedgerEntry[]): string[] {
  const states = new Map<string, string>();
  for (const { type, operation } of ledger) {
    const match = /^(authorization|capture|release|refund)\.(.+)$/.exec(type);
    if (match !== null) states.set(operation ?? 'authorization', match[2] ?? '');
  }
  return [...states].filter(([, state]) => OPEN.has(state)).map(([id, state]) => `${id} ${state}`);
}

interface End {
  readonly state: string;
  readonly booked: number | null;
  readonly reason: string;
}

/** How each capture stands at the end of a ledger. */
function endsOf(ledger: readonly LedgerEntry[]): Map<string, End> {
  const ends = new Map<string, End>();
  for (const { type, operation, data } of ledger) {
    if (!type.startsWith('capture.') || operation === null) continue;
    const { booked, reason } = data;
    ends.set(operation, {
      state: type.slice('capture.'.length),
      booked: typeof booked === 'number' ? booked : null,
      reason: typeof reason === 'string' ? reason : 'without a reason',
    });
  }
  return ends;
}
