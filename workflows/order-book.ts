/**
 * What an order asks of its payment, as plain JSON and pure functions: shipments become captures, cancelled lines free
 * their share, returns become refunds. One request goes out at a time and the next one waits for its end, so that the
 * flag on the last capture is never sent while an earlier one may still be declined.
 */
import { type Line, lineTotal, lineType } from '../payment/line.ts';
import {
  cancel,
  type Item,
  type Order,
  type OrderProgress,
  openItems,
  openShare,
  ship,
} from '../payment/split.ts';

export interface Request {
  readonly id: string;
  readonly kind: 'capture' | 'release' | 'refund';
  /** `queued` until it goes to the payment, then the state of the operation, or `refused`. */
  readonly state: string;
  /** Minor units; 0 for a release. */
  readonly amount: number;
  readonly booked: number | null;
  readonly lines: readonly Line[];
  /** The shipment that is paid for or given back in part. */
  readonly shipment: string | null;
  readonly capture: string | null;
  /** Whether it went out as the last capture. */
  readonly final: boolean;
  readonly reason: string | null;
}

interface ShippedLine {
  readonly line: string;
  readonly quantity: number;
  /** What the pieces cost less their share of the discounts, minor units. */
  readonly net: number;
  readonly returned: number;
}

interface Shipped {
  readonly shipment: string;
  readonly lines: readonly ShippedLine[];
  /** The capture that pays for it: its own id, or a later one after a decline; null where it is worth nothing. */
  readonly capture: string | null;
  /** Nobody tries to capture it any more. */
  readonly forgone: boolean;
}

export interface OrderBook {
  readonly progress: OrderProgress;
  readonly shipments: readonly Shipped[];
  readonly requests: readonly Request[];
  /** The payment collects captures and sends them as one: a planned one waits for the last. */
  readonly collects: boolean;
  /** Ends that came before the answer that they belong to. */
  readonly early: Readonly<Record<string, { readonly state: string; readonly booked: number | null }>>;
}

/** @throws SplitError where the order cannot be split. */
export function openBook(order: Order): OrderBook {
  return { progress: openShare(order), shipments: [], requests: [], collects: false, early: {} };
}

/** Nothing can end differently any more. A reversal is an end too. */
export function isEnd(state: string): boolean {
  return (
    state === 'approved' ||
    state === 'declined' ||
    state === 'not_performed' ||
    state === 'reversed' ||
    state === 'refused'
  );
}

/** Books a shipment; its capture is queued where it is worth anything. @throws SplitError */
export function shipped(book: OrderBook, shipment: string, items: readonly Item[]): OrderBook {
  const parcel = ship(book.progress, items);
  const lines = items.map(({ line, quantity }) => ({
    line,
    quantity,
    net: netOf(book.progress, line, quantity),
    returned: 0,
  }));
  const capture = parcel.amount === 0 ? null : shipment;
  const asked =
    capture === null
      ? []
      : [request({ id: capture, kind: 'capture', amount: parcel.amount, lines: parcel.lines, shipment })];
  return {
    ...book,
    progress: parcel.progress,
    shipments: [...book.shipments, { shipment, lines, capture, forgone: false }],
    requests: [...book.requests, ...asked],
  };
}

/** Cancels open pieces of a line. @throws SplitError */
export function cancelled(book: OrderBook, items: readonly Item[]): OrderBook {
  return { ...book, progress: cancel(book.progress, items).progress };
}

/** A capture that was declined or not performed is asked for again, under an id of its own. */
export function capturedAgain(book: OrderBook, shipment: string, id: string): OrderBook {
  const failed = failedCapture(book, shipment);
  if (failed === null) return book;
  const { amount, lines } = failed;
  return {
    ...withShipment(book, shipment, (each) => ({ ...each, capture: id })),
    requests: [...book.requests, request({ id, kind: 'capture', amount, lines, shipment })],
  };
}

/** Nobody tries to capture this shipment any more: its share is released with the rest. */
export function forgone(book: OrderBook, shipment: string): OrderBook {
  return withShipment(book, shipment, (each) => ({ ...each, forgone: true }));
}

/** Queues the refund of pieces of one shipped line. Call {@link returnable} first. */
export function returned(book: OrderBook, id: string, shipment: string, item: Item): OrderBook {
  const parcel = book.shipments.find((each) => each.shipment === shipment);
  const line = parcel?.lines.find((each) => each.line === item.line);
  const goods = book.progress.order.lines.find((each) => each.id === item.line);
  if (parcel === undefined || line === undefined || goods === undefined) return book;
  const amount = step(line.net, line.returned, line.returned + item.quantity, line.quantity);
  const next = withShipment(book, shipment, (each) => ({
    ...each,
    lines: each.lines.map((part) =>
      part === line ? { ...part, returned: part.returned + item.quantity } : part,
    ),
  }));
  if (amount === 0) return next;
  const lines = refundLines(goods, item.quantity, amount);
  return {
    ...next,
    requests: [
      ...next.requests,
      request({ id, kind: 'refund', amount, lines, shipment, capture: parcel.capture }),
    ],
  };
}

/** Pieces of a line in a shipment that was paid for and that did not come back yet. */
export function returnable(book: OrderBook, shipment: string, line: string): number {
  const parcel = book.shipments.find((each) => each.shipment === shipment);
  const part = parcel?.lines.find((each) => each.line === line);
  if (parcel === undefined || part === undefined) return 0;
  const paid = parcel.capture === null || requestOf(book, parcel.capture)?.state === 'approved';
  return paid ? part.quantity - part.returned : 0;
}

