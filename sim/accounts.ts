import type { Amounts, LedgerEntry } from '../payment/ledger.ts';
import type { OperationState } from '../payment/operation.ts';
import { Violation } from './violation.ts';

/** One operation as the entries tell it. */
export interface Account {
  readonly id: string;
  readonly kind: 'authorization' | 'capture' | 'release' | 'refund';
  readonly origin: 'engine' | 'observed';
  readonly amount: number;
  state: OperationState;
  booked: number;
  sequenceNumber: number | null;
  /** It was sent at least once. */
  sent: boolean;
  /** The operation that carried its provider call, when not itself. */
  sentWith: string | null;
}

const OPEN = new Set<OperationState>(['planned', 'sent', 'pending', 'unknown']);
const THERE = new Set<OperationState>(['sent', 'pending', 'unknown']);

const SUMS = [
  'authorized',
  'captured',
  'reserved',
  'released',
  'lapsed',
  'refunded',
  'refunding',
  'chargedBack',
] as const satisfies readonly (keyof Amounts)[];

/** Entry types taken apart, each once. */
const WORDS = new Map<string, readonly [noun: string, verb: string]>();

function wordsOf(type: string): readonly [noun: string, verb: string] {
  let words = WORDS.get(type);
  if (words === undefined) {
    const [noun = '', verb = ''] = type.split('.');
    WORDS.set(type, (words = [noun, verb]));
  }
  return words;
}

export const isOpen = (account: Account): boolean => OPEN.has(account.state);
export const isThere = (account: Account): boolean => THERE.has(account.state);

/**
 * The simulator's own bookkeeping over the ledger, kept entry by entry: a second opinion on every sum
 * that shares no line with the engine's (M6), so that a machine that forgets something is seen.
 */
export class Accounts {
  readonly operations = new Map<string, Account>();
  readonly attentions = new Set<string>();
  readonly sums = {
    authorized: 0,
    captured: 0,
    reserved: 0,
    released: 0,
    lapsed: 0,
    refunded: 0,
    refunding: 0,
    chargedBack: 0,
  };
  /** M4: the provider knows sequence numbers. */
  numbers = false;
  /** M4: highest number used up by a booking or told of. */
  usedUp = 0;
  closed = false;
  /** The provider, or a person, reported something that no command of ours asked for. */
  disturbed = false;
  private declineUsesNumber = false;

  get held(): number {
    const { authorized, captured, released, lapsed } = this.sums;
    return authorized - captured - released - lapsed;
  }

  /** What may still be given back, M2. */
  get refundable(): number {
    const { captured, chargedBack, refunded } = this.sums;
    return captured - chargedBack - refunded;
  }

  /** Takes one entry in. @throws Violation M7 where an amount is not a safe integer. */
  enter(entry: LedgerEntry): void {
    const { type, data } = entry;
    const [noun, verb] = wordsOf(type);
    if (noun === 'observed' || noun === 'chargeback' || noun === 'hold' || verb === 'reversed')
      this.disturbed = true;
    if (noun === 'payment') this.payment(verb, entry);
    else if (noun === 'observed') this.observed(verb as 'capture', entry);
    else if (noun === 'authorization' || noun === 'capture' || noun === 'release' || noun === 'refund') {
      this.operation(noun, verb as OperationState, entry);
    } else if (type === 'hold.lapsed') this.sums.lapsed += integer(data['amount'], entry);
    else if (type === 'hold.restored') this.sums.lapsed -= integer(data['amount'], entry);
    else if (type === 'chargeback.booked') this.sums.chargedBack += integer(data['amount'], entry);
    else if (type === 'chargeback.reversed') this.sums.chargedBack -= integer(data['amount'], entry);
    else if (type === 'attention.raised') this.attentions.add(String(data['code']));
    else if (type === 'attention.cleared') this.attentions.delete(String(data['code']));
  }

  /** Names of the sums in which `amounts` differs from this bookkeeping. */
  differences(amounts: Amounts): string[] {
    const own: Amounts = this.sums;
    const found: string[] = [];
    for (const name of SUMS)
      if (own[name] !== amounts[name]) found.push(`${name} ${amounts[name]} for ${own[name]}`);
    return found;
  }

