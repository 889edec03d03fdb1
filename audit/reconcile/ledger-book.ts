import { type Movement, movementsOf, namesOperation } from '../movements.ts';
import type { Bundle } from '../bundle.ts';
import { operationStories } from '../report/stories.ts';
import type { Mapping } from './mapping.ts';
import type { SettlementLine } from './settlement-file.ts';

export type BookedKind = 'capture' | 'refund' | 'chargeback';

/** One booking that a settlement file should have, or an operation that it should not have. */
export interface Booked {
  readonly payment: string;
  readonly operation: string | null;
  readonly kind: BookedKind;
  readonly provider: string;
  readonly currency: string;
  readonly day: string;
  readonly inRange: boolean;
  /** What a person looks for it by. */
  readonly reference: string;
  amount: number;
  /** Lines of the file that it was found in. */
  lines: number;
  /** The state of an operation that booked nothing: it is here so that a line for it is explained. */
  readonly without: string | null;
}

const KINDS: ReadonlySet<string> = new Set(['capture', 'refund', 'chargeback']);
const ANY = '*';

/** Days of the ledger in the zone of the file. */
export interface Range {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  dayOf(at: number): string;
  /** In the range or in the days beside it, in which a counterpart is still looked for. */
  isNear(day: string): boolean;
}

/**
 * What the ledger says was booked, by every reference that the mapping names. Only bookings of the range and of the days
 * beside it are kept, in as few words as the comparison needs, so that memory follows the ledger's days and not the file.
 */
export class LedgerBook {
  readonly all: Booked[] = [];
  /** Of the account; empty while it has no payment. */
  provider = '';
  readonly #index = new Map<string, Booked[]>();
  readonly #references: Mapping['references'];
  readonly #range: Range;

  constructor(mapping: Mapping, range: Range) {
    this.#references = mapping.references;
    this.#range = range;
  }

  /** Takes in a payment; another account's are left out. */
  add(bundle: Bundle): void {
    if (bundle.payment.account !== this.#range.account) return;
    this.provider = bundle.payment.provider;
    const last = new Map<string, { booked: Booked | null; amount: number }>();
    for (const movement of movementsOf(bundle)) {
      if (!KINDS.has(movement.kind)) continue;
      const slot = `${movement.kind} ${movement.call ?? ''}`;
      const before = movement.call === null ? undefined : last.get(slot);
      // Captures that shared a call are one booking there, and so is one whose amount was corrected; what is taken back whole is another.
      if (before !== undefined && before.amount + movement.amount !== 0 && before.amount !== 0) {
        before.amount += movement.amount;
        if (before.booked !== null) before.booked.amount = before.amount;
      } else {
        const taken = before !== undefined && before.amount + movement.amount === 0;
        last.set(slot, { booked: this.#book(movement), amount: taken ? 0 : movement.amount });
      }
    }
    this.#explain(bundle);
  }

  /** Operations that went out and booked nothing, so that a line for one is explained and not only missed. */
  #explain({ payment: { id, provider, currency, reference }, ledger }: Bundle): void {
    const said = ledger.find(({ type }) => type === 'authorization.approved')?.data['providerReference'];
    const hold = typeof said === 'string' ? said : null;
    for (const story of operationStories(ledger)) {
      if (story.kind === 'release' || story.booked !== null || story.attempts === 0) continue;
      const ours = story.keys.map((key) => key.split('=')).find(([name = '']) => namesOperation(name));
      const booked: Booked = {
        payment: id,
        operation: story.id,
        kind: story.kind,
        provider,
        currency,
        day: this.#range.dayOf(Date.parse(story.acceptedAt)),
        inRange: false,
        reference: '',
        amount: 0,
        lines: 0,
        without: story.state,
      };
      const references = {
        provider: story.providerReference ?? hold,
        ours: ours?.[1] ?? null,
        payment: reference,
        hold,
        sequenceNumber: story.sequenceNumber,
      };
      this.#put(booked, references, story.id);
    }
  }

  #book(movement: Movement): Booked | null {
    const { references, payment, call, kind, provider, currency, amount } = movement;
    const day = this.#range.dayOf(Date.parse(movement.told ?? movement.at));
    if (!this.#range.isNear(day)) return null;
    const booked: Booked = {
      payment,
      operation: call,
      kind: kind as BookedKind,
      provider,
      currency,
      day,
      inRange: day >= this.#range.from && day <= this.#range.to,
      reference: referenceText(references),
      amount,
      lines: 0,
      without: null,
    };
    this.all.push(booked);
    this.#put(booked, references, call);
    return booked;
  }

  #put(booked: Booked, references: Movement['references'], operation: string | null): void {
    const number = references.sequenceNumber === null ? '' : String(references.sequenceNumber);
    const { provider, ours, hold, payment } = this.#references;
    const keys = [
      ...(provider === undefined ? [] : numbered('p', references.provider, number)),
      ...(ours === undefined ? [] : numbered('o', references.ours, number)),
      ...(hold === undefined ? [] : numbered('h', references.hold, number)),
      ...(payment === undefined
        ? []
        : [keyOf('i', booked.payment, operation ?? ''), keyOf('i', booked.payment, ANY)]),
    ];
    for (const key of new Set(keys.map((each) => `${booked.kind} ${each}`))) {
      const list = this.#index.get(key);
      if (list === undefined) this.#index.set(key, [booked]);
      else list.push(booked);
    }
  }

  /** What a line may be, by its best reference that anything is known by: the provider's, ours, the hold's, our ids. */
  candidates(line: SettlementLine): readonly Booked[] {
    const number = line.sequenceNumber;
    const asked: readonly (readonly [string, string, string])[] = [
      ['p', line.provider, number],
      ['o', line.ours, number],
      ['h', line.hold, number],
      ['i', line.payment, line.operation],
    ];
    for (const [scope, reference, part] of asked) {
      if (reference === '') continue;
      const exact =
        part === '' ? undefined : this.#index.get(`${line.kind} ${keyOf(scope, reference, part)}`);
      const found =
        exact ?? this.#index.get(`${line.kind} ${keyOf(scope, reference, part === '' ? ANY : '')}`);
      if (found !== undefined) return found;
    }
    return [];
  }
}

const keyOf = (scope: string, reference: string, part: string): string => `${scope} ${reference} ${part}`;

/** Under its number, and for files that name none under the reference alone. */
function numbered(scope: string, reference: string | null, number: string): readonly string[] {
  return reference === null ? [] : [keyOf(scope, reference, number), keyOf(scope, reference, ANY)];
}

const referenceText = ({ provider, sequenceNumber, ours }: Movement['references']): string =>
  `${provider ?? ours ?? ''}${sequenceNumber === null ? '' : ` no. ${sequenceNumber}`}`;