/** The capture of a shipment that ended without money and that nobody has given up; null where there is none. */
export function failedCapture(book: OrderBook, shipment: string): Request | null {
  const parcel = book.shipments.find((each) => each.shipment === shipment);
  if (parcel === undefined || parcel.capture === null || parcel.forgone) return null;
  const found = requestOf(book, parcel.capture);
  return found !== undefined && isEnd(found.state) && found.state !== 'approved' ? found : null;
}

export const requestOf = (book: OrderBook, id: string): Request | undefined =>
  book.requests.find((each) => each.id === id);

/** Nothing open, nothing asked for or still to be asked, no failed capture that someone may try again. */
export function isComplete(book: OrderBook, order: string): boolean {
  return (
    isOver(book) && book.requests.every((each) => isEnd(each.state)) && nextRequest(book, order) === null
  );
}

function isOver(book: OrderBook): boolean {
  return (
    openItems(book.progress).length === 0 &&
    !book.shipments.some((each) => failedCapture(book, each.shipment) !== null)
  );
}

/**
 * What goes to the payment now, or null. A capture is final when nothing is open, no other one is queued and none has
 * failed that may be tried again. When the order ended without such a capture and something of it is still held, the
 * rest is released, under `<order>.release`.
 */
export function nextRequest(book: OrderBook, order: string): Request | null {
  if (book.requests.some((each) => isUnderWay(book, each))) return null;
  const queued = book.requests.filter((each) => each.state === 'queued');
  const first = queued[0];
  if (first !== undefined) {
    const last =
      first.kind === 'capture' &&
      isOver(book) &&
      queued.filter((each) => each.kind === 'capture').length === 1;
    return { ...first, final: last };
  }
  const id = `${order}.release`;
  if (!isOver(book) || requestOf(book, id) !== undefined || !somethingHeld(book)) return null;
  return request({ id, kind: 'release', amount: 0, lines: [], shipment: null });
}

/** Its end is waited for; a capture that is being collected ends only with the last one. */
function isUnderWay(book: OrderBook, { state, kind, final }: Request): boolean {
  if (state === 'queued' || isEnd(state)) return false;
  return !(book.collects && state === 'planned' && kind === 'capture' && !final);
}

/** A request went out or its state became known. */
export function recorded(book: OrderBook, sent: Request): OrderBook {
  const known = requestOf(book, sent.id);
  const early = book.early[sent.id];
  const { [sent.id]: _, ...rest } = book.early;
  // What the payment told is later than what it answered.
  const now = early !== undefined && sent.state !== 'sending' ? { ...sent, ...early } : sent;
  const requests =
    known === undefined
      ? [...book.requests, now]
      : book.requests.map((each) => (each.id === sent.id ? now : each));
  return { ...book, requests, early: now === sent ? book.early : rest };
}

/** The payment told the end of an operation, perhaps before its answer arrived. */
export function ended(book: OrderBook, operation: string, state: string, booked: number | null): OrderBook {
  const found = requestOf(book, operation);
  if (found === undefined || found.state === 'sending') {
    return { ...book, early: { ...book.early, [operation]: { state, booked } } };
  }
  return {
    ...book,
    requests: book.requests.map((each) => (each === found ? { ...each, state, booked } : each)),
  };
}

function somethingHeld(book: OrderBook): boolean {
  if (book.requests.some((each) => each.kind === 'capture' && each.final && each.state === 'approved'))
    return false;
  const worth = book.progress.order.lines.reduce((sum, line) => sum + lineTotal(line), 0);
  const taken = book.requests.reduce(
    (sum, each) =>
      sum + (each.kind === 'capture' && each.state === 'approved' ? (each.booked ?? each.amount) : 0),
    0,
  );
  return taken < worth;
}

function request(
  of: Partial<Request> & Pick<Request, 'id' | 'kind' | 'amount' | 'lines' | 'shipment'>,
): Request {
  return { state: 'queued', booked: null, capture: null, final: false, reason: null, ...of };
}

function withShipment(book: OrderBook, shipment: string, change: (parcel: Shipped) => Shipped): OrderBook {
  return {
    ...book,
    shipments: book.shipments.map((each) => (each.shipment === shipment ? change(each) : each)),
  };
}

/** What pieces of a line cost less the discount that the split gives to just these pieces. */
function netOf(progress: OrderProgress, id: string, quantity: number): number {
  const line = progress.order.lines.find((each) => each.id === id);
  const state = progress.goods.find((each) => each.line === id);
  if (line === undefined || state === undefined) return 0;
  const gone = state.shipped + state.cancelled;
  return quantity * line.unitPrice.value - step(state.discount, gone, gone + quantity, line.quantity);
}

/** Pieces at their price and, where a discount was on them, its share as one voucher; they sum to the amount. */
function refundLines(goods: Line, quantity: number, amount: number): readonly Line[] {
  const { id, description, unitPrice, vatRate } = goods;
  const rate = vatRate === undefined ? {} : { vatRate };
  const pieces: Line = { id, type: lineType(goods), description, quantity, unitPrice, ...rate };
  const off = quantity * unitPrice.value - amount;
  if (off === 0) return [pieces];
  const price = { value: -off, currency: unitPrice.currency };
  return [pieces, { id, type: 'voucher', description: 'Discount', quantity: 1, unitPrice: price, ...rate }];
}

/** The same steps as those of the split, so that the parts of a row sum to its total. */
function step(total: number, from: number, to: number, all: number): number {
  const upTo = (count: number): bigint => (BigInt(total) * BigInt(count)) / BigInt(all);
  return Number(upTo(to) - upTo(from));
}
