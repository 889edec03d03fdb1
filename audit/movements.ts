import type { Bundle, BundleEntry } from './bundle.ts';

export const MOVEMENT_KINDS = ['capture', 'refund', 'release', 'lapse', 'chargeback'] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** Names under which the two sides know an operation; nothing here is secret. */
export interface References {
  /** The provider's own id of what it booked, or of the hold where it names nothing finer (PAYONE txid). */
  readonly provider: string | null;
  /** What we sent as our reference of this operation (payeeReference, the reference in a comment, a requestId). */
  readonly ours: string | null;
  /** What we sent as our reference of the whole payment. */
  readonly payment: string;
  /** The provider's id of the hold. */
  readonly hold: string | null;
  readonly sequenceNumber: number | null;
}

/** Money that changed its place by one ledger entry. */
export interface Movement {
  readonly account: string;
  readonly provider: string;
  readonly payment: string;
  /** Number of the ledger's entry. */
  readonly entry: number;
  /** When the ledger took it, RFC 3339 UTC. */
  readonly at: string;
  /** When the provider says that it happened, where a notice said so; RFC 3339 UTC. */
  readonly told: string | null;
  readonly kind: MovementKind;
  /** The operation's id; null where it belongs to none (a lapse, a chargeback). */
  readonly operation: string | null;
  /** The operation that carried the provider call, where several shared one; else the operation itself. */
  readonly call: string | null;
  /** Minor units; below 0 where something booked was taken back (a late failure, a chargeback that was won). */
  readonly amount: number;
  readonly currency: string;
  readonly origin: 'engine' | 'observed';
  readonly references: References;
}

/** Keys that name the hold; every other key of an attempt names the operation (provider mappings' `keysOf`). */
const HOLD_KEYS = new Set(['txid', 'payment', 'order_id', 'transactionId', 'sequencenumber', 'allocated']);

/** Whether a key of an attempt names the operation, so that it is a reference of ours. */
export const namesOperation = (key: string): boolean => !HOLD_KEYS.has(key);

const OPERATION_ENTRY = /^(capture|refund|release)\.(sent|approved|reversed|pending|unknown|declined)$/;

/** What is known of one operation while the ledger is read. */
interface Known {
  standing: number;
  call: string;
  provider: string | null;
  ours: string | null;
  sequenceNumber: number | null;
}

/** A sealed value names nothing outside activities. */
const SEALED = 'sealed:v1:';

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && !value.startsWith(SEALED) ? value : null;
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : null;

/**
 * Every movement of a payment's ledger in order. A movement is what an entry changed, so that their sums are the
 * payment's own: a booking that is corrected later is a second movement of the difference.
 */
export function movementsOf({ payment, ledger }: Pick<Bundle, 'payment' | 'ledger'>): readonly Movement[] {
  const operations = new Map<string, Known>();
  let hold = textOf(payment.holdKey);
  const movements: Movement[] = [];
  const knownOf = (id: string): Known => {
    let known = operations.get(id);
    if (known === undefined) {
      known = { standing: 0, call: id, provider: null, ours: null, sequenceNumber: null };
      operations.set(id, known);
    }
    return known;
  };
  const add = (entry: BundleEntry, kind: MovementKind, amount: number, known: Known | null): void => {
    if (amount === 0) return;
    movements.push({
      account: payment.account,
      provider: payment.provider,
      payment: payment.id,
      entry: entry.n,
      at: entry.at,
      told: textOf(entry.data['told']),
      kind,
      operation: known === null ? null : entry.operation,
      call: known?.call ?? null,
      amount,
      currency: payment.currency,
      origin: entry.type.startsWith('observed.') ? 'observed' : 'engine',
      references: {
        provider: known === null ? hold : known.provider,
        ours: known?.ours ?? null,
        payment: payment.reference,
        hold,
        sequenceNumber: known?.sequenceNumber ?? null,
      },
    });
  };
  for (const entry of ledger) {
    const { type, data, operation } = entry;
    if (type === 'authorization.approved') hold = textOf(data['providerReference']) ?? hold;
    const [noun = '', verb = ''] = type.split('.');
    if (operation !== null && (OPERATION_ENTRY.test(type) || noun === 'observed')) {
      const known = knownOf(operation);
      learn(known, entry);
      const kind = (noun === 'observed' ? verb : noun) as MovementKind;
      const standing =
        verb === 'approved' || noun === 'observed'
          ? (numberOf(data['booked']) ?? 0)
          : verb === 'reversed'
            ? 0
            : known.standing;
      add(entry, kind, standing - known.standing, known);
      known.standing = standing;
    } else if (type === 'hold.lapsed' || type === 'hold.restored') {
      const amount = numberOf(data['amount']) ?? 0;
      add(entry, 'lapse', type === 'hold.lapsed' ? amount : -amount, null);
    } else if (type === 'chargeback.booked' || type === 'chargeback.reversed') {
      const amount = numberOf(data['amount']) ?? 0;
      add(entry, 'chargeback', type === 'chargeback.booked' ? amount : -amount, null);
    }
  }
  return movements;
}

function learn(known: Known, { data }: BundleEntry): void {
  known.provider = textOf(data['providerReference']) ?? known.provider;
  known.sequenceNumber = numberOf(data['sequenceNumber']) ?? known.sequenceNumber;
  known.call = textOf(data['sentWith']) ?? known.call;
  const keys = data['keys'];
  if (typeof keys !== 'object' || keys === null) return;
  for (const [name, value] of Object.entries(keys)) {
    if (namesOperation(name)) known.ours = textOf(value) ?? known.ours;
  }
}
