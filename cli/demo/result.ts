import { bookBreaches, booksAgree } from '../../audit/books-rules.ts';
import { ledgerBreaches } from '../../audit/ledger-rules.ts';
import { type Breach, MONEY_RULES, type Verdicts, verdictsOf } from '../../audit/money-rule.ts';
import type { ProviderBooks } from '../../audit/provider-books.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { Neighbour } from './neighbour.ts';
import { booksOf } from './twin-books.ts';
import type { Stage } from './stage.ts';

/** One order at the end: what the engine's ledger says beside what the twin booked. Minor units. */
export interface OrderResult {
  readonly id: string;
  readonly provider: string;
  readonly scenario: string;
  /** ISO 4217, of every amount here. */
  readonly currency: string;
  readonly status: string;
  readonly authorized: number;
  readonly captured: number;
  readonly released: number;
  readonly lapsed: number;
  readonly refunded: number;
  readonly provider_books: Pick<ProviderBooks, 'authorized' | 'captured' | 'refunded' | 'closed'> & {
    readonly bookings: number;
  };
  readonly agrees: boolean;
}

export interface DemoResult {
  readonly ok: boolean;
  readonly orders: readonly OrderResult[];
  readonly invariants: Verdicts;
  /** Orders that did not end as told, and why. */
  readonly failures: readonly string[];
}

interface Played {
  readonly id: string;
  readonly scenario: string;
  readonly account: 'shop' | 'brief';
}

interface Judged {
  readonly id: string;
  readonly scenario: string;
  readonly provider: string;
  readonly currency: string;
  readonly books: (ledger: readonly LedgerEntry[]) => Promise<ProviderBooks>;
}

const payoneBooks =
  (stage: Stage, { id, account }: Played): Judged['books'] =>
  async () => {
    const payment = await stage.shop.get(`/v1/payments/${stage.idOf(id)}`);
    const { providerReference } = payment['authorization'] as { providerReference: string };
    return booksOf(await stage.twins[account].admin.process(providerReference));
  };

const neighbourBooks =
  (stage: Stage, neighbour: Neighbour): Judged['books'] =>
  (ledger) => {
    const admin = stage.neighbours[neighbour.id];
    if (admin === undefined) throw new Error(`${neighbour.id} has no twin`);
    return neighbour.books(admin, ledger);
  };

/** Holds every order's ledger against the twin's books and the rules of money. */
export async function judge(
  stage: Stage,
  played: readonly Played[],
  neighbours: readonly Neighbour[],
  failures: readonly string[],
): Promise<DemoResult> {
  const orders: OrderResult[] = [];
  const breaches: Breach[] = [];
  const unread = [...failures];
  const all: readonly Judged[] = [
    ...played.map((order) => ({
      ...order,
      provider: 'payone',
      currency: 'EUR',
      books: payoneBooks(stage, order),
    })),
    ...neighbours.map((order) => ({ ...order, books: neighbourBooks(stage, order) })),
  ];
  for (const { id, books: read, ...order } of all) {
    const paymentId = stage.idOf(id);
    const { entries } = (await stage.shop.get(`/v1/payments/${paymentId}/ledger`)) as unknown as {
      entries: LedgerEntry[];
    };
    const books = await read(entries).catch((error: unknown) => {
      unread.push(`${id}: the books of the provider cannot be read: ${String(error)}`);
      return null;
    });
    if (books === null) continue;
    const found = [
      ...ledgerBreaches(entries),
      ...bookBreaches(entries, books),
      ...(await secretBreaches(stage, paymentId, entries)),
    ];
    breaches.push(...found.map(({ rule, text }) => ({ rule, text: `${id}: ${text}` })));
    const last = entries.at(-1);
    if (last === undefined) continue;
    const { authorized, captured, released, lapsed, refunded } = last.after.amounts;
    const { bookings, ...sums } = books;
    orders.push({
      id,
      provider: order.provider,
      scenario: order.scenario,
      currency: order.currency,
      status: last.after.status,
      authorized,
      captured,
      released,
      lapsed,
      refunded,
      provider_books: {
        authorized: sums.authorized,
        captured: sums.captured,
        refunded: sums.refunded,
        closed: sums.closed,
        bookings: bookings.length,
      },
      agrees: booksAgree(entries, books) && found.length === 0,
    });
  }
  const invariants = verdictsOf(breaches);
  const ok =
    unread.length === 0 &&
    orders.length === all.length &&
    orders.every((order) => order.agrees) &&
    MONEY_RULES.every((rule) => invariants[rule].holds);
  return { ok, orders, invariants, failures: unread };
}

/** M8: neither the ledger nor the raw history holds a secret. */
async function secretBreaches(
  stage: Stage,
  payment: string,
  ledger: readonly LedgerEntry[],
): Promise<Breach[]> {
  const history = await stage.temporal.workflow.getHandle(`payment/${payment}`).fetchHistory();
  const texts = {
    ledger: JSON.stringify(ledger),
    history: JSON.stringify(history, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    ),
  };
  return Object.entries(texts).flatMap(([where, text]) =>
    stage.secrets
      .filter((secret) => text.includes(secret))
      .map(() => ({ rule: 'M8' as const, text: `a secret stands in the ${where}` })),
  );
}
