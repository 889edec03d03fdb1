// Ledgers written by hand, for what reads a bundle's facts and entries alone: amounts are minor units.
import type { Bundle, BundleEntry } from '../../audit/bundle.ts';
import type { Amounts, EntryData, LedgerEntry } from '../../payment/ledger.ts';

export interface Told {
  readonly type: LedgerEntry['type'];
  readonly operation?: string | null;
  readonly at?: string;
  readonly data?: EntryData;
  readonly by?: LedgerEntry['by'];
  readonly amounts?: Partial<Amounts>;
}

interface Facts {
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly currency: string;
  readonly reference?: string;
  /** The provider's id of the hold. */
  readonly hold: string;
}

const NONE: Amounts = {
  authorized: 0,
  captured: 0,
  reserved: 0,
  released: 0,
  lapsed: 0,
  refunded: 0,
  refunding: 0,
  chargedBack: 0,
};

/** What of a bundle the readers of movements look at; histories and digests are empty. */
export function ledgerOf(facts: Facts, told: readonly Told[]): Bundle {
  const { hold, ...payment } = facts;
  const first: Told[] = [
    { type: 'payment.created', data: { amount: 100_000 } },
    {
      type: 'authorization.approved',
      operation: 'authorization',
      data: { booked: 100_000, providerReference: hold },
    },
  ];
  let at = '2026-11-20T10:00:00.000Z';
  const ledger = [...first, ...told].map((entry, index): BundleEntry => {
    at = entry.at ?? at;
    return {
      n: index + 1,
      at,
      type: entry.type,
      operation: entry.operation ?? null,
      by: entry.by ?? { kind: 'provider', name: facts.provider, via: 'answer' },
      rule: 'approved-answer',
      data: entry.data ?? {},
      after: { status: 'captured', amounts: { ...NONE, ...entry.amounts } },
      refs: { runId: 'run', eventId: index + 1 },
      prev: '0'.repeat(64),
      hash: String(index + 1).padStart(64, '0'),
      before: null,
      legal: [],
    };
  });
  return {
    format: 'tranche.audit/1',
    payment: {
      reference: 'ref',
      ...payment,
      amount: 100_000,
      by: 'shop',
      authorization: { request: { method: 'cc' } },
    } as unknown as Bundle['payment'],
    ledger,
    histories: [],
    versions: { machine: 1, engine: '0.1.0', sdk: '1.24.0' },
    digests: { payment: '', ledger: '', histories: [], versions: '' },
  };
}

/** A capture or refund that was sent and approved. */
export const booked = (
  kind: 'capture' | 'refund',
  operation: string,
  amount: number,
  data: EntryData,
  at?: string,
): readonly Told[] => [
  { type: `${kind}.sent`, operation, data: { attempt: 1, ...data }, ...(at === undefined ? {} : { at }) },
  { type: `${kind}.approved`, operation, data: { booked: amount, ...data } },
];
