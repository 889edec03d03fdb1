/** One life of a payment, told in the bodies and answers of the contract; a test holds them against the schemas. */

const eur = (value: number) => ({ value, currency: 'EUR' });

export const createExample = {
  id: 'order-1001',
  account: 'payone-de',
  amount: eur(10_000),
  authorization: {
    adopt: { reference: { txid: '345678901', sequenceNumber: 0 }, authorizedAt: '2026-11-21T12:00:00Z' },
  },
  plan: { captures: 'immediate', onDeadline: 'alert' },
  order: { reference: '1001' },
  metadata: { channel: 'web' },
};

export const captureBodyExample = {
  id: 'c-1',
  amount: eur(4_500),
  final: false,
  description: 'Parcel 1 of 2',
};
export const releaseBodyExample = { id: 'r-1', reason: 'the rest is out of stock' };
export const refundBodyExample = { id: 'f-1', capture: 'c-1', amount: eur(1_500), reason: 'returned' };
export const planBodyExample = { deadline: '2026-11-26T12:00:00Z', onDeadline: 'release' };
export const resolutionExample = {
  operation: 'c-1',
  outcome: 'approved',
  evidence: 'statement of 22 November, line 14',
  by: 'kim',
};

export const captureExample = {
  id: 'c-1',
  state: 'approved',
  amount: eur(4_500),
  booked: eur(4_500),
  origin: 'engine',
  providerReference: '345678901',
  at: '2026-11-21T13:43:05.123Z',
  final: false,
  frees: eur(0),
  sequenceNumber: 1,
};

export const releaseExample = {
  id: 'r-1',
  state: 'approved',
  amount: eur(5_500),
  booked: eur(5_500),
  origin: 'engine',
  at: '2026-11-22T09:10:11.000Z',
  kind: 'request',
};

export const refundExample = {
  id: 'f-1',
  state: 'pending',
  amount: eur(1_500),
  origin: 'engine',
  at: '2026-11-25T08:00:00.000Z',
  capture: 'c-1',
  sequenceNumber: 2,
};

export const paymentExample = {
  id: 'order-1001',
  account: 'payone-de',
  provider: 'payone',
  status: 'partially_captured',
  requested: eur(10_000),
  authorization: {
    state: 'approved',
    authorizedAt: '2026-11-21T12:00:00.000Z',
    expiresAt: '2026-11-28T12:00:00.000Z',
    expiresBy: 'assumed',
  },
  amounts: {
    authorized: eur(10_000),
    held: eur(5_500),
    captured: eur(4_500),
    reserved: eur(0),
    capturable: eur(5_500),
    released: eur(0),
    lapsed: eur(0),
    refunded: eur(0),
    refunding: eur(0),
    refundable: eur(4_500),
    chargedBack: eur(0),
  },
  captures: [captureExample],
  releases: [],
  refunds: [],
  plan: { captures: 'immediate', onDeadline: 'alert' },
  order: { reference: '1001' },
  deadline: '2026-11-27T19:12:00.000Z',
  attention: null,
  attentions: [],
  legal: ['capture', 'release', 'refund', 'reschedule', 'resolve'],
  limits: { capture: { max: 127, left: 126, final: 'free' }, refund: { max: null } },
  createdAt: '2026-11-21T13:40:00.000Z',
  closed: null,
  metadata: { channel: 'web' },
};

export const listExample = {
  items: [
    {
      id: 'order-1001',
      account: 'payone-de',
      provider: 'payone',
      status: 'partially_captured',
      attention: null,
      deadline: '2026-11-27T19:12:00.000Z',
      createdAt: '2026-11-21T13:40:00.000Z',
      closed: null,
    },
  ],
  next: null,
};

export const entryExample = {
  n: 12,
  at: '2026-11-21T13:43:05.123Z',
  type: 'capture.approved',
  operation: 'c-1',
  by: { kind: 'provider', name: 'payone', via: 'answer' },
  rule: 'approved-answer',
  data: { booked: 4_500, providerReference: '345678901', sequenceNumber: 1 },
  after: {
    status: 'partially_captured',
    amounts: {
      authorized: 10_000,
      captured: 4_500,
      reserved: 0,
      released: 0,
      lapsed: 0,
      refunded: 0,
      refunding: 0,
      chargedBack: 0,
    },
  },
};

export const explanationExample = {
  command: 'capture',
  legal: false,
  asked: 6_000,
  refusedBy: 'amount-exceeds-capturable',
  rules: [
    {
      rule: 'amount-exceeds-capturable',
      name: 'M1',
      pass: false,
      text: 'capturable 5 500, asked 6 000, reserved 0',
      figures: { capturable: 5_500, asked: 6_000, reserved: 0 },
      because: [],
    },
  ],
  would: null,
};

export const problemExample = {
  type: 'https://tranche.dev/problems/amount-exceeds-capturable',
  title: 'More than can be captured',
  status: 422,
  code: 'amount-exceeds-capturable',
  detail: 'capturable 5 500, asked 6 000, reserved 0',
  outcome: 'none',
  retryable: false,
  rule: 'amount-exceeds-capturable',
  figures: { capturable: 5_500, asked: 6_000, reserved: 0 },
};
