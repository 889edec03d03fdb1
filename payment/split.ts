/**
 * The price split of an order that ships over days.
 *
 * Every piece of goods carries its price less its share of the discounts. The shares are fixed when the order is
 * opened: all vouchers together are spread over the goods lines by value (largest remainder, the earlier line wins a
 * tie), and inside a line the first k of n pieces carry floor(share × k / n). What is shipped and what is cancelled
 * take pieces from the same row, so a cancelled piece takes its discount with it and the last piece takes exactly what
 * is left, in whatever order things happen. A share never exceeds its price: no shipment is below zero.
 *
 * Shipment and handling are taken once, with the first shipment, and are cancelled only if nothing ever ships. Where
 * the vouchers exceed the goods, the excess reduces these costs.
 *
 * A shipment can be worth 0 (free goods, or goods that the vouchers pay in full). Then there is nothing to capture.
 */
import { checkLines, fault, type Line, type LineRefusal, lineTotal, lineType, linesTotal } from './line.ts';

export interface Order {
  readonly currency: string;
  /** At least one of goods; ids are unique. */
  readonly lines: readonly Line[];
}

/** Some pieces of one goods line. */
export interface Item {
  readonly line: string;
  readonly quantity: number;
}

interface GoodsProgress {
  readonly line: string;
  readonly shipped: number;
  readonly cancelled: number;
  /** The line's share of all vouchers, minor units, 0 or more. */
  readonly discount: number;
}

interface VoucherProgress {
  readonly line: string;
  /** What shipments and cancellations used of it, minor units, 0 or more. */
  readonly used: number;
}

/** How far an order is, as plain JSON. At every step total = captured + cancelled + open. */
export interface OrderProgress {
  readonly order: Order;
  readonly goods: readonly GoodsProgress[];
  readonly vouchers: readonly VoucherProgress[];
  readonly once: 'open' | 'captured' | 'cancelled';
  /** Minor units of all shipments. */
  readonly captured: number;
  /** Minor units that will never be captured. */
  readonly cancelled: number;
}

export interface Shipment {
  /** Minor units; 0 means that nothing is to be captured. */
  readonly amount: number;
  /** What the capture carries; sums to `amount` exactly. A share of a voucher is one piece at that price. */
  readonly lines: readonly Line[];
  /** Nothing is open any more: the capture is final. */
  readonly last: boolean;
  /** Minor units cancelled because `last` was asked for while goods were open. */
  readonly cancelledAmount: number;
  readonly progress: OrderProgress;
}

export interface Cancellation {
  /** Minor units, the share of the discounts already off. */
  readonly cancelledAmount: number;
  /** Nothing is open any more: what is still held is to be released. */
  readonly last: boolean;
  readonly progress: OrderProgress;
}

/** Carries the refusal that `checkOrder` or `checkItems` would have given. */
export class SplitError extends Error {
  override readonly name = 'SplitError';
  readonly refusal: LineRefusal;

  constructor(refusal: LineRefusal) {
    super(`${refusal.path}: ${refusal.message}`);
    this.refusal = refusal;
  }
}

/** @returns null when the order can be split, else the first fault. */
export function checkOrder(order: Order): LineRefusal | null {
  // Compared with its own sum where there is one, so that only faults of single lines are left to be found.
  const refusal = checkLines(order.lines, sumOrZero(order.lines), order.currency);
  if (refusal !== null) return refusal;
  const seen = new Set<string>();
  for (const [index, line] of order.lines.entries()) {
    if (seen.has(line.id)) return fault(`lines[${index}].id`, 'is the id of an earlier line', {});
    seen.add(line.id);
  }
  if (!order.lines.some(isGoods)) return fault('lines', 'at least one line of goods', {});
  const total = linesTotal(order.lines);
  return total > 0 ? null : fault('lines', 'an order is worth more than 0', { total });
}

