/** Tally in the conformance suite. */
import { type ContractProvider, NO_BOOKS, type Sought } from '../../support/contract-provider.ts';
import { tally as provider } from './provider.ts';
import { type Hold, type Made, remainingOf, startTallyTwin, sumOf } from './twin.ts';

const ACTIONS = {
  authorization: 'authorise',
  capture: 'capture',
  release: 'release',
  refund: 'refund',
  read: 'look',
} as const;
const itself = { authorization: 'itself', capture: 'itself', release: 'itself', refund: 'itself' } as const;

export const tally: ContractProvider = {
  title: 'Tally (made up)',
  provider,
  currency: 'EUR',
  sampleHold: { hold: 'hold-1' },
  authorise: { method: 'any' },
  redirect: 'nobody is sent anywhere',
  pending: 'every answer is final',
  amounts: { declinedAuthorization: 1_077_001, declinedCapture: 77_001, declinedRefund: 77_001 },
  powers: ['expire'],
  afterLoss: { before: itself, after: itself },
  busy: { never: 'it takes everything at once' },
  config: (url) => ({ provider: 'tally', url }),
  intentOf: (call, referenceOf) => referenceOf(call.payment, call.operation),
  async start() {
    const twin = await startTallyTwin();
    const find = ({ hold, reference }: Sought): Hold | undefined =>
      twin.holds.get(String(hold?.['hold'] ?? reference));
    const booking = ({ key, kind, amount, origin }: Made) => ({
      kind: kind as 'capture',
      amount,
      sequenceNumber: null,
      origin: origin === 'api' ? ('engine' as const) : ('elsewhere' as const),
      intent: origin === 'api' ? key : null,
    });
    return {
      url: twin.url,
      hold: async (amount) => ({ hold: twin.open(`elsewhere-${twin.holds.size}`, amount, 'elsewhere').id }),
      async books(sought) {
        const hold = find(sought);
        if (hold === undefined) return NO_BOOKS;
        const records = twin.log.records.filter(({ key, request }) => key === hold.id && request !== 'look');
        return {
          authorized: sumOf(hold, 'authorise'),
          captured: sumOf(hold, 'capture'),
          refunded: sumOf(hold, 'refund'),
          held: remainingOf(hold),
          closed: !hold.open || remainingOf(hold) === 0,
          bookings: hold.made.filter(({ kind }) => kind !== 'authorise').map(booking),
          requests: records.map(({ tookEffect, parameters }) => ({
            sequenceNumber: null,
            body: JSON.stringify(parameters),
            tookEffect,
          })),
        };
      },
      fault: async (kind, order) =>
        twin.fault({ match: { kind: ACTIONS[kind] }, ...order } as Parameters<typeof twin.fault>[0]),
      async expire(sought) {
        const hold = find(sought);
        if (hold !== undefined) hold.open = false;
      },
      clearFaults: async () => void (await twin.admin('DELETE', 'faults')),
      stop: () => twin.close(),
    };
  },
};
