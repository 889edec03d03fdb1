/** Rule: the example mapping of each provider reads its example file, and file and ledger agree on every booking. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../../audit/bundle.ts';
import { parseMapping } from '../../../audit/reconcile/mapping.ts';
import { type Discrepancy, reconcile, type Reconciliation } from '../../../audit/reconcile/reconcile.ts';
import { readSettlement } from '../../../audit/reconcile/settlement-file.ts';
import { providers } from '../../../providers/registry.ts';
import { goldenBundle } from '../bundles.ts';
import { booked, ledgerOf } from '../ledgers.ts';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../docs/examples/settlement/${name}`, import.meta.url));

const facts = (provider: string, currency: string, hold: string) =>
  ({ id: `p-${provider}`, account: provider, provider, currency, hold }) as const;

/** What the engine's ledger has of each example's payments. */
const LEDGERS: Readonly<Record<string, () => Promise<Bundle> | Bundle>> = {
  payone: async () => {
    const bundle = await goldenBundle('three-shipments');
    return { ...bundle, payment: { ...bundle.payment, account: 'payone' } };
  },
  swedbankpay: () =>
    ledgerOf(facts('swedbankpay', 'SEK', '/psp/creditcard/payments/1'), [
      ...booked('capture', 'c-1', 250_000, { keys: { payeeReference: 'QWERTYUIOPASDFGHJKLZXCVBNM2345' } }),
      // 22:30 UTC is the next hour of the same day in Stockholm.
      ...booked(
        'capture',
        'c-2',
        199_950,
        { keys: { payeeReference: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ2345' } },
        '2026-11-20T22:30:00.000Z',
      ),
      ...booked(
        'refund',
        'r-1',
        25_000,
        { keys: { payeeReference: 'ZYXWVUTSRQPONMLKJIHGFEDCBA5432' } },
        '2026-11-21T07:15:00.000Z',
      ),
    ]),
  ccv: () =>
    ledgerOf(facts('ccv', 'EUR', 'hash'), [
      ...booked('capture', 'c-1', 2_340, { keys: { requestId: '3' } }),
      // After the terminal's day has ended at 23:00 of Amsterdam.
      ...booked('capture', 'c-2', 1_815, { keys: { requestId: '5' } }, '2026-11-20T22:05:00.000Z'),
      ...booked('refund', 'r-1', 340, { keys: { requestId: '8' } }, '2026-11-21T08:00:00.000Z'),
    ]),
  paymentoptions: () =>
    ledgerOf(facts('paymentoptions', 'JPY', 'b1f0a7a2'), [
      ...booked('capture', 'c-1', 36_000, { providerReference: 'c72f55d0' }),
      ...booked('refund', 'r-1', 2_500, { providerReference: 'd0aa31be' }, '2026-11-20T15:30:00.000Z'),
    ]),
  finline: () =>
    ledgerOf(facts('finline', 'UAH', '5d0f3a6e7c1b4d2a9e8f7061524334a5'), [
      ...booked('capture', 'c-1', 95_000, {
        keys: { order_id: '5d0f3a6e7c1b4d2a9e8f7061524334a5', reference: '0a1b2c3d4e5f60718293a4b5c6d7e8f9' },
      }),
      ...booked(
        'refund',
        'r-1',
        5_000,
        { keys: { reference: 'never-in-the-file' } },
        '2026-11-21T07:00:00.000Z',
      ),
    ]),
};

async function run(
  provider: string,
  bundle: Bundle,
): Promise<{ result: Reconciliation; found: Discrepancy[] }> {
  const mapping = parseMapping(readFileSync(file(`${provider}.json`), 'utf8'));
  const found: Discrepancy[] = [];
  const result = await reconcile({
    account: provider,
    from: '2026-11-20',
    to: '2026-11-21',
    mapping,
    bundles: (async function* () {
      yield bundle;
    })(),
    lines: readSettlement(file(`${provider}.csv`), mapping),
    onDifference: (each) => void found.push(each),
  });
  return { result, found };
}

test('every provider has one', () => {
  expect(Object.keys(LEDGERS).toSorted()).toEqual([...providers.keys()].toSorted());
});

describe.each(Object.entries(LEDGERS))('%s', (provider, made) => {
  test('agrees, and says that it is an example', async () => {
    const { result, found } = await run(provider, await made());
    expect(found).toEqual([]);
    expect(result).toMatchObject({ agrees: true, matched: result.bookings });
    expect(result.bookings).toBeGreaterThan(1);
    for (const { kind, ledger, file: settled, day } of result.totals)
      if (kind !== 'fee') expect([day, kind, settled]).toEqual([day, kind, ledger]);
    expect(readFileSync(file(`${provider}.json`), 'utf8')).toMatch(/"about": "An example/);
  });

  test('a ledger of one minor unit more does not', async () => {
    const bundle = await made();
    const ledger = bundle.ledger.map((entry) =>
      entry.type === 'capture.approved' && entry.operation === 'c-1'
        ? { ...entry, data: { ...entry.data, booked: Number(entry.data['booked']) + 1 } }
        : entry,
    );
    const { result, found } = await run(provider, { ...bundle, ledger });
    expect(result.agrees).toBe(false);
    expect(found).toMatchObject([{ difference: 'amount-differs', operation: 'c-1' }]);
  });
});

test('fees are summed apart', async () => {
  const payone = await run('payone', (await LEDGERS['payone']?.()) as Bundle);
  expect(payone.result.totals.find(({ kind }) => kind === 'fee')).toMatchObject({ file: 137, fileCount: 1 });
});
