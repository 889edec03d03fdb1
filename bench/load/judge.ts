import { setTimeout as delay } from 'node:timers/promises';
import { bookBreaches } from '../../audit/books-rules.ts';
import { ledgerBreaches } from '../../audit/ledger-rules.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import { PaymentError } from '../../temporal/payment-error.ts';
import type { Log } from '../../temporal/progress.ts';
import type { Asked } from './lane.ts';
import type { Merchant } from './merchant.ts';
import type { Stage } from './stage.ts';

/** What came of everything that was asked. */
export interface Judgement {
  readonly payments: number;
  /** Captures that were answered with success, and those that nobody was told anything of. */
  readonly intents: number;
  readonly unanswered: number;
  /** Of both: booked by the provider, and ended without any effect. */
  readonly approved: number;
  readonly notPerformed: number;
  /** Captures that a twin booked for us. */
  readonly effects: number;
  /** Minor units over all currencies, in the ledgers and at the twins. */
  readonly captured: { readonly ledgers: number; readonly books: number };
  /** Everything that is wrong, in words; empty where nothing was lost or doubled and every rule of money holds. */
  readonly faults: readonly string[];
}

const OPEN = new Set(['planned', 'sent', 'pending', 'unknown']);
const AT_ONCE = 16;
const LOOK_MS = 1_000;

/**
 * Reads every ledger, waits until nothing in it is open, folds it, and lays it beside the twin's books: nothing that
 * was accepted is missing, nothing happened twice, nothing happened that nobody asked for.
 *
 * @param settleMs - how long open operations are waited for.
 */
export async function judge(
  stage: Stage,
  merchants: readonly Merchant[],
  asked: readonly Asked[],
  settleMs: number,
  log: Log,
): Promise<Judgement> {
  const faults: string[] = [];
  const ledgers = await settledLedgers(stage, asked, settleMs, log, faults);
  let [intents, unanswered, approved, notPerformed, effects] = [0, 0, 0, 0, 0];
  const captured = { ledgers: 0, books: 0 };
  for (const merchant of new Set(merchants)) {
    const admin = stage.admins.get(merchant.account);
    if (admin === undefined) throw new Error(`no twin of ${merchant.account}`);
    const mine = asked.filter(({ account }) => account === merchant.account);
    const read = new Map(mine.flatMap(({ payment }) => entry(payment, ledgers.get(payment))));
    const books = await merchant.books(admin, read);
    for (const { payment, captures } of mine) {
      const ledger = read.get(payment);
      if (ledger === undefined) continue;
      const tell = (text: string): void => void faults.push(`${payment}: ${text}`);
      const ends = endsOf(ledger);
      for (const [id, { amount, answered }] of captures) {
        if (answered) intents += 1;
        else unanswered += 1;
        const end = ends.get(id);
        if (end === undefined) {
          if (answered) tell(`capture ${id} was accepted and is in no entry`);
        } else if (end.state === 'approved') {
          approved += 1;
          if (end.booked !== amount) tell(`capture ${id} asked ${amount}, booked ${end.booked}`);
        } else if (end.state === 'not_performed') notPerformed += 1;
        else tell(`capture ${id} is ${end.state}`);
      }
      for (const id of ends.keys()) if (!captures.has(id)) tell(`nobody asked for capture ${id}`);
      for (const { rule, text } of ledgerBreaches(ledger)) tell(`${rule} ${text}`);
      const book = books.get(payment);
      if (book === undefined) {
        tell('the provider has no books of it');
        continue;
      }
      for (const { rule, text } of bookBreaches(ledger, book)) tell(`${rule} ${text}`);
      effects += book.bookings.filter(({ kind, origin }) => kind === 'capture' && origin === 'engine').length;
      captured.books += book.captured;
      captured.ledgers += ledger.at(-1)?.after.amounts.captured ?? 0;
    }
    const holds = await merchant.holds(admin);
    if (merchant.account === 'load-payone' && holds !== read.size) {
      faults.push(`PAYONE knows ${holds} payments, ${read.size} have a ledger`);
    }
  }
  if (effects !== approved) faults.push(`${approved} captures approved, ${effects} effects at the providers`);
  return {
    payments: ledgers.size,
    intents,
    unanswered,
    approved,
    notPerformed,
    effects,
    captured,
    faults,
  };
}

async function settledLedgers(
  stage: Stage,
  asked: readonly Asked[],
  settleMs: number,
  log: Log,
  faults: string[],
): Promise<Map<string, readonly LedgerEntry[]>> {
  const ledgers = new Map<string, readonly LedgerEntry[]>();
  const until = performance.now() + settleMs;
  const created = new Set(asked.filter((each) => each.created).map(({ payment }) => payment));
  let waiting = asked.map(({ payment }) => payment);
  for (;;) {
    const next: string[] = [];
    const queue = [...waiting];
    const work = async (): Promise<void> => {
      for (let payment = queue.pop(); payment !== undefined; payment = queue.pop()) {
        const ledger = await stage.engine.payments.ledger(payment).catch((error: unknown) => {
          if (isMissing(error) && !created.has(payment)) return undefined;
          log(`${payment}: ${String(error)}`);
          return null;
        });
        if (ledger === undefined) continue;
        if (ledger !== null) ledgers.set(payment, ledger);
        if (ledger === null || openIn(ledger).length > 0) next.push(payment);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (next.length === 0) return ledgers;
    if (performance.now() > until) {
      for (const payment of next) {
        const ledger = ledgers.get(payment);
        faults.push(
          `${payment}: ${ledger === undefined ? 'its ledger cannot be read' : `still open: ${openIn(ledger).join(', ')}`}`,
        );
      }
      return ledgers;
    }
    log(`${next.length} of ${asked.length} payments are still open`);
    waiting = next;
    await delay(LOOK_MS);
  }
}

/** Nobody was told of it, and it did not come about. */
const isMissing = (error: unknown): boolean => error instanceof PaymentError && error.code === 'not-found';

/** Operations without an end, by id and state. */
function openIn(ledger: readonly LedgerEntry[]): string[] {
  const states = new Map<string, string>();
  for (const { type, operation } of ledger) {
    const match = /^(authorization|capture|release|refund)\.(.+)$/.exec(type);
    if (match !== null) states.set(operation ?? 'authorization', match[2] ?? '');
  }
  return [...states].filter(([, state]) => OPEN.has(state)).map(([id, state]) => `${id} ${state}`);
}

/** How each capture stands at the end of a ledger. */
function endsOf(ledger: readonly LedgerEntry[]): Map<string, { state: string; booked: number | null }> {
  const ends = new Map<string, { state: string; booked: number | null }>();
  for (const { type, operation, data } of ledger) {
    if (!type.startsWith('capture.') || operation === null) continue;
    const booked = typeof data['booked'] === 'number' ? data['booked'] : null;
    ends.set(operation, { state: type.slice('capture.'.length), booked });
  }
  return ends;
}

const entry = (
  payment: string,
  ledger: readonly LedgerEntry[] | undefined,
): [string, readonly LedgerEntry[]][] => (ledger === undefined ? [] : [[payment, ledger]]);
