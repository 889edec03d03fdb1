import { created, IllegalEntry, takeFact } from '../machines/fold.ts';
import type { PaymentEvent } from '../machines/payment-event.ts';
import { amountsOf, figures } from '../machines/payment-state.ts';
import { statusOf } from '../machines/status.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Breach } from './money-rule.ts';

const OPEN = new Set(['planned', 'sent', 'pending', 'unknown']);

/**
 * What a ledger alone can prove: M1, M2, M5, M6, M7 and M9, at every entry. The sums are added up here
 * anew from the entries' own words, so that a fault of the fold cannot hide itself.
 */
export function ledgerBreaches(ledger: readonly LedgerEntry[]): readonly Breach[] {
  return [...sumBreaches(ledger), ...foldBreaches(ledger)];
}

function sumBreaches(ledger: readonly LedgerEntry[]): Breach[] {
  const breaches: Breach[] = [];
  const operations = new Map<string, string>();
  let differ = false;
  let reportedAt = '';
  for (const { n, at: instant, type, operation, data, after } of ledger) {
    const { authorized, captured, reserved, released, lapsed, refunded, refunding, chargedBack } =
      after.amounts;
    const at = `entry ${n} ${type}`;
    for (const [name, value] of Object.entries(after.amounts)) {
      if (!Number.isSafeInteger(value) || value < 0)
        breaches.push({ rule: 'M7', text: `${at}: ${name} is ${value}` });
    }
    if (type === 'attention.raised' && data['code'] === 'books-differ') differ = true;
    if (operation !== null && /^(capture|release|refund|authorization)\./.test(type)) {
      operations.set(operation, type.slice(type.indexOf('.') + 1));
    }
    const booked = captured + released + lapsed;
    const reports = type.startsWith('observed.') || type.endsWith('.approved') || type.startsWith('hold.');
    if (reports) reportedAt = instant;
    // What a report breaks is told in the same step, first what was seen and then that the books differ.
    const told = type.startsWith('attention.') && instant === reportedAt;
    if (booked + reserved > authorized && !differ && !reports && !told) {
      breaches.push({
        rule: 'M1',
        text: `${at}: ${booked} booked and ${reserved} reserved of ${authorized}`,
      });
    }
    if (refunded + refunding > Math.max(0, captured - chargedBack) && !differ && type === 'refund.planned') {
      breaches.push({
        rule: 'M2',
        text: `${at}: ${refunded} refunded and ${refunding} in flight of ${captured}`,
      });
    }
    if (type === 'payment.closed') {
      const open = [...operations].find(([, state]) => OPEN.has(state));
      if (open !== undefined) breaches.push({ rule: 'M5', text: `${at}: ${open[0]} is ${open[1]}` });
      if (authorized - booked > 0)
        breaches.push({ rule: 'M5', text: `${at}: ${authorized - booked} is still held` });
    }
  }
  return [...breaches, ...heldBreaches(ledger)];
}

/** M6: every unit that left the hold has a named entry; the entries' own amounts give the sums. */
function heldBreaches(ledger: readonly LedgerEntry[]): Breach[] {
  const breaches: Breach[] = [];
  const standing = new Map<string, { readonly kind: string; readonly booked: number }>();
  let lapsed = 0;
  for (const { n, type, operation, data, after } of ledger) {
    const noun = type.startsWith('observed.') ? type.slice(9) : type.slice(0, type.indexOf('.'));
    if (type.endsWith('.approved') || type.startsWith('observed.')) {
      standing.set(operation ?? 'authorization', { kind: noun, booked: Number(data['booked']) });
    }
    if (type.endsWith('.reversed') && operation !== null) standing.delete(operation);
    if (type === 'hold.lapsed') lapsed += Number(data['amount']);
    if (type === 'hold.restored') lapsed -= Number(data['amount']);
    const sum = (kind: string) =>
      [...standing.values()].filter((one) => one.kind === kind).reduce((total, one) => total + one.booked, 0);
    const { amounts } = after;
    const found = {
      authorized: sum('authorization'),
      captured: sum('capture'),
      released: sum('release'),
      lapsed,
    };
    for (const [name, value] of Object.entries(found)) {
      const said = amounts[name as keyof typeof found];
      if (said !== value)
        breaches.push({
          rule: 'M6',
          text: `entry ${n} ${type}: ${name} is ${said}, its entries give ${value}`,
        });
    }
  }
  return breaches;
}

function foldBreaches(ledger: readonly LedgerEntry[]): Breach[] {
  const [first, ...rest] = ledger;
  if (first?.type !== 'payment.created')
    return [{ rule: 'M9', text: 'the ledger does not begin with payment.created' }];
  const breaches: Breach[] = [];
  let snapshot = created(first, first.at);
  try {
    for (const entry of rest) {
      snapshot = takeFact(snapshot, entry as PaymentEvent).snapshot;
      const amounts = amountsOf(figures(snapshot.context));
      const same = Object.entries(amounts).every(
        ([name, value]) => entry.after.amounts[name as keyof typeof amounts] === value,
      );
      if (!same || statusOf(snapshot.context) !== entry.after.status) {
        breaches.push({
          rule: 'M9',
          text: `entry ${entry.n} ${entry.type}: the fold gives ${statusOf(snapshot.context)} ${JSON.stringify(amounts)}`,
        });
      }
    }
  } catch (error) {
    if (!(error instanceof IllegalEntry)) throw error;
    breaches.push({ rule: 'M9', text: error.message });
  }
  return breaches;
}
