// Contract: line total = quantity × unitPrice, the sum equals the amount exactly; limits of design section 6.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkLines, isDate, type Line, lineTotal, lineType, linesTotal } from '../../payment/line.ts';
import { MoneyError } from '../../payment/money.ts';

const eur = (value: number) => ({ value, currency: 'EUR' });
const base: Line = { id: 'sku-1', description: 'Cup', quantity: 2, unitPrice: eur(750) };
const order: readonly Line[] = [
  { ...base, vatRate: 1900, vatAmount: eur(239), deliveryDate: '2026-11-21', deliveryEndDate: '2026-11-21' },
  { id: 'ship', type: 'shipment', description: 'Parcel', quantity: 1, unitPrice: eur(490) },
  { id: 'fee', type: 'handling', description: 'Gift wrap', quantity: 1, unitPrice: eur(0) },
  {
    id: 'v',
    type: 'voucher',
    description: 'Welcome',
    quantity: 1,
    unitPrice: eur(-200),
    vatAmount: eur(-32),
  },
];

test('lines that sum to the amount pass', () => {
  expect(linesTotal(order)).toBe(1790);
  expect(checkLines(order, 1790, 'EUR')).toBeNull();
  expect(checkLines([], 0, 'EUR')).toBeNull();
  expect(lineType(base)).toBe('goods');
});

test('a sum that differs by one is named with both figures', () => {
  expect(checkLines(order, 1791, 'EUR')).toEqual({
    code: 'lines-sum',
    path: 'lines',
    message: 'lines sum to 1 790, amount is 1 791',
    figures: { lines: 1790, amount: 1791 },
  });
  expect(checkLines([], 1, 'EUR')?.code).toBe('lines-sum');
  expect(checkLines(order, 1790.5, 'EUR')?.code).toBe('lines-sum');
});

const faults: readonly (readonly [string, Record<string, unknown>])[] = [
  ['id', { id: '' }],
  ['id', { id: 'x'.repeat(33) }],
  ['id', { id: 7 }],
  ['type', { type: 'gift' }],
  ['description', { description: '' }],
  ['description', { description: 'x'.repeat(256) }],
  ['quantity', { quantity: 0 }],
  ['quantity', { quantity: -1 }],
  ['quantity', { quantity: 1.5 }],
  ['quantity', { quantity: 1_000_000 }],
  ['quantity', { quantity: '2' }],
  ['unitPrice', { unitPrice: 750 }],
  ['unitPrice.value', { unitPrice: eur(-1) }],
  ['unitPrice.value', { unitPrice: eur(0.5) }],
  ['unitPrice.value', { unitPrice: eur(2 ** 53) }],
  ['unitPrice.value', { type: 'shipment', unitPrice: eur(-1) }],
  ['unitPrice.value', { type: 'handling', unitPrice: eur(-1) }],
  ['unitPrice.value', { type: 'voucher', unitPrice: eur(1) }],
  ['unitPrice.currency', { unitPrice: { value: 750, currency: 'SEK' } }],
  ['vatRate', { vatRate: -1 }],
  ['vatRate', { vatRate: 10_000 }],
  ['vatRate', { vatRate: 0.19 }],
  ['vatAmount.value', { vatAmount: eur(-1) }],
  ['vatAmount.value', { vatAmount: eur(1501) }],
  ['vatAmount.value', { type: 'voucher', unitPrice: eur(-10), vatAmount: eur(1) }],
  ['vatAmount.value', { type: 'voucher', unitPrice: eur(-10), vatAmount: eur(-21) }],
  ['vatAmount.currency', { vatAmount: { value: 1, currency: 'SEK' } }],
  ['deliveryDate', { deliveryDate: '2026-02-29' }],
  ['deliveryDate', { deliveryDate: '20261121' }],
  ['deliveryEndDate', { deliveryEndDate: '2026-13-01' }],
  ['deliveryEndDate', { deliveryDate: '2026-11-21', deliveryEndDate: '2026-11-20' }],
];