  private payment(verb: string, entry: LedgerEntry): void {
    if (verb === 'closed') {
      this.closed = true;
      return;
    }
    const { capabilities, adopt } = entry.data as {
      capabilities: { sequence: { declineUsesNumber: boolean } | null };
      adopt: null | { sequenceNumber?: number };
    };
    this.numbers = capabilities.sequence !== null;
    this.declineUsesNumber = capabilities.sequence?.declineUsesNumber === true;
    this.usedUp = adopt?.sequenceNumber ?? 0;
    const amount = integer(entry.data['amount'], entry);
    this.operations.set('authorization', fresh('authorization', 'authorization', 'engine', amount));
  }

  private observed(kind: 'capture' | 'release' | 'refund', entry: LedgerEntry): void {
    const booked = integer(entry.data['booked'], entry);
    const account = fresh(entry.operation ?? '', kind, 'observed', booked);
    this.operations.set(account.id, account);
    this.move(account, 'approved', booked);
    const number = entry.data['sequenceNumber'];
    if (typeof number === 'number') {
      account.sequenceNumber = number;
      this.usedUp = Math.max(this.usedUp, number);
    }
  }

  private operation(kind: Account['kind'], verb: OperationState, entry: LedgerEntry): void {
    const id = entry.operation ?? '';
    let account = this.operations.get(id);
    if (account === undefined) {
      account = fresh(id, kind, 'engine', integer(entry.data['amount'] ?? entry.data['booked'], entry));
      this.operations.set(id, account);
      this.reserve(account, 1);
    }
    const { sequenceNumber, sentWith } = entry.data as { sequenceNumber?: number; sentWith?: string };
    if (sequenceNumber !== undefined) account.sequenceNumber = sequenceNumber;
    if (verb === 'planned') account.sentWith = null;
    if (sentWith !== undefined && sentWith !== id) account.sentWith = sentWith;
    if (verb === 'sent') account.sent = true;
    const { notified } = entry.data as { notified?: number };
    if (notified !== undefined) this.usedUp = Math.max(this.usedUp, notified);
    this.move(account, verb, verb === 'approved' ? integer(entry.data['booked'], entry) : 0);
    const uses =
      verb === 'approved' || verb === 'pending' || (verb === 'declined' && entry.data['numberUsed'] === true);
    if (verb === 'declined' && uses && !this.declineUsesNumber && entry.by.via !== 'notice') {
      throw new Violation('M4', `${id} was declined and keeps its number`);
    }
    if (uses && account.sequenceNumber !== null) this.usedUp = Math.max(this.usedUp, account.sequenceNumber);
  }

  private move(account: Account, state: OperationState, booked: number): void {
    if (isOpen(account) && account.origin === 'engine') this.reserve(account, -1);
    if (account.state === 'approved') this.book(account, -account.booked);
    account.state = state;
    if (state === 'approved') {
      account.booked = booked;
      this.book(account, booked);
    }
    if (isOpen(account) && account.origin === 'engine') this.reserve(account, 1);
  }

  private reserve(account: Account, sign: 1 | -1): void {
    if (account.kind === 'capture') this.sums.reserved += sign * account.amount;
    else if (account.kind === 'refund') this.sums.refunding += sign * account.amount;
  }

  private book(account: Account, amount: number): void {
    if (account.kind === 'authorization') this.sums.authorized += amount;
    else if (account.kind === 'capture') this.sums.captured += amount;
    else if (account.kind === 'release') this.sums.released += amount;
    else this.sums.refunded += amount;
  }
}

function fresh(id: string, kind: Account['kind'], origin: Account['origin'], amount: number): Account {
  return {
    id,
    kind,
    origin,
    amount,
    state: 'planned',
    booked: 0,
    sequenceNumber: null,
    sent: false,
    sentWith: null,
  };
}

function integer(value: unknown, entry: LedgerEntry): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Violation(
      'M7',
      `entry ${entry.n} ${entry.type} carries ${String(value)}, not a safe integer of minor units`,
    );
  }
  return value;
}