/** The progress of an order of which nothing has shipped. @throws SplitError where `checkOrder` refuses. */
export function openShare(order: Order): OrderProgress {
  const refusal = checkOrder(order);
  if (refusal !== null) throw new SplitError(refusal);
  const goods = order.lines.filter(isGoods);
  const worth = goods.map(lineTotal);
  const shares = apportion(Math.min(discountOf(order), sumOf(worth)), worth);
  return {
    order,
    goods: goods.map((line, index) => ({
      line: line.id,
      shipped: 0,
      cancelled: 0,
      discount: shares[index] ?? 0,
    })),
    vouchers: order.lines.filter(isVoucher).map((line) => ({ line: line.id, used: 0 })),
    once: 'open',
    captured: 0,
    cancelled: 0,
  };
}

/** Minor units that are neither captured nor cancelled. */
export function openAmount(progress: OrderProgress): number {
  return linesTotal(progress.order.lines) - progress.captured - progress.cancelled;
}

/** The pieces that are neither shipped nor cancelled, lines without any left out. */
export function openItems(progress: OrderProgress): readonly Item[] {
  return progress.goods
    .map((state) => ({ line: state.line, quantity: openPieces(progress, state) }))
    .filter((item) => item.quantity > 0);
}

/** @returns null when these pieces can be shipped or cancelled now, else the first fault. */
export function checkItems(progress: OrderProgress, items: readonly Item[]): LineRefusal | null {
  if (items.length === 0) return fault('items', 'at least one piece', {});
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const state = progress.goods.find((goods) => goods.line === item.line);
    if (state === undefined) return fault(`items[${index}].line`, 'is no line of goods of this order', {});
    if (seen.has(item.line)) return fault(`items[${index}].line`, 'is named twice', {});
    seen.add(item.line);
    const open = openPieces(progress, state);
    if (!Number.isSafeInteger(item.quantity) || item.quantity < 1 || item.quantity > open) {
      return fault(`items[${index}].quantity`, `open ${open}, asked ${item.quantity}`, {
        open,
        asked: String(item.quantity),
      });
    }
  }
  return null;
}

/**
 * Ships pieces and says what to capture for them.
 *
 * @param options - `last: true` ends the order: what is open after this shipment is cancelled. Without it the shipment
 *   is the last one when nothing is open after it.
 * @throws SplitError where `checkItems` refuses.
 */
export function ship(
  progress: OrderProgress,
  items: readonly Item[],
  options: { readonly last?: boolean } = {},
): Shipment {
  const refusal = checkItems(progress, items);
  if (refusal !== null) throw new SplitError(refusal);
  const { amount, lines, progress: shipped } = take(progress, items, 'shipped', progress.once === 'open');
  const rest = openItems(shipped);
  if (rest.length === 0) return { amount, lines, last: true, cancelledAmount: 0, progress: shipped };
  if (options.last !== true) return { amount, lines, last: false, cancelledAmount: 0, progress: shipped };
  const ended = take(shipped, rest, 'cancelled', false);
  return { amount, lines, last: true, cancelledAmount: ended.amount, progress: ended.progress };
}

/**
 * Cancels pieces. With the last pieces of an order that never shipped, the costs taken once are cancelled too.
 *
 * @throws SplitError where `checkItems` refuses.
 */
export function cancel(progress: OrderProgress, items: readonly Item[]): Cancellation {
  const refusal = checkItems(progress, items);
  if (refusal !== null) throw new SplitError(refusal);
  const asked = sumOf(items.map((item) => item.quantity));
  const last = asked === sumOf(openItems(progress).map((item) => item.quantity));
  const taken = take(progress, items, 'cancelled', last && progress.once === 'open');
  return { cancelledAmount: taken.amount, last, progress: taken.progress };
}

interface Taken {
  readonly amount: number;
  readonly lines: readonly Line[];
  readonly progress: OrderProgress;
}

