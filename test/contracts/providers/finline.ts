/** finline in the conformance suite. */
import { finline as provider } from '../../../providers/finline/provider.ts';
import type { OrderPage } from '../../../sandbox/finline/book-page.ts';
import { spawnFinlineTwin } from '../../../sandbox/finline/spawn.ts';
import type { ContractBooks, ContractProvider, Sought } from '../../support/contract-provider.ts';
import { foundOr, NO_BOOKS } from '../../support/contract-provider.ts';

const REQUESTS = {
  authorization: 'payment',
  capture: 'capture',
  release: 'void',
  refund: 'refund',
  read: 'list',
} as const;
const KINDS = { capture: 'capture', void: 'release', refund: 'refund' } as const;

const asked = (cc_token: string) => ({ method: 'direct', options: { cc_token } });

/** What stands in brackets at the end of a comment of ours. */
const intentIn = (comment: string | null): string | null =>
  /\[([0-9a-f]{32})\]$/.exec(comment ?? '')?.[1] ?? null;

const booksOf = (page: OrderPage): ContractBooks => ({
  authorized: page.authorised,
  captured: page.captured,
  refunded: page.refunded,
  held: page.capturable,
  closed: page.capturable === 0,
  bookings: page.operations
    .filter(({ method, status }) => method in KINDS && status === 'success')
    .map(({ method, amount, origin, comment }) => ({
      kind: KINDS[method as keyof typeof KINDS],
      amount,
      sequenceNumber: null,
      origin: origin === 'api' ? ('engine' as const) : ('elsewhere' as const),
      intent: origin === 'api' ? intentIn(comment) : null,
    })),
  requests: page.requests
    .filter(({ request }) => request !== 'list')
    .map(({ parameters, tookEffect }) => ({
      sequenceNumber: null,
      body: JSON.stringify(parameters),
      tookEffect,
    })),
});

export const finline: ContractProvider = {
  title: 'finline',
  provider,
  currency: 'UAH',
  sampleHold: { orderId: 'order-123' },
  authorise: asked('token-1'),
  redirect: { method: 'hosted' },
  pending: asked('pending-1'),
  amounts: {
    declinedAuthorization: 1_078_001,
    declinedCapture: 77_001,
    declinedRefund: 79_001,
    pendingCapture: 76_003,
    answeredOtherwise: 75_001,
    bookedOtherwise: { asked: 75_002, booked: 75_001 },
  },
  powers: ['notices', 'elsewhere', 'settle', 'customer', 'expire'],
  // The list of an order names each operation by our own key, also where it is absent (provider notes 3.8).
  afterLoss: {
    before: { authorization: 'itself', capture: 'itself', release: 'itself', refund: 'itself' },
    after: { authorization: 'itself', capture: 'itself', release: 'itself', refund: 'itself' },
  },
  busy: { fault: 'http-429' },
  secrets: ['sandbox-api-key', 'sandbox-api-secret', 'sandbox-endpoint-key'],
  variants: [{ name: 'comments are not repeated', twin: { comments: false }, back: { comments: true } }],
  config: (url) => ({
    provider: 'finline',
    url: `${url}/api/v1/`,
    posId: 'dc728de1-51ef-4ef1-80f7-3b44b07b5667',
    apiKey: 'sandbox-api-key',
    apiSecret: 'sandbox-api-secret',
    endpointKey: 'sandbox-endpoint-key',
  }),
  intentOf: (call, referenceOf) => referenceOf(call.payment, call.operation),

  async start(notifyUrl) {
    const twin = await spawnFinlineTwin({ notifyUrl, notifyDelayMs: 1, retryDelayMs: 50 });
    const { admin } = twin;
    let made = 0;
    const idOf = ({ hold, reference }: Sought): string =>
      hold === null ? reference : String(hold['orderId']);
    const page = (sought: Sought): Promise<OrderPage | null> => foundOr(null, admin.page(idOf(sought)));
    return {
      url: twin.url,
      async hold(amount, currency) {
        made += 1;
        const orderId = `elsewhere-${made}`;
        await admin.call('POST', 'orders', { orderId, amount, currency });
        return { orderId };
      },
      async books(sought) {
        const found = await page(sought);
        return found === null ? NO_BOOKS : booksOf(found);
      },
      fault: (kind, { fault, ...terms }) =>
        admin.fault({ match: { request: REQUESTS[kind] }, fault: fault as 'garbage', ...terms }),
      async underWay(sought) {
        const found = await page(sought);
        return found?.notifications.filter(({ state }) => state === 'queued').length ?? 0;
      },
      async elsewhere(sought, amount) {
        await admin.call('POST', 'observe', { orderId: idOf(sought), kind: 'capture', amount });
      },
      async settle(sought, ends) {
        const outcome = ends === 'approved' ? 'success' : 'failure';
        await admin.call('POST', 'settle', { orderId: idOf(sought), outcome });
      },
      async customer(sought, does) {
        await admin.call('POST', `checkout/${idOf(sought)}/${does}`);
      },
      async expire(sought) {
        await admin.call('POST', 'expire', { orderId: idOf(sought) });
      },
      async forge(sought) {
        const fields = {
          method: 'capture',
          status: 'success',
          amount: 10,
          currency: 'UAH',
          operation_id: 'forged',
        };
        await admin.call('POST', 'notify', { orderId: idOf(sought), fields, secret: 'not-the-secret' });
      },
      vary: (options) => admin.set(options),
      clearFaults: () => admin.clearFaults(),
      stop: () => twin.stop(),
    };
  },
};
