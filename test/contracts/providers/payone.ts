/** PAYONE in the conformance suite. */
import { payone as provider } from '../../../providers/payone/provider.ts';
import type { ProcessPage } from '../../../sandbox/payone/book-page.ts';
import { spawnPayoneTwin } from '../../../sandbox/payone/spawn.ts';
import type { ContractBooks, ContractProvider, Sought } from '../../support/contract-provider.ts';
import { foundOr, NO_BOOKS } from '../../support/contract-provider.ts';

const REQUESTS = {
  authorization: { request: 'preauthorization' },
  capture: { request: 'capture' },
  release: { request: 'capture', amount: 0 },
  refund: { request: 'debit' },
} as const;
const KINDS = { capture: 'capture', void: 'release', refund: 'refund' } as const;

const asked = (pseudocardpan: string) => ({
  method: 'cc',
  options: { pseudocardpan },
  customer: { lastname: 'Muster', country: 'DE' },
  returnUrls: { success: 'https://shop.example/done', error: 'https://shop.example/failed' },
});

/** A number that was given back belongs to the next operation (M4), so the amount tells whose it is. */
const intentFor = (sequenceNumber: number | null, amount: number): string =>
  `${sequenceNumber}/${Math.abs(amount)}`;

function booksOf(page: ProcessPage): ContractBooks {
  return {
    authorized: page.preauthorised,
    captured: page.captured,
    refunded: page.refunded,
    held: page.expired === null ? page.capturable : 0,
    closed: page.closed,
    bookings: page.bookings
      .filter(({ kind, state }) => kind in KINDS && state === 'booked')
      .map(({ kind, amount, sequencenumber, origin }) => ({
        kind: KINDS[kind as keyof typeof KINDS],
        amount: Math.abs(amount),
        sequenceNumber: sequencenumber,
        origin: origin === 'api' ? ('engine' as const) : ('elsewhere' as const),
        intent: origin === 'api' ? intentFor(sequencenumber, amount) : null,
      })),
    requests: page.requests.map(({ parameters, tookEffect }) => ({
      sequenceNumber:
        parameters['sequencenumber'] === undefined ? null : Number(parameters['sequencenumber']),
      body: JSON.stringify(parameters),
      tookEffect,
    })),
  };
}

export const payone: ContractProvider = {
  title: 'PAYONE',
  provider,
  currency: 'EUR',
  sampleHold: { txid: '345678901', clearingtype: 'cc' },
  authorise: asked('9410010000000000001'),
  redirect: asked('9410013000000000001'),
  pending: asked('9410014000000003'),
  amounts: {
    declinedAuthorization: 1_078_002,
    declinedCapture: 77_013,
    declinedRefund: 79_002,
    pendingCapture: 76_003,
  },
  powers: ['notices', 'elsewhere', 'settle', 'customer', 'expire', 'failLate'],
  // A repeat under the same number books what was not booked; a notice tells of what was (provider notes A4, A8).
  afterLoss: {
    before: { authorization: 'itself', capture: 'itself', release: 'itself', refund: 'itself' },
    after: { authorization: 'itself', capture: 'itself', release: 'itself', refund: 'itself' },
  },
  busy: { fault: 'busy-907' },
  notApplicable: { 'currency-xts': 'no test currency' },
  secrets: ['sandbox-portal-key'],
  variants: [
    {
      name: 'the next number waits for the notice',
      twin: { strictGate: true },
      back: { strictGate: false },
      account: { sequenceGate: 'notification' },
    },
    {
      name: 'notices name the price of the booking',
      twin: { noticePrice: 'booking' },
      back: { noticePrice: 'process' },
    },
  ],
  config: (url) => ({
    provider: 'payone',
    url: `${url}/post-gateway/`,
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'sandbox-portal-key',
    mode: 'test',
  }),
  intentOf: (call, referenceOf) =>
    call.action === 'authorise'
      ? referenceOf(call.payment, call.operation)
      : intentFor(call.sequenceNumber, call.amount),

  async start(notifyUrl) {
    const twin = await spawnPayoneTwin({ notifyUrl, notifyDelayMs: 1, retryDelayMs: 50 });
    const { admin } = twin;
    let made = 0;
    const page = async ({ hold, reference }: Sought): Promise<ProcessPage | null> => {
      const key = hold === null ? reference : String(hold['txid']);
      return foundOr(null, admin.process(key));
    };
    const txidOf = async (sought: Sought): Promise<string> => (await page(sought))?.txid ?? '';
    const last = async (sought: Sought): Promise<number> =>
      (await page(sought))?.bookings.at(-1)?.sequencenumber ?? 0;
    return {
      url: twin.url,
      async hold(amount, currency) {
        made += 1;
        const order = { reference: `elsewhere-${made}`, amount, currency };
        const { txid } = (await admin.call('POST', 'processes', order)) as ProcessPage;
        return { txid, clearingtype: 'cc' };
      },
      async books(sought) {
        const found = await page(sought);
        return found === null ? NO_BOOKS : booksOf(found);
      },
      fault: (kind, { fault, ...terms }) =>
        admin.fault({ match: kind === 'read' ? {} : REQUESTS[kind], fault: fault as 'garbage', ...terms }),
      async underWay(sought) {
        const found = await page(sought);
        return found?.notifications.filter(({ state }) => state === 'queued').length ?? 0;
      },
      async elsewhere(sought, amount) {
        await admin.call('POST', 'observe', { txid: await txidOf(sought), kind: 'capture', amount });
      },
      async settle(sought, ends) {
        const outcome = ends === 'approved' ? 'completed' : 'failed';
        const sequencenumber = await last(sought);
        await admin.call('POST', 'settle', { txid: await txidOf(sought), sequencenumber, outcome });
      },
      async customer(sought, does) {
        await admin.call('POST', `redirect/${await txidOf(sought)}/${does}`);
      },
      async expire(sought) {
        await admin.call('POST', 'expire', { txid: await txidOf(sought) });
      },
      async failLate(sought) {
        const sequencenumber = await last(sought);
        await admin.call('POST', 'fail-capture', { txid: await txidOf(sought), sequencenumber });
      },
      async forge(sought) {
        const fields = { key: '0'.repeat(32), txaction: 'capture', sequencenumber: '1', receivable: '10.00' };
        await admin.call('POST', 'notify', { txid: await txidOf(sought), fields });
      },
      vary: (options) => admin.set(options),
      clearFaults: () => admin.clearFaults(),
      stop: () => twin.stop(),
    };
  },
};
