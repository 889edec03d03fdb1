import { createHash } from 'node:crypto';
import type { RunHistory } from '../../audit/bundle.ts';
import { referenceOf as ccvReference } from '../../providers/ccv/reference.ts';
import { referenceOf as finlineReference } from '../../providers/finline/reference.ts';
import { referenceOf as paymentOptionsReference } from '../../providers/paymentoptions/reference.ts';
import { referenceOf as payoneReference } from '../../providers/payone/reference.ts';
import { referenceOf as swedbankPayReference } from '../../providers/swedbankpay/reference.ts';

/** What another payment made of a real one is called, and how it differs. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
  /** Milliseconds that everything happens later. */
  readonly later: number;
  /** Amounts are this many times as large; 1 leaves them. */
  readonly times: number;
}

const REFERENCES: Readonly<Record<string, (account: string, payment: string, operation: string) => string>> =
  {
    ccv: ccvReference,
    finline: finlineReference,
    paymentoptions: paymentOptionsReference,
    payone: payoneReference,
    swedbankpay: swedbankPayReference,
  };

/** Members of the engine's own values that are amounts of money in minor units. */
const AMOUNTS = new Set(
  (
    'amount authorized balance booked captured chargedBack frees held lapsed price ' +
    'receivable refunded refunding released remaining requested reserved value'
  ).split(' '),
);
/** Members of requests and answers, which are texts in the provider's own form. */
const AMOUNT_TEXT = /(^|[._])(charge_)?amount$|^pr\[\d+\]$/i;
const DECIMAL = /^-?\d+(\.\d+)?$/;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const SHA256 = /\b[0-9a-f]{64}\b/g;
const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g;
/** Numbers that are instants: from 2020 to 2100. */
const [EARLIEST, LATEST] = [Date.UTC(2020), Date.UTC(2100)];
/** What providers call a process, a transaction or a person by number. */
const NUMBERED = new Set(['txid', 'userid', 'number', 'providerReference', 'ref', 'auth_code']);

/**
 * The same story with other ids, times and amounts in every event: references that follow from the payment's id are derived
 * anew, UUIDs, digests and the providers' numbers become others one for one. What the core makes of it is not touched
 * here: the ledger is folded anew from these events.
 */
export function renamed(
  histories: readonly RunHistory[],
  provider: string,
  renaming: Renaming,
): readonly RunHistory[] {
  const renamer = new Renamer(renaming, wordsIn(histories, provider, renaming));
  return histories.map((run) => renamer.value(run, '') as RunHistory);
}

class Renamer {
  readonly #renaming: Renaming;
  readonly #words: ReadonlyMap<string, string>;
  readonly #pattern: RegExp;

  constructor(renaming: Renaming, words: ReadonlyMap<string, string>) {
    this.#renaming = renaming;
    this.#words = words;
    const longestFirst = [...words.keys()].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(
      longestFirst.map((word) => word.replace(/[^\w-]/g, String.raw`\$&`)).join('|'),
      'g',
    );
  }

  value(value: unknown, name: string): unknown {
    if (typeof value === 'string') return this.#text(value, name);
    if (typeof value === 'number') return this.#number(value, name);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one) => this.value(one, name));
    return Object.fromEntries(
      Object.entries(value).map(([own, member]) => [this.#text(own, ''), this.value(member, own)]),
    );
  }

  #number(value: number, name: string): number {
    if (AMOUNTS.has(name)) return value * this.#renaming.times;
    return value >= EARLIEST && value < LATEST ? value + this.#renaming.later : value;
  }

  #text(text: string, name: string): string {
    if (AMOUNT_TEXT.test(name) && DECIMAL.test(text)) return multiplied(text, this.#renaming.times);
    const { to, later } = this.#renaming;
    return text
      .replaceAll(this.#pattern, (word) => this.#words.get(word) ?? word)
      .replaceAll(UUID, (uuid) => like(uuid, to))
      .replaceAll(SHA256, (digest) => like(digest, to))
      .replaceAll(INSTANT, (instant) => moved(instant, later));
  }
}

/** Words that are others wherever they stand. */
function wordsIn(
  histories: readonly RunHistory[],
  provider: string,
  { from, to }: Renaming,
): ReadonlyMap<string, string> {
  const words = new Map([[from, to]]);
  const operations = new Set(['authorization']);
  const accounts = new Set<string>();
  const look = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      if (name === 'operation' || name === 'id') operations.add(value);
      if (name === 'account') accounts.add(value);
      if (NUMBERED.has(name.split('.').at(-1) ?? '') && /^\d{5,}$/.test(value))
        words.set(value, like(value, to));
    } else if (typeof value === 'object' && value !== null) {
      for (const [own, member] of Object.entries(value)) look(member, Array.isArray(value) ? name : own);
    }
  };
  look(histories, '');
  for (const account of accounts)
    for (const operation of operations) {
      const reference = REFERENCES[provider];
      if (reference !== undefined)
        words.set(reference(account, from, operation), reference(account, to, operation));
    }
  return words;
}

/** Another word of the same form, the same for the same two: hex stays hex, and digits stay digits. */
function like(word: string, salt: string): string {
  const digest = createHash('sha256').update(`${salt}\0${word}`).digest();
  const decimal = /^\d+$/.test(word);
  return [...word]
    .map((character, index) => {
      const byte = digest[index % digest.length] ?? 0;
      // A number keeps its first digit, so that none becomes a card's.
      if (character === '-' || (decimal && index === 0)) return character;
      return decimal ? String(byte % 10) : ((byte ^ index) & 15).toString(16);
    })
    .join('');
}

/** Digits after the second, which are the server's, stay as they are. */
function moved(instant: string, later: number): string {
  const seconds = Date.parse(`${instant.slice(0, 19)}Z`) + later;
  return new Date(seconds).toISOString().slice(0, 19) + instant.slice(19);
}

/** A decimal as a whole number of its last digit, times. */
function multiplied(text: string, times: number): string {
  const places = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  const product = String(BigInt(text.replace('.', '')) * BigInt(times));
  if (places === 0) return product;
  const digits = product.replace('-', '').padStart(places + 1, '0');
  return `${product.startsWith('-') ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
