/** Rule: the payment and its operations are shown with exactly the fields of the contract (agreement, section 6). */
import { describe, expect, it } from 'vitest';
import { operationView, paymentView } from '../../machines/view.ts';
import { MemoryPayments } from '../api/memory-payments.ts';

const eur = (value: number) => ({ value, currency: 'EUR' });
const at = '2026-11-21T12:00:00.000Z';
const body = {
  id: 'o-1',
  account: 'payone-de',
  amount: eur(10_000),
  authorization: { request: { method: 'cc' } },
} as const;
const lines = [{ id: 'chair', description: 'Chair', quantity: 1, unitPrice: eur(3_000) }];

async function authorised(more: object = {}) {
  const payments = new MemoryPayments();
  await payments.create({ ...body, ...more }, 'shop');
  return payments;
}

describe('paymentView', () => {
  it('shows a payment captured in parts', async () => {
    const payments = await authorised({ order: { reference: 'O-1' }, metadata: { shop: 'de' } });
    await payments.command('o-1', { type: 'capture', id: 'c-1', amount: 3_000, lines }, 'shop');
    await payments.command('o-1', { type: 'refund', id: 'f-1', amount: 500, reason: 'damaged' }, 'shop');
    expect(paymentView(payments.core('o-1'))).toEqual({
      id: 'o-1',
      account: 'payone-de',
      provider: 'payone',
      status: 'partially_captured',
      requested: eur(10_000),
      authorization: {
        state: 'approved',
        providerReference: '4711',
        authorizedAt: at,
        expiresAt: '2026-11-28T12:00:00.000Z',
        expiresBy: 'assumed',
      },
      amounts: {
        authorized: eur(10_000),
        held: eur(7_000),
        captured: eur(3_000),
        reserved: eur(0),
        capturable: eur(7_000),
        released: eur(0),
        lapsed: eur(0),
        refunded: eur(500),
        refunding: eur(0),
        refundable: eur(2_500),
        chargedBack: eur(0),
      },
      captures: [
        {
          id: 'c-1',
          state: 'approved',
          amount: eur(3_000),
          booked: eur(3_000),
          origin: 'engine',
          providerReference: '4711',
          at,
          final: false,
          frees: eur(0),
          sequenceNumber: 1,
          lines,
        },
      ],
      releases: [],
      refunds: [
        {
          id: 'f-1',
          state: 'approved',
          amount: eur(500),
          booked: eur(500),
          origin: 'engine',
          providerReference: '4711',
          at,
          sequenceNumber: 2,
        },
      ],
      plan: { captures: 'immediate', onDeadline: 'alert' },
      order: { reference: 'O-1' },
      deadline: '2026-11-28T00:00:00.000Z',
      attention: null,
      attentions: [],
      legal: ['capture', 'release', 'refund', 'reschedule', 'resolve'],
      limits: { capture: { max: 127, left: 125, final: 'free' }, refund: { max: null } },
      createdAt: at,
      closed: null,
      metadata: { shop: 'de' },
    });
  });

  it('shows the oldest attention first and an unknown outcome as such', async () => {
    const payments = await authorised();
    payments.script = () => ({ outcome: 'unknown', reason: 'reset' });
    await payments.command('o-1', { type: 'capture', id: 'c-1', amount: 3_000 }, 'shop');
    payments.input('o-1', { type: 'cancel-requested' });
    const view = paymentView(payments.core('o-1'));
    expect(view.captures).toMatchObject([{ id: 'c-1', state: 'unknown' }]);
    expect(view.captures[0]).not.toHaveProperty('booked');
    expect(view.attention).toEqual(view.attentions[0]);
    expect(view.amounts).toMatchObject({ reserved: eur(3_000), capturable: eur(7_000) });
    expect(view.limits.capture.left).toBe(126);
  });

  it('shows where the customer has to go only while that is of use', async () => {
    const payments = new MemoryPayments();
    payments.script = () => ({ outcome: 'pending', redirectUrl: 'https://bank.example/3ds' });
    await payments.create(body, 'shop');
    expect(paymentView(payments.core('o-1')).authorization).toMatchObject({
      redirectUrl: 'https://bank.example/3ds',
    });
    const word = { operation: 'authorization', outcome: 'declined' } as const;
    await payments.command('o-1', { type: 'resolve', id: 's-1', word, evidence: 'seen', by: 'kim' }, 'kim');
    expect(paymentView(payments.core('o-1')).authorization).not.toHaveProperty('redirectUrl');
  });

  it('shows why nothing was performed', async () => {
    const payments = await authorised();
    payments.script = () => ({
      outcome: 'not_performed',
      reason: 'validation',
      message: 'description: at most 81 characters',
    });
    await payments.command('o-1', { type: 'capture', id: 'c-1', amount: 3_000 }, 'shop');
    expect(operationView(payments.core('o-1'), 'c-1')).toMatchObject({
      state: 'not_performed',
      reason: 'validation',
      message: 'description: at most 81 characters',
    });
  });

  it('shows lines while the ledger keeps them, and the capture all the same when it no longer does', async () => {
    const payments = await authorised({ amount: eur(3_000), order: { reference: 'O-1', lines } });
    const many = (id: string) =>
      Array.from({ length: 400 }, (_, k) => ({
        id: `${id}-${k}`,
        description: 'x'.repeat(255),
        quantity: 1,
        unitPrice: eur(1),
      }));
    const small = [{ id: 'chair', description: 'Chair', quantity: 1, unitPrice: eur(1) }];
    for (const id of ['c-1', 'c-2']) {
      await payments.command('o-1', { type: 'capture', id, lines: many(id), final: false }, 'shop');
    }
    await payments.command('o-1', { type: 'refund', id: 'f-1', lines: many('f-1') }, 'shop');
    await payments.command('o-1', { type: 'capture', id: 'c-3', lines: small, final: false }, 'shop');
    const core = payments.core('o-1');
    const { captures, order, refunds } = paymentView(core);
    expect(captures.map((each) => each.lines?.length)).toEqual([400, undefined, 1]);
    expect(captures.map((each) => each.booked)).toEqual([eur(400), eur(400), eur(1)]);
    expect(refunds).toMatchObject([{ booked: eur(400) }]);
    const kept = core.ledger.filter(({ type }) => type.endsWith('.planned')).map(({ data }) => data['lines']);
    expect(kept.slice(-4)).toEqual([many('c-1'), { count: 400, sum: 400 }, { count: 400, sum: 400 }, small]);
    expect(JSON.stringify(core.ledger).length).toBeLessThan(256 * 1024 + 20_000);
    // Those of the order stand in the facts alone.
    expect(order?.lines).toEqual(lines);
    expect(core.ledger[0]?.data['order']).toEqual({ reference: 'O-1', lines: 1 });
  });

  it('shows what a final capture frees, as a release of its own', async () => {
    const payments = await authorised();
    await payments.command('o-1', { type: 'capture', id: 'c-1', amount: 3_000, final: true }, 'shop');
    const view = paymentView(payments.core('o-1'));
    expect(view.status).toBe('captured');
    expect(view.captures).toMatchObject([{ final: true, frees: eur(7_000) }]);
    expect(view.releases).toMatchObject([
      { kind: 'flag', state: 'approved', booked: eur(7_000), capture: 'c-1' },
    ]);
    expect(view.amounts).toMatchObject({ held: eur(0), released: eur(7_000) });
    expect(view.deadline).toBeNull();
  });
});

describe('operationView', () => {
  it('finds captures, releases and refunds and nothing else', async () => {
    const payments = await authorised();
    await payments.command('o-1', { type: 'release', id: 'r-1' }, 'shop');
    expect(operationView(payments.core('o-1'), 'r-1')).toMatchObject({
      id: 'r-1',
      kind: 'void',
      amount: eur(10_000),
    });
    expect(operationView(payments.core('o-1'), 'authorization')).toBeNull();
    expect(operationView(payments.core('o-1'), 'constructor')).toBeNull();
  });
});
