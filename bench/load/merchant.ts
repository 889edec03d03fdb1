import { randomUUID } from 'node:crypto';
import type { ProviderBooks } from '../../audit/provider-books.ts';
import { CARD, CUSTOMER } from '../../cli/demo/play.ts';
import type { AnyAdmin } from '../../cli/demo/neighbour.ts';
import { NEIGHBOURS } from '../../cli/demo/neighbours.ts';
import { booksOf } from '../../cli/demo/twin-books.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import type { BooksPage, ProcessPage } from '../../sandbox/payone/book-page.ts';
import type { CreateBody } from '../../temporal/create-body.ts';

/** One merchant account of the load: how its payments begin, what is captured, and what its twin booked. */
export interface Merchant {
  readonly account: string;
  readonly config: AccountConfig;
  readonly currency: string;
  /** Minor units. */
  readonly amount: number;
  /** Amounts of the captures in order; the last one is final. */
  readonly captures: readonly number[];
  /** Makes what there has to be at the twin before; untimed. */
  authorization(admin: AnyAdmin): Promise<CreateBody['authorization']>;
  /** The twin's books of the payments with these ledgers, by payment. */
  books(
    admin: AnyAdmin,
    ledgers: ReadonlyMap<string, readonly LedgerEntry[]>,
  ): Promise<Map<string, ProviderBooks>>;
  /** How often the twin booked something for us, over all that it knows. */
  holds(admin: AnyAdmin): Promise<number>;
}

/** Soon, so that a lost answer is settled within the run. */
const soon = { repeats: ['PT1S', 'PT2S', 'PT4S', 'PT8S'], absenceAfter: 'PT6S', closeAfter: 'P400D' };

const payone: Merchant = {
  account: 'load-payone',
  config: {
    provider: 'payone',
    url: 'sandbox',
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'load-portal-key',
    mode: 'test',
    repeats: soon.repeats,
  },
  currency: 'EUR',
  amount: 10_000,
  captures: [1_100, 1_200, 1_300, 2_000],
  async authorization() {
    return { request: { method: 'cc', customer: CUSTOMER, options: { pseudocardpan: CARD } } };
  },
  async books(admin, ledgers) {
    const { processes } = (await admin.books()) as BooksPage;
    const byTxid = new Map(processes.map((process: ProcessPage) => [process.txid, process]));
    const found = new Map<string, ProviderBooks>();
    for (const [payment, ledger] of ledgers) {
      const process = byTxid.get(holdIn(ledger, 'txid'));
      if (process !== undefined) found.set(payment, booksOf(process));
    }
    return found;
  },
  async holds(admin) {
    return ((await admin.books()) as BooksPage).processes.length;
  },
};

/** An account of the demo, driven harder. */
function neighbour(
  provider: string,
  amount: number,
  captures: readonly number[],
  begin: (admin: AnyAdmin, currency: string) => Promise<Record<string, string>>,
): Merchant {
  const played = NEIGHBOURS.find((each) => each.provider === provider);
  if (played === undefined) throw new Error(`the demo has no ${provider}`);
  const { currency, config } = played;
  let made = 0;
  return {
    account: `load-${provider}`,
    config,
    currency,
    amount,
    captures,
    async authorization(admin) {
      made += 1;
      return { adopt: { reference: await begin(admin, currency) } };
    },
    async books(admin, ledgers) {
      const found = new Map<string, ProviderBooks>();
      for (const [payment, ledger] of ledgers) found.set(payment, await played.books(admin, ledger));
      return found;
    },
    async holds() {
      return made;
    },
  };
}

const swedbankpay = neighbour(
  'swedbankpay',
  10_000,
  [1_100, 1_200, 1_300, 2_000],
  async (admin, currency) => {
    const payeeReference = randomUUID().replaceAll('-', '').slice(0, 30);
    const { id } = (await admin.call('POST', 'payments', { payeeReference, amount: 10_000, currency })) as {
      id: string;
    };
    return { payment: id };
  },
);

const paymentoptions = neighbour('paymentoptions', 48_000, [36_000], async (admin, currency) => {
  const { transactionId } = (await admin.call('POST', 'holds', { amount: 48_000, currency })) as {
    transactionId: string;
  };
  return { transactionId };
});

/** Of eight lanes five are PAYONE's, two Swedbank Pay's and one is PaymentOptions'. */
export const LOAD: readonly Merchant[] = [
  payone,
  swedbankpay,
  payone,
  paymentoptions,
  payone,
  swedbankpay,
  payone,
  payone,
];

/** Under kills only those whose lost answers settle by themselves: elsewhere a person has to look. */
export const CHAOS: readonly Merchant[] = [payone, payone, swedbankpay];

function holdIn(ledger: readonly LedgerEntry[], name: string): string {
  for (const { data } of ledger) {
    const value = (data['hold'] as Record<string, unknown> | undefined)?.[name];
    if (typeof value === 'string') return value;
  }
  return '';
}
