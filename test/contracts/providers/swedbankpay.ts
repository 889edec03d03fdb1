/** Swedbank Pay in the conformance suite. */
import { swedbankpay as provider } from '../../../providers/swedbankpay/provider.ts';
import type { PaymentPage } from '../../../sandbox/swedbankpay/book-page.ts';
import { spawnSwedbankPayTwin } from '../../../sandbox/swedbankpay/spawn.ts';
import type { ContractBooks, ContractProvider, Sought } from '../../support/contract-provider.ts';
import { foundOr, NO_BOOKS } from '../../support/contract-provider.ts';

const REQUESTS = {
  authorization: 'create-payment',
  capture: 'create-capture',
  release: 'create-cancellation',
  refund: 'create-reversal',
} as const;
const KINDS = { Capture: 'capture', Cancellation: 'release', Reversal: 'refund' } as const;

/** Looked at before every operation and by every read. */
const LOOK = { request: 'payment' } as const;

const purchase = {
  method: 'creditcard',
  returnUrls: { success: 'https://shop.example/done' },
};

const booksOf = (page: PaymentPage): ContractBooks => ({
  authorized: page.authorised,
  captured: page.captured,
  refunded: page.reversed,
  held: page.expired === null ? page.remaining : 0,
  closed: page.remaining === 0,
  bookings: page.transactions
    .filter(({ type, state }) => type in KINDS && state === 'Completed')
    .map(({ type, amount, origin, payeeReference }) => ({
      kind: KINDS[type as keyof typeof KINDS],
      amount,
      sequenceNumber: null,
      origin: origin === 'api' ? ('engine' as const) : ('elsewhere' as const),
      intent: origin === 'api' ? payeeReference : null,
    })),
  requests: page.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ body, tookEffect }) => ({ sequenceNumber: null, body, tookEffect })),
});

export const swedbankpay: ContractProvider = {
  title: 'Swedbank Pay',
  provider,
  currency: 'SEK',
  sampleHold: { payment: '/psp/creditcard/payments/7e6cdfc3-1276-44e9-9992-7cf4419750e1' },
  authorise: purchase,
  redirect: purchase,
  pending: 'the payer is always sent to a page',
  amounts: {
    declinedCapture: 77_001,
    declinedRefund: 77_001,
    pendingCapture: 76_013,
    restRefusedForNow: 77_008,
    restRefusedForGood: 77_001,
  },
  powers: ['notices', 'elsewhere', 'settle', 'customer', 'expire', 'unlock'],
  // A payment cannot be looked up by our reference, and one that no payer was sent to holds nothing (provider notes B3).
  afterLoss: {
    before: { authorization: 'person', capture: 'itself', release: 'itself', refund: 'itself' },
    after: { authorization: 'person', capture: 'itself', release: 'itself', refund: 'itself' },
  },
  busy: { fault: 'busy' },
  notApplicable: {
    'declined-authorization': 'a refused card leaves the page open for another',
    'notice-before-authorization': 'callbacks name no reference of ours',
  },
  counted: { payeeReferenceDigits: 12 },
  secrets: ['sandbox-access-token'],
  variants: [
    {
      name: 'a reference used again gets the first answer',
      twin: { duplicate: 'replay' },
      back: { duplicate: 'refuse' },
    },
    {
      name: 'a part awaits activity',
      twin: { partialState: 'AwaitingActivity' },
      back: { partialState: 'Completed' },
    },
  ],
  config: (url) => ({
    provider: 'swedbankpay',
    url,
    accessToken: 'sandbox-access-token',
    payeeId: '5cabf558-5283-482f-b252-4d58e06f6f3b',
  }),
  intentOf: (call, referenceOf) => call.allocated ?? referenceOf(call.payment, call.operation),

  async start(notifyUrl) {
    const twin = await spawnSwedbankPayTwin({ notifyUrl, notifyDelayMs: 1, tickets: true });
    const { admin } = twin;
    let made = 0;
    const keyOf = ({ hold, reference }: Sought): string =>
      hold === null ? reference : String(hold['payment']);
    const page = (sought: Sought): Promise<PaymentPage | null> => foundOr(null, admin.page(keyOf(sought)));
    const idOf = async (sought: Sought): Promise<string> => (await page(sought))?.id ?? '';
    return {
      url: twin.url,
      async hold(amount, currency) {
        made += 1;
        const order = { payeeReference: `ELSEWHERE${made}`, amount, currency };
        const { id } = (await admin.call('POST', 'payments', order)) as PaymentPage;
        return { payment: id };
      },
      async books(sought) {
        const found = await page(sought);
        return found === null ? NO_BOOKS : booksOf(found);
      },
      fault(kind, { fault, ...terms }) {
        const looks = kind === 'read' || fault === 'busy';
        // One read looks at the payment and at a list.
        const times = fault === 'not-yet' ? { times: 2 * (terms.times ?? 1) } : {};
        const match = fault === 'not-yet' ? {} : looks ? LOOK : { request: REQUESTS[kind] };
        return admin.fault({ match, fault: fault as 'garbage', ...terms, ...times });
      },
      async underWay(sought) {
        const found = await page(sought);
        return found?.notifications.filter(({ state }) => state === 'queued').length ?? 0;
      },
      async elsewhere(sought, amount) {
        await admin.call('POST', 'observe', { payment: await idOf(sought), kind: 'capture', amount });
      },
      async settle(sought, ends) {
        const outcome = ends === 'approved' ? 'Completed' : 'Failed';
        await admin.call('POST', 'settle', { payment: await idOf(sought), outcome });
      },
      async customer(sought, does) {
        const id = (await idOf(sought)).split('/').at(-1) ?? '';
        await admin.call('POST', `redirect/${id}/${does}`);
      },
      async expire(sought) {
        const tail = 'creditaccount/AUTHORIZATIONEXPIRED';
        await admin.call('POST', 'expire', { payment: await idOf(sought), tail });
      },
      async forge(sought) {
        await admin.call('POST', 'notify', { payment: await idOf(sought) });
      },
      async unlock(sought) {
        await admin.call('POST', 'unlock', { payment: await idOf(sought) });
      },
      vary: (options) => admin.set(options),
      clearFaults: () => admin.clearFaults(),
      stop: () => twin.stop(),
    };
  },
};
