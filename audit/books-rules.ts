import type { LedgerEntry } from '../payment/ledger.ts';
import type { Breach } from './money-rule.ts';
import type { ProviderBooks } from './provider-books.ts';

/** What the ledger says of one operation that it sent. */
interface Told {
  readonly kind: string;
  state: string;
  booked: number;
  sequenceNumber: number | null;
  /** The rest that a final capture freed by itself. */
  readonly local: boolean;
  /** It went out, by itself or with the one that carried it. */
  carrier: string | null;
}

/**
 * What only the provider's books can prove: M3 (each intent at most one effect, and the reported one),
 * M4 (numbers dense, one body a number while it was unknown) and M10, and that the sums agree.
 */
export function bookBreaches(ledger: readonly LedgerEntry[], books: ProviderBooks): readonly Breach[] {
  const told = toldOf(ledger);
  return [
    ...effects(told, books),
    ...unnumbered(told, books),
    ...numbers(books),
    ...bodies(ledger, books),
    ...sums(ledger, books),
  ];
}

function toldOf(ledger: readonly LedgerEntry[]): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const { type, operation, data } of ledger) {
    const match = /^(capture|release|refund)\.(.+)$/.exec(type);
    if (match === null || operation === null) continue;
    const [, kind = '', state = ''] = match;
    const known = told.get(operation) ?? {
      kind,
      state,
      booked: 0,
      sequenceNumber: null,
      local: data['kind'] === 'flag' || data['kind'] === 'implicit',
      carrier: null,
    };
    if (state === 'sent') known.carrier = typeof data['sentWith'] === 'string' ? data['sentWith'] : operation;
    known.state = state;
    if (typeof data['booked'] === 'number') known.booked = data['booked'];
    if (typeof data['sequenceNumber'] === 'number') known.sequenceNumber = data['sequenceNumber'];
    told.set(operation, known);
  }
  return told;
}

/** Captures that were collected share one number and one booking; everything else has its own. */
function effects(told: Map<string, Told>, books: ProviderBooks): Breach[] {
  const breaches: Breach[] = [];
  const mine = books.bookings.filter((booking) => booking.origin === 'engine');
  const calls = new Map<number, { ids: string[]; booked: number; kind: string }>();
  for (const [id, one] of told) {
    if (one.state !== 'approved' || one.local || one.sequenceNumber === null) continue;
    const call = calls.get(one.sequenceNumber) ?? { ids: [], booked: 0, kind: one.kind };
    calls.set(one.sequenceNumber, { ...call, ids: [...call.ids, id], booked: call.booked + one.booked });
  }
  for (const [number, { ids, booked, kind }] of calls) {
    const found = mine.filter((booking) => booking.sequenceNumber === number);
    const named = ids.join(', ');
    if (found.length !== 1)
      breaches.push({ rule: 'M3', text: `${named} approved, the provider booked it ${found.length} times` });
    const amount = found[0]?.amount;
    if (kind !== 'release' && amount !== undefined && amount !== booked) {
      breaches.push({ rule: 'M3', text: `${named}: booked ${booked}, the provider says ${amount}` });
    }
  }
  const unknown = mine.filter(
    (booking) => booking.sequenceNumber !== null && !calls.has(booking.sequenceNumber),
  );
  for (const booking of unknown) {
    breaches.push({
      rule: 'M3',
      text: `the provider booked number ${String(booking.sequenceNumber)}, the ledger does not know it`,
    });
  }
  return breaches;
}

/** Without numbers: as many bookings of each kind and amount as the ledger approved calls, no more and no fewer. */
function unnumbered(told: Map<string, Told>, books: ProviderBooks): Breach[] {
  const calls = new Map<string, { kind: string; booked: number }>();
  for (const one of told.values()) {
    if (one.state !== 'approved' || one.local || one.sequenceNumber !== null || one.carrier === null)
      continue;
    const booked = (calls.get(one.carrier)?.booked ?? 0) + one.booked;
    calls.set(one.carrier, { kind: one.kind, booked });
  }
  const ours = countsOf([...calls.values()].map(({ kind, booked }) => effectText(kind, booked)));
  const theirs = countsOf(
    books.bookings
      .filter(({ origin, sequenceNumber }) => origin === 'engine' && sequenceNumber === null)
      .map(({ kind, amount }) => effectText(kind, amount)),
  );
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((effect) => ours.get(effect) !== theirs.get(effect))
    .map((effect) => ({
      rule: 'M3' as const,
      text: `${effect}: approved ${ours.get(effect) ?? 0} times, the provider booked it ${theirs.get(effect) ?? 0} times`,
    }));
}

/** What a release gave back is not told by every provider. */
const effectText = (kind: string, amount: number): string =>
  kind === 'release' ? kind : `${kind} of ${amount}`;

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function numbers(books: ProviderBooks): Breach[] {
  const used = books.bookings.flatMap((booking) =>
    booking.sequenceNumber === null ? [] : [booking.sequenceNumber],
  );
  const sorted = [...new Set(used)].sort((a, b) => a - b);
  const dense = sorted.length === used.length && sorted.every((number, index) => number === index + 1);
  return dense ? [] : [{ rule: 'M4', text: `numbers used up: ${used.join(', ')}` }];
}

/** Between an unknown outcome and its end, the same number carries the same body. */
function bodies(ledger: readonly LedgerEntry[], books: ProviderBooks): Breach[] {
  const repeated = new Map<number, number>();
  for (const { type, data } of ledger) {
    const attempt = Number(data['attempt']);
    if (type.endsWith('.sent') && attempt > 1) repeated.set(Number(data['sequenceNumber']), attempt);
  }
  const breaches: Breach[] = [];
  for (const [number, attempts] of repeated) {
    const same = books.requests.filter((request) => request.sequenceNumber === number).slice(-attempts);
    const sent = new Set(same.map((request) => request.body));
    if (sent.size > 1)
      breaches.push({ rule: 'M10', text: `number ${number} went out with ${sent.size} bodies` });
  }
  return breaches;
}

function sums(ledger: readonly LedgerEntry[], books: ProviderBooks): Breach[] {
  const last = ledger.at(-1)?.after.amounts;
  if (last === undefined) return [];
  const pairs = [
    ['authorized', last.authorized, books.authorized],
    ['captured', last.captured, books.captured],
    ['refunded', last.refunded, books.refunded],
  ] as const;
  return pairs
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(([name, ours, theirs]) => ({
      rule: 'M3' as const,
      text: `${name}: ledger ${ours}, provider ${theirs}`,
    }));
}

/** Whether the sums of the ledger's last entry are those of the provider's books. */
export function booksAgree(ledger: readonly LedgerEntry[], books: ProviderBooks): boolean {
  return sums(ledger, books).length === 0;
}