function take(
  progress: OrderProgress,
  items: readonly Item[],
  as: 'shipped' | 'cancelled',
  withOnce: boolean,
): Taken {
  const { order } = progress;
  const wanted = new Map(items.map((item) => [item.line, item.quantity]));
  const lines: Line[] = [];
  let discount = withOnce
    ? Math.max(0, discountOf(order) - sumOf(order.lines.filter(isGoods).map(lineTotal)))
    : 0;

  const goods = progress.goods.map((state) => {
    const quantity = wanted.get(state.line);
    if (quantity === undefined) return state;
    const line = lineOf(order, state.line);
    const gone = state.shipped + state.cancelled;
    discount += step(state.discount, gone, gone + quantity, line.quantity);
    lines.push(share(line, quantity, line.unitPrice.value, gone, gone + quantity, line.quantity));
    return { ...state, [as]: state[as] + quantity };
  });
  if (withOnce) lines.push(...order.lines.filter(isOnce));

  const left = progress.vouchers.map((state) => -lineTotal(lineOf(order, state.line)) - state.used);
  const shares = apportion(discount, left);
  const vouchers = progress.vouchers.map((state, index) => {
    const used = shares[index] ?? 0;
    if (used === 0) return state;
    const line = lineOf(order, state.line);
    lines.push(share(line, 1, -used, state.used, state.used + used, -lineTotal(line)));
    return { ...state, used: state.used + used };
  });

  const amount = linesTotal(lines);
  return {
    amount,
    lines,
    progress: {
      order,
      goods,
      vouchers,
      once: withOnce ? (as === 'shipped' ? 'captured' : 'cancelled') : progress.once,
      captured: progress.captured + (as === 'shipped' ? amount : 0),
      cancelled: progress.cancelled + (as === 'cancelled' ? amount : 0),
    },
  };
}

/** A part of a line: from the `from`-th to the `to`-th of its `all` units, with the VAT of just these. */
function share(line: Line, quantity: number, price: number, from: number, to: number, all: number): Line {
  const part = { ...line, quantity, unitPrice: { value: price, currency: line.unitPrice.currency } };
  if (line.vatAmount === undefined) return part;
  const { value, currency } = line.vatAmount;
  const vat = step(Math.abs(value), from, to, all);
  return { ...part, vatAmount: { value: value < 0 && vat !== 0 ? -vat : vat, currency } };
}

/** floor(total × to / all) − floor(total × from / all): the steps of a row sum to the total. */
function step(total: number, from: number, to: number, all: number): number {
  const upTo = (count: number): bigint => (BigInt(total) * BigInt(count)) / BigInt(all);
  return Number(upTo(to) - upTo(from));
}

/**
 * Splits a total by weights with the method of largest remainders; the earlier one wins a tie. While the total is not
 * above the sum of the weights, no share is above its weight.
 *
 * @param total - 0 or more; 0 where all weights are 0.
 */
function apportion(total: number, weights: readonly number[]): readonly number[] {
  const all = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total === 0 || all === 0n) return weights.map(() => 0);
  const parts = weights.map((weight, index) => {
    const product = BigInt(total) * BigInt(weight);
    return { index, floor: Number(product / all), remainder: product % all };
  });
  const missing = total - sumOf(parts.map((part) => part.floor));
  const byRemainder = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  const raised = new Set(byRemainder.slice(0, missing).map((part) => part.index));
  return parts.map((part) => part.floor + (raised.has(part.index) ? 1 : 0));
}

const isGoods = (line: Line): boolean => lineType(line) === 'goods';
const isVoucher = (line: Line): boolean => lineType(line) === 'voucher';
const isOnce = (line: Line): boolean => !isGoods(line) && !isVoucher(line);

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const discountOf = (order: Order): number =>
  sumOf(order.lines.filter(isVoucher).map((line) => -lineTotal(line)));

const openPieces = (progress: OrderProgress, state: GoodsProgress): number =>
  lineOf(progress.order, state.line).quantity - state.shipped - state.cancelled;

function lineOf(order: Order, id: string): Line {
  const line = order.lines.find((candidate) => candidate.id === id);
  if (line === undefined)
    throw new SplitError(fault('lines', 'a line of the progress is not in its order', {}));
  return line;
}

function sumOrZero(lines: readonly Line[]): number {
  try {
    return linesTotal(lines);
  } catch {
    return 0;
  }
}