test.each(faults)('a bad %s is named with its place: %j', (field, change) => {
  const bad = { ...base, ...change } as Line;
  expect(checkLines([base, bad], 3000, 'EUR')).toMatchObject({
    code: 'validation',
    path: `lines[1].${field}`,
  });
});

test('limits themselves are allowed', () => {
  const line: Line = {
    id: 'ü'.repeat(32),
    description: '😀'.repeat(255),
    quantity: 999_999,
    unitPrice: eur(1),
    vatRate: 9999,
  };
  expect(checkLines([line], 999_999, 'EUR')).toBeNull();
  expect(checkLines(Array(400).fill(base), 400 * 1500, 'EUR')).toBeNull();
});

test('401 lines, no list and no object are refused', () => {
  expect(checkLines(Array(401).fill(base), 401 * 1500, 'EUR')).toMatchObject({
    code: 'validation',
    path: 'lines',
    figures: { max: 400, got: 401 },
  });
  expect(checkLines(null as unknown as Line[], 0, 'EUR')).toMatchObject({ path: 'lines' });
  expect(checkLines([null as unknown as Line], 0, 'EUR')).toMatchObject({ path: 'lines[0]' });
});

test('totals outside the safe integers are faults of the lines and errors of the sums', () => {
  const huge: Line = { ...base, quantity: 999_999, unitPrice: eur(Number.MAX_SAFE_INTEGER) };
  expect(checkLines([huge], 1, 'EUR')).toMatchObject({ code: 'validation', path: 'lines[0]' });
  expect(() => lineTotal(huge)).toThrow(MoneyError);
  const large: Line = { ...base, quantity: 1, unitPrice: eur(Number.MAX_SAFE_INTEGER) };
  const back: Line = { ...large, type: 'voucher', unitPrice: eur(-Number.MAX_SAFE_INTEGER) };
  for (const lines of [
    [large, large, back],
    [large, back, large],
  ]) {
    expect(checkLines(lines, Number.MAX_SAFE_INTEGER, 'EUR')).toMatchObject({
      code: 'validation',
      path: 'lines',
    });
  }
  expect(checkLines([large, back], 0, 'EUR')).toBeNull();
});

test('a line total is never -0', () => {
  expect(Object.is(lineTotal({ ...base, unitPrice: eur(-0) }), 0)).toBe(true);
});

test.each([
  ['2026-02-28', true],
  ['2024-02-29', true],
  ['2000-02-29', true],
  ['1900-02-29', false],
  ['2026-04-31', false],
  ['2026-00-10', false],
  ['2026-01-00', false],
  ['2026-1-1', false],
  ['2026-11-21T00:00', false],
  ['2026-12-31', true],
])('%s is a date: %s', (text, real) => {
  expect(isDate(text)).toBe(real);
});

test('the calendar agrees with that of Date', () => {
  const two = (value: number) => String(value).padStart(2, '0');
  const parts = fc.tuple(
    fc.integer({ min: 1600, max: 2400 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
  );
  fc.assert(
    fc.property(parts, ([year, month, day]) => {
      const text = `${year}-${two(month)}-${two(day)}`;
      expect(isDate(text)).toBe(new Date(Date.UTC(year, month - 1, day)).toISOString().startsWith(text));
    }),
    { numRuns: 2000 },
  );
});

test('anything that JSON can hold is answered, never thrown', () => {
  const change = fc.dictionary(fc.constantFrom(...Object.keys(order[0] ?? {}), 'type'), fc.jsonValue());
  const almost = change.map((fields) => ({ ...base, ...fields }));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), almost)), (lines) => {
      const refusal = checkLines(lines as unknown as Line[], 1, 'EUR');
      expect(refusal === null || refusal.path.startsWith('lines')).toBe(true);
    }),
  );
});
