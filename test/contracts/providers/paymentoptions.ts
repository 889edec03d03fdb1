/** PaymentOptions in the conformance suite. */
import { paymentOptions as provider } from '../../../providers/paymentoptions/provider.ts';
import type { HoldPage } from '../../../sandbox/paymentoptions/book-page.ts';
import { spawnPaymentOptionsTwin } from '../../../sandbox/paymentoptions/spawn.ts';
import type { ContractBooks, ContractProvider, Sought } from '../../support/contract-provider.ts';
import { foundOr, NO_BOOKS } from '../../support/contract-provider.ts';

const REQUESTS = {
  authorization: 'authorization',
  capture: 'capture',
  release: 'void',
  refund: 'refund',
  read: 'status',
} as const;
const KINDS = { CAPTURE: 'capture', VOID: 'release', REFUND: 'refund' } as const;

const ADOPTED = 'holds are adopted';

const booksOf = (page: HoldPage): ContractBooks => ({
  authorized: page.authorised,
  captured: page.captured,
  refunded: page.refunded,
  held: page.capturable,
  closed: page.capturable === 0,
  bookings: page.transactions
    .filter(({ type }) => type in KINDS)
    .map(({ id, type, amount, origin, notes }) => ({
      kind: KINDS[type as keyof typeof KINDS],
      amount,
      sequenceNumber: null,
      origin: origin === 'api' ? ('engine' as const) : ('elsewhere' as const),
      // A void carries no words of ours; there is one of a hold.
      intent: origin === 'api' ? (notes ?? 'void') : null,
      reference: { transactionId: id },
    })),
  requests: page.requests
    .filter(({ request }) => request !== 'status')
    .map(({ parameters, tookEffect }) => ({
      sequenceNumber: null,
      body: JSON.stringify(parameters),
      tookEffect,
    })),
});

export const paymentoptions: ContractProvider = {
  title: 'PaymentOptions',
  provider,
  currency: 'EUR',
  sampleHold: { transactionId: 'e0b0731e-7170-4b64-8a21-7d835eebd641' },
  authorise: ADOPTED,
  redirect: ADOPTED,
  pending: ADOPTED,
  amounts: {
    declinedCapture: 77_001,
    declinedRefund: 79_001,
    answeredOtherwise: 75_001,
    bookedOtherwise: { asked: 75_002, booked: 75_001 },
  },
  powers: ['expire'],
  // The record of a hold shows its capture or void; an unchanged one proves nothing, and refunds cannot be told apart.
  afterLoss: {
    before: { authorization: 'person', capture: 'person', release: 'person', refund: 'person' },
    after: { authorization: 'person', capture: 'itself', release: 'itself', refund: 'person' },
  },
  busy: { never: 'it never says that it is busy' },
  notApplicable: {
    'captured-elsewhere': 'nobody tells of it',
    'captured-elsewhere-meanwhile': 'nobody tells of it',
  },
  secrets: ['sandbox-basic-key', 'sandbox-x-api-key', '5200000000001005'],
  variants: [
    {
      name: 'the record of a hold never changes',
      twin: { recordFollows: false },
      back: { recordFollows: true },
    },
  ],
  config: (url) => ({
    provider: 'paymentoptions',
    url: `${url}/api/v1/`,
    authorization: 'Basic sandbox-basic-key',
    apiKey: 'sandbox-x-api-key',
    merchantId: 'sandbox-merchant',
  }),
  intentOf: ({ action, operation }) =>
    action === 'release' ? 'void' : `${action === 'refund' ? 'Refund' : 'Capture'} ${operation}`,

  async start() {
    const twin = await spawnPaymentOptionsTwin({});
    const { admin } = twin;
    const idOf = ({ hold }: Sought): string => String(hold?.['transactionId'] ?? '');
    return {
      url: twin.url,
      async hold(amount, currency) {
        const { transactionId } = (await admin.call('POST', 'holds', { amount, currency })) as HoldPage;
        return { transactionId };
      },
      async books(sought) {
        const found = await foundOr(null, admin.page(idOf(sought)));
        return found === null ? NO_BOOKS : booksOf(found);
      },
      fault: (kind, { fault, ...terms }) =>
        admin.fault({ match: { request: REQUESTS[kind] }, fault: fault as 'garbage', ...terms }),
      async expire(sought) {
        await admin.call('POST', 'expire', { transactionId: idOf(sought) });
      },
      vary: (options) => admin.set(options),
      clearFaults: () => admin.clearFaults(),
      stop: () => twin.stop(),
    };
  },
};
