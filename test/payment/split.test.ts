// Rule of the price split: whatever ships and is cancelled in whatever order, captured + cancelled + open is the total,
// no shipment is below zero, each capture's lines sum to its amount, and a cancelled piece takes its discount along.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkLines, type Line, lineTotal, lineType, linesTotal } from '../../payment/line.ts';
import {
  cancel,
  checkItems,
  checkOrder,
  type Item,
  openAmount,
  openItems,
  openShare,
  type Order,
  type OrderProgress,
  ship,
  type Shipment,
  SplitError,
} from '../../payment/split.ts';

const eur = (value: number) => ({ value, currency: 'EUR' });
const goods = (id: string, quantity: number, price: number): Line => ({
  id,
  description: id,
  quantity,
  unitPrice: eur(price),
});
const parcel: Line = {
  id: 'parcel',
  type: 'shipment',
  description: 'Parcel',
  quantity: 1,
  unitPrice: eur(490),
};
const voucher = (id: string, value: number): Line => ({
  id,
  type: 'voucher',
  description: id,
  quantity: 1,
  unitPrice: eur(-value),
});
const orderOf = (...lines: Line[]): Order => ({ currency: 'EUR', lines });
const item = (line: string, quantity: number): Item => ({ line, quantity });

const lineSum = (order: Order, type: string) =>
  linesTotal(order.lines.filter((line) => lineType(line) === type));

test('three shipments: the parcel with the first, the voucher in parts, the last one takes what is left', () => {
  const order = orderOf(goods('cup', 5, 1000), goods('pot', 1, 3333), parcel, voucher('ten', 1000));
  const first = ship(openShare(order), [item('cup', 3)]);
  const second = ship(first.progress, [item('pot', 1)]);
  const third = ship(second.progress, [item('cup', 2)]);
  expect([first, second, third].map((shipment) => [shipment.amount, shipment.last])).toEqual([
    [3130, false],
    [2933, false],
    [1760, true],
  ]);
  expect(first.lines.map((line) => [line.id, line.quantity, line.unitPrice.value])).toEqual([
    ['cup', 3, 1000],
    ['parcel', 1, 490],
    ['ten', 1, -360],
  ]);
  expect(third.progress).toMatchObject({ captured: 7823, cancelled: 0, once: 'captured' });
  expect(openAmount(third.progress)).toBe(0);
});

test('a cancelled line takes its share of the discount with it', () => {
  const order = orderOf(goods('a', 1, 6000), goods('b', 1, 4000), parcel, voucher('v', 1000));
  const { cancelledAmount, progress, last } = cancel(openShare(order), [item('b', 1)]);
  expect([cancelledAmount, last]).toEqual([3600, false]);
  expect(ship(progress, [item('a', 1)])).toMatchObject({ amount: 5890, last: true });
});

test('cancelling everything cancels the parcel, but not once it was captured', () => {
  const order = orderOf(goods('a', 2, 1000), parcel, voucher('v', 100));
  expect(cancel(openShare(order), [item('a', 2)])).toMatchObject({ cancelledAmount: 2390, last: true });
  const first = ship(openShare(order), [item('a', 1)]);
  expect(first.amount).toBe(1440);
  expect(cancel(first.progress, [item('a', 1)])).toMatchObject({ cancelledAmount: 950, last: true });
});

test('a shipment that is said to be the last one cancels what is open', () => {
  const order = orderOf(goods('a', 3, 1000), parcel);
  const end = ship(openShare(order), [item('a', 1)], { last: true });
  expect(end).toMatchObject({ amount: 1490, last: true, cancelledAmount: 2000 });
  expect(openItems(end.progress)).toEqual([]);
});

test('vouchers above the goods reduce the costs, and later goods are then worth nothing', () => {
  const order = orderOf(goods('a', 2, 100), parcel, voucher('v', 500));
  const first = ship(openShare(order), [item('a', 1)]);
  expect(first.amount).toBe(190);
  expect(ship(first.progress, [item('a', 1)])).toMatchObject({ amount: 0, last: true });
});

test('two vouchers that both round up on one line never take more than its price', () => {
  const order = orderOf(goods('a', 1, 1), goods('b', 1, 1), parcel, voucher('v', 1), voucher('w', 1));
  const first = ship(openShare(order), [item('a', 1)]);
  expect([first.amount, ship(first.progress, [item('b', 1)]).amount]).toEqual([490, 0]);
});

