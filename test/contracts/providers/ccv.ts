/** CCV in the conformance suite. */
import { createHash } from 'node:crypto';
import { ccv as provider } from '../../../providers/ccv/provider.ts';
import type { Pair } from '../../../sandbox/ccv/admin-client.ts';
import type { HoldPage } from '../../../sandbox/ccv/books.ts';
import { spawnCcvTwin } from '../../../sandbox/ccv/spawn.ts';
import type { ContractBooks, ContractProvider, Sought } from '../../support/contract-provider.ts';
import { foundOr, NO_BOOKS } from '../../support/contract-provider.ts';

const REQUESTS = {
  authorization: { paymentType: 'AUTHORISE' },
  capture: { paymentType: 'CAPTURE' },
  release: { paymentType: 'CAPTURE', amount: 0 },
  refund: { paymentType: 'REFUND' },
} as const;
const KINDS = { capture: 'capture', cancellation: 'release' } as const;

const booksOf = (page: HoldPage): ContractBooks => ({
  authorized: page.authorised,
  captured: page.captured,
  refunded: 0,
  held: page.state === 'open' ? page.authorised : 0,
  closed: page.state !== 'open',
  bookings: page.bookings
    .filter(({ kind }) => kind in KINDS)
    .map(({ kind, amount, origin, requestId }) => ({
      kind: KINDS[kind as keyof typeof KINDS],
      amount,
      sequenceNumber: null,
      origin: origin === 'api' ? ('engine' as const) : ('elsewhere' as const),
      intent: requestId,
    })),
  requests: [],
});

export const ccv: ContractProvider = {
  title: 'CCV',
  provider,
  currency: 'EUR',
  sampleHold: { authReference: 'H4sIAAAAAAAAA6tWcs7PLchJLUlNCShKdSwt', authReferenceVersion: '1' },
  authorise: { method: 'terminal' },
  redirect: 'the cardholder stands at the terminal',
  pending: 'a terminal answers at once',
  amounts: {
    declinedAuthorization: 1_078_001,
    partial: { asked: 1_079_500, approved: 539_750 },
    declinedCapture: 77_001,
  },
  powers: ['expire'],
  // No repeat is safe, nothing can be looked up and nothing is told (provider notes 1.3, 1.7, 1.9).
  afterLoss: {
    before: { authorization: 'person', capture: 'person', release: 'person', refund: 'person' },
    after: { authorization: 'person', capture: 'person', release: 'person', refund: 'person' },
  },
  busy: { fault: 'busy' },
  notApplicable: {
    'captured-elsewhere': 'nobody tells of it',
    'captured-elsewhere-meanwhile': 'nobody tells of it',
  },
  variants: [
    { name: 'receipts that break the answer', twin: { receipts: 'as-printed' }, back: { receipts: 'lines' } },
    { name: 'no receipts', twin: { receipts: 'absent' }, back: { receipts: 'lines' } },
    { name: 'the reason is always said', twin: {}, back: {}, account: { captureReasonCode: 'NO_ERROR' } },
  ],
  config: (url) => ({
    provider: 'ccv',
    url,
    operatingEnvironment: 'UNATTENDED',
    accessProtocol: 'OPI_NL',
    language: 'ENG',
    environment: 'EVCHARGING',
    authorizationTimeoutMs: 2_000,
  }),
  intentOf: (call) => call.allocated ?? '',

  async start() {
    const twin = await spawnCcvTwin({});
    const { admin } = twin;
    /** By its reference, or by what its authorisation went out under. */
    const page = async ({ hold, intents }: Sought): Promise<HoldPage | null> => {
      const reference = hold === null ? undefined : String(hold['authReference']);
      const hash = reference === undefined ? [] : [createHash('sha256').update(reference).digest('hex')];
      for (const key of [...hash, ...intents]) {
        const found = await foundOr(null, admin.hold(key));
        if (found !== null) return found;
      }
      return null;
    };
    return {
      url: twin.url,
      async hold(amount, currency) {
        const { authReference, authReferenceVersion } = await admin.open(amount, currency);
        return { authReference, authReferenceVersion };
      },
      async reference(sought) {
        const found = await page(sought);
        if (found === null) return null;
        const { authReference, authReferenceVersion } = (await admin.call(
          'GET',
          `references/${found.id}`,
        )) as Pair;
        return { authReference, authReferenceVersion };
      },
      async books(sought) {
        const found = await page(sought);
        return found === null ? NO_BOOKS : booksOf(found);
      },
      fault: (kind, { fault, ...terms }) =>
        admin.fault({ match: kind === 'read' ? {} : REQUESTS[kind], fault: fault as 'garbage', ...terms }),
      async expire(sought) {
        await admin.call('POST', 'expire', { hold: (await page(sought))?.id });
      },
      vary: (options) => admin.set(options),
      clearFaults: () => admin.clearFaults(),
      stop: () => twin.stop(),
    };
  },
};
