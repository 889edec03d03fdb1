import type { PaymentPage } from '../../sandbox/swedbankpay/book-page.ts';
import type { HoldPage as TerminalPage } from '../../sandbox/ccv/books.ts';
import type { OrderPage } from '../../sandbox/finline/book-page.ts';
import type { HoldPage } from '../../sandbox/paymentoptions/book-page.ts';
import type { Booking } from '../../audit/provider-books.ts';
import { holdOf, type Neighbour } from './neighbour.ts';

const money = (currency: string) => (value: number) => ({ value, currency });
const SEK = money('SEK');
const EUR = money('EUR');
const JPY = money('JPY');
const UAH = money('UAH');

/** Soon, so that a lost answer is found while somebody watches. */
const soon = { repeats: ['PT1S', 'PT2S', 'PT4S'], absenceAfter: 'PT6S' };

type Known = Readonly<Record<string, Booking['kind']>>;

/** A twin's own transactions in the words of the audit; kinds that book nothing of ours are left out. */
function bookings<Made extends { readonly amount: number; readonly origin: string }>(
  made: readonly Made[],
  kinds: Known,
  kindOf: (one: Made) => string,
): Booking[] {
  return made.flatMap((one) => {
    const kind = kinds[kindOf(one)];
    const origin = one.origin === 'api' ? ('engine' as const) : ('elsewhere' as const);
    return kind === undefined ? [] : [{ kind, amount: one.amount, sequenceNumber: null, origin }];
  });
}