test('VAT is split by the piece', () => {
  const vat: Line = { ...goods('a', 3, 1000), vatRate: 1900, vatAmount: eur(479) };
  const first = ship(openShare(orderOf(vat)), [item('a', 1)]);
  const second = ship(first.progress, [item('a', 2)]);
  expect([first, second].map((shipment) => shipment.lines[0]?.vatAmount?.value)).toEqual([159, 320]);
});

test.each([
  ['lines', orderOf(parcel)],
  ['lines', orderOf(goods('a', 1, 0))],
  ['lines', orderOf(goods('a', 1, 100), voucher('v', 100))],
  ['lines', orderOf(goods('a', 1, 100), voucher('v', 101))],
  ['lines[1].id', orderOf(goods('a', 1, 100), goods('a', 1, 100))],
  ['lines[0].quantity', orderOf(goods('a', 0, 100))],
  ['lines[0].unitPrice.currency', { currency: 'SEK', lines: [goods('a', 1, 100)] }],
  ['lines[0]', orderOf(goods('a', 999_999, Number.MAX_SAFE_INTEGER))],
  ['lines', { currency: 'EUR', lines: 7 } as unknown as Order],
])('an order that cannot be split is refused at %s', (path, order) => {
  expect(checkOrder(order)).toMatchObject({ code: 'validation', path });
  expect(() => openShare(order)).toThrow(SplitError);
});

test.each([
  ['items', []],
  ['items[0].line', [item('parcel', 1)]],
  ['items[0].line', [item('__proto__', 1)]],
  ['items[1].line', [item('a', 1), item('a', 1)]],
  ['items[0].quantity', [item('a', 3)]],
  ['items[0].quantity', [item('a', 0)]],
  ['items[0].quantity', [item('a', -1)]],
  ['items[0].quantity', [item('a', 0.5)]],
])('pieces that are not there are refused at %s', (path, items) => {
  const progress = openShare(orderOf(goods('a', 2, 1000), parcel));
  expect(checkItems(progress, items)).toMatchObject({ code: 'validation', path });
  expect(() => ship(progress, items)).toThrow(SplitError);
  expect(() => cancel(progress, items)).toThrow(SplitError);
});

// Prices reach down to 0 and up to where a product with a discount leaves the safe integers. Of the large ones only
// the step to a small one is tried when a failure is shrunk: two prices that must stay close shrink by ones for hours.
const price = fc.oneof(
  { withCrossShrink: true },
  fc.integer({ min: 0, max: 5 }),
  fc.noShrink(fc.integer({ min: 0, max: 100_000 })),
  fc.noShrink(fc.integer({ min: 0, max: 10 ** 12 })),
);

// What does not help a reader of a counterexample is not shrunk: a failure is to be told in seconds.
const drawnLine = fc.record({
  type: fc.constantFrom('goods', 'goods', 'goods', 'shipment', 'handling', 'voucher'),
  quantity: fc.integer({ min: 1, max: 12 }),
  price,
  vat: fc.noShrink(fc.option(fc.double({ min: 0, max: 1, noNaN: true }))),
});

const orders = fc
  .array(drawnLine, { minLength: 1, maxLength: 8 })
  .map((drawn): Order => {
    const lines = drawn.map((line, index): Line => {
      const value = line.type === 'voucher' ? -line.price + 0 : line.price;
      const vat = Math.trunc(value * line.quantity * (line.vat ?? 0)) + 0;
      return {
        id: `l${index}`,
        type: line.type as 'goods',
        description: 'drawn',
        quantity: line.quantity,
        unitPrice: eur(value),
        ...(line.vat === null ? {} : { vatAmount: eur(vat) }),
      };
    });
    return orderOf(...lines);
  })
  .filter((order) => checkOrder(order) === null);

interface Move {
  readonly ships: boolean;
  readonly last: boolean;
  readonly picks: readonly number[];
}

const moves = fc.array(
  fc.record({
    ships: fc.boolean(),
    last: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
    picks: fc.noShrink(fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 8 })),
  }),
  { minLength: 1, maxLength: 20 },
);

function itemsOf(progress: OrderProgress, move: Move): readonly Item[] {
  const open = openItems(progress);
  const picked = open
    .map((one, index) => ({ ...one, quantity: Math.min(one.quantity, move.picks[index] ?? 0) }))
    .filter((one) => one.quantity > 0);
  return picked.length > 0 ? picked : open.slice(0, 1);
}

function live(order: Order, script: readonly Move[]): { shipments: Shipment[]; end: OrderProgress } {
  let progress = openShare(order);
  const shipments: Shipment[] = [];
  const total = linesTotal(order.lines);
  // The last move empties the order, so that every life ends.
  for (const move of [...script, { ships: true, last: true, picks: Array<number>(12).fill(12) }]) {
    if (openItems(progress).length === 0) break;
    const before = progress;
    if (move.ships) {
      const shipment = ship(progress, itemsOf(progress, move), { last: move.last });
      shipments.push(shipment);
      progress = shipment.progress;
      expect(shipment.amount).toBeGreaterThanOrEqual(0);
      expect(checkLines(shipment.lines, shipment.amount, order.currency)).toBeNull();
      expect(progress.captured).toBe(before.captured + shipment.amount);
      expect(progress.cancelled).toBe(before.cancelled + shipment.cancelledAmount);
      expect(shipment.last).toBe(openItems(progress).length === 0);
    } else {
      const { cancelledAmount, progress: next, last } = cancel(progress, itemsOf(progress, move));
      expect(cancelledAmount).toBeGreaterThanOrEqual(0);
      expect(last).toBe(openItems(next).length === 0);
      progress = next;
    }
    expect(progress.captured + progress.cancelled + openAmount(progress)).toBe(total);
    expect(openAmount(progress)).toBeGreaterThanOrEqual(0);
  }
  return { shipments, end: progress };
}

test('any order and any life of it: sums are exact, nothing is negative, every capture satisfies the line contract', () => {
  fc.assert(
    fc.property(orders, moves, (order, script) => {
      const { shipments, end } = live(order, script);
      expect(openItems(end)).toEqual([]);
      expect(openAmount(end)).toBe(0);
      expect(JSON.parse(JSON.stringify(end))).toEqual(end);
      const taken = shipments.reduce((sum, shipment) => sum + shipment.amount, 0);
      expect(taken).toBe(end.captured);
      const costs = shipments.map((shipment) =>
        shipment.lines.filter((line) => ['shipment', 'handling'].includes(lineType(line))),
      );
      const expected = order.lines.filter((line) => ['shipment', 'handling'].includes(lineType(line)));
      costs.forEach((lines, index) => expect(lines).toEqual(index === 0 ? expected : []));
    }),
    { numRuns: 5000 },
  );
});

test('without a cancellation every voucher, every piece and all VAT is captured', () => {
  fc.assert(
    fc.property(orders, moves, (order, script) => {
      const { shipments, end } = live(
        order,
        script.map((move) => ({ ...move, ships: true, last: false })),
      );
      expect(end.captured).toBe(linesTotal(order.lines));
      for (const line of order.lines) {
        const parts = shipments.flatMap((shipment) => shipment.lines.filter((part) => part.id === line.id));
        expect(linesTotal(parts)).toBe(lineTotal(line));
        if (lineTotal(line) === 0) continue;
        const vat = parts.reduce((sum, part) => sum + (part.vatAmount?.value ?? 0), 0);
        expect(vat).toBe(line.vatAmount?.value ?? 0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('what a line is worth does not depend on when it ships or is cancelled', () => {
  fc.assert(
    fc.property(orders, fc.nat(), (order, pick) => {
      const all = openItems(openShare(order));
      const chosen = all[pick % all.length] as Item;
      const others = all.filter((one) => one !== chosen);
      if (others.length === 0) return;
      const early = cancel(openShare(order), [chosen]).cancelledAmount;
      const late = cancel(ship(openShare(order), others).progress, [chosen]).cancelledAmount;
      expect(late).toBe(early);
    }),
  );
});

test('while discounts are at most half of the goods, every shipment of goods at 2 or more is above zero', () => {
  fc.assert(
    fc.property(orders, moves, (order, script) => {
      const cheap = order.lines.some((line) => lineType(line) === 'goods' && line.unitPrice.value < 2);
      fc.pre(!cheap && -2 * lineSum(order, 'voucher') <= lineSum(order, 'goods'));
      for (const shipment of live(order, script).shipments) expect(shipment.amount).toBeGreaterThan(0);
    }),
  );
});

test('the discount of any pieces is their part of it by value, give or take the rounding', () => {
  fc.assert(
    fc.property(orders, moves, (order, script) => {
      const worth = lineSum(order, 'goods');
      const discount = -lineSum(order, 'voucher');
      fc.pre(discount <= worth && worth > 0 && worth < 10 ** 9);
      for (const { lines } of live(order, script).shipments) {
        const shipped = lines.filter((line) => lineType(line) === 'goods');
        const given = -linesTotal(lines.filter((line) => lineType(line) === 'voucher'));
        expect(Math.abs(given - (discount * linesTotal(shipped)) / worth)).toBeLessThan(
          2 * shipped.length + 1e-6,
        );
      }
    }),
  );
});