/** One order at each of the other four providers, each with what is special there. */
export const NEIGHBOURS: readonly Neighbour[] = [
  {
    id: 'swedish-sofa',
    scenario:
      'Swedbank Pay: a lost answer is found by its reference; the rest is cancelled by a call of its own',
    provider: 'swedbankpay',
    account: 'swedbank',
    currency: 'SEK',
    steps: 4,
    config: {
      provider: 'swedbankpay',
      url: 'sandbox',
      accessToken: 'demo-access-token-only-for-the-twin',
      payeeId: '5cabf558-5283-482f-b252-4d58e06f6f3b',
      pathToken: 'demo-path-token-only-for-the-twin',
      ...soon,
    },
    async play({ admin, tell, create, end }) {
      const order = { payeeReference: 'SOFA1', amount: 899_500, currency: 'SEK' };
      const { id } = (await admin.call('POST', 'payments', order)) as PaymentPage;
      await create({ amount: SEK(899_500), authorization: { adopt: { reference: { payment: id } } } });
      tell('captures; the answer will be lost');
      await admin.fault({ match: { request: 'create-capture', payment: id }, fault: 'lost-after' });
      await end('captures', { id: 'sofa-1', amount: SEK(400_000) });
      tell('captures the last part, which cancels the rest');
      await end('captures', { id: 'sofa-2', amount: SEK(300_000), final: true });
      tell('gives a cushion back');
      await end('refunds', { id: 'back-1', amount: SEK(25_000) });
    },
    async books(admin, ledger) {
      const page = (await admin.page(holdOf(ledger, 'payment'))) as PaymentPage;
      const done = page.transactions.filter(({ state }) => state === 'Completed');
      const kinds = { Capture: 'capture', Cancellation: 'release', Reversal: 'refund' } as const;
      return {
        authorized: page.authorised,
        captured: page.captured,
        refunded: page.reversed,
        closed: page.remaining === 0,
        bookings: bookings(done, kinds, ({ type }) => type),
        requests: [],
      };
    },
  },
  {
    id: 'charge-point',
    scenario: 'CCV: a terminal authorises 80.00, the car takes 23.40, the rest is free at once',
    provider: 'ccv',
    account: 'charger',
    currency: 'EUR',
    steps: 2,
    config: {
      provider: 'ccv',
      url: 'sandbox',
      operatingEnvironment: 'UNATTENDED',
      accessProtocol: 'OPI_NL',
      language: 'ENG',
      environment: 'EVCHARGING',
    },
    async play({ tell, create, end }) {
      await create({ amount: EUR(8_000), authorization: { request: { method: 'terminal' } } });
      tell('captures what was charged');
      await end('captures', { id: 'kwh-1', amount: EUR(2_340) });
    },
    async books(admin, ledger) {
      const sent = ledger.find(({ type }) => type === 'authorization.sent');
      const page = (await admin.page(String(sent?.data['allocated']))) as TerminalPage;
      const kinds = { capture: 'capture', cancellation: 'release' } as const;
      return {
        authorized: page.authorised,
        captured: page.captured,
        refunded: 0,
        closed: page.state !== 'open',
        bookings: bookings(page.bookings, kinds, ({ kind }) => kind),
        requests: [],
      };
    },
  },
  {
    id: 'tokyo-stay',
    scenario: 'PaymentOptions: yen without decimals, one capture, a refund by its own id',
    provider: 'paymentoptions',
    account: 'hotel',
    currency: 'JPY',
    steps: 3,
    config: {
      provider: 'paymentoptions',
      url: 'sandbox',
      authorization: 'Basic demo-basic-key-only-for-the-twin',
      apiKey: 'demo-x-api-key-only-for-the-twin',
      merchantId: 'demo-merchant',
      amountUnit: 'major',
      ...soon,
    },
    async play({ admin, tell, create, end }) {
      const { transactionId } = (await admin.call('POST', 'holds', {
        amount: 48_000,
        currency: 'JPY',
      })) as HoldPage;
      await create({ amount: JPY(48_000), authorization: { adopt: { reference: { transactionId } } } });
      tell('captures the nights that were slept');
      await end('captures', { id: 'nights', amount: JPY(36_000) });
      tell('gives the breakfast back');
      await end('refunds', { id: 'breakfast', amount: JPY(2_500) });
    },
    async books(admin, ledger) {
      const page = (await admin.page(holdOf(ledger, 'transactionId'))) as HoldPage;
      const kinds = { CAPTURE: 'capture', VOID: 'release', REFUND: 'refund' } as const;
      return {
        authorized: page.authorised,
        captured: page.captured,
        refunded: page.refunded,
        closed: page.capturable === 0,
        bookings: bookings(page.transactions, kinds, ({ type }) => type),
        requests: [],
      };
    },
  },
  {
    id: 'kyiv-boxes',
    scenario:
      'finline: two shipments are collected into its one capture, whose answer is lost and found in the list',
    provider: 'finline',
    account: 'boxes',
    currency: 'UAH',
    steps: 3,
    config: {
      provider: 'finline',
      url: 'sandbox',
      posId: 'dc728de1-51ef-4ef1-80f7-3b44b07b5667',
      apiKey: 'demo-api-key-only-for-the-twin',
      apiSecret: 'demo-api-secret-only-for-the-twin',
      endpointKey: 'demo-endpoint-key-only-for-the-twin',
      ...soon,
    },
    async play({ admin, payment, tell, create, end }) {
      const orderId = `boxes-${payment}`.slice(0, 40);
      await admin.call('POST', 'orders', { orderId, amount: 120_000, currency: 'UAH' });
      await admin.fault({ match: { request: 'capture', order_id: orderId }, fault: 'lost-after' });
      await create({
        amount: UAH(120_000),
        authorization: { adopt: { reference: { orderId } } },
        plan: { captures: 'collect', onDeadline: 'capture' },
      });
      tell('collects the first shipment');
      await end('captures', { id: 'box-1', amount: UAH(45_000) }, 'planned');
      tell('the last shipment sends both');
      await end('captures', { id: 'box-2', amount: UAH(50_000), final: true });
    },
    async books(admin, ledger) {
      const page = (await admin.page(holdOf(ledger, 'orderId'))) as OrderPage;
      const done = page.operations.filter(({ status }) => status === 'success');
      const kinds = { capture: 'capture', void: 'release', refund: 'refund' } as const;
      return {
        authorized: page.authorised,
        captured: page.captured,
        refunded: page.refunded,
        closed: page.capturable === 0,
        bookings: bookings(done, kinds, ({ method }) => method),
        requests: [],
      };
    },
  },
];
