/** Order lines: what a capture, a refund or an order is made of, in the provider-neutral form. */
import { type Figures, formatFigure, type Money, MoneyError } from './money.ts';

/** Goods are shipped by the piece; shipment and handling are costs; a voucher is a discount. */
export const LINE_TYPES = ['goods', 'shipment', 'handling', 'voucher'] as const;
export type LineType = (typeof LINE_TYPES)[number];

export interface Line {
  /** 1 to 32 characters, the article number. */
  readonly id: string;
  /** @default 'goods' */
  readonly type?: LineType;
  /** 1 to 255 characters. */
  readonly description: string;
  /** Pieces, 1 to 999 999. */
  readonly quantity: number;
  /** Gross price of one piece: 0 or more, of a voucher 0 or less. */
  readonly unitPrice: Money;
  /** Basis points, 0 to 9999. @default 0 */
  readonly vatRate?: number;
  /** The VAT contained in the whole line: of its sign and not above its total. */
  readonly vatAmount?: Money;
  /** YYYY-MM-DD. */
  readonly deliveryDate?: string;
  /** YYYY-MM-DD, not before `deliveryDate`. */
  readonly deliveryEndDate?: string;
}

/** Why lines were refused; `path` is from the request's root, as in `lines[2].quantity`. */
export interface LineRefusal {
  readonly code: 'lines-sum' | 'validation';
  readonly path: string;
  readonly message: string;
  readonly figures: Figures;
}

/** Most lines in one request (seed 002). */
export const MOST_LINES = 400;
const MOST_PIECES = 999_999;

export const lineType = (line: Line): LineType => line.type ?? 'goods';

/** quantity × unitPrice in minor units. @throws MoneyError `unsafe`. */
export function lineTotal(line: Line): number {
  const total = line.quantity * line.unitPrice.value;
  if (!Number.isSafeInteger(total)) {
    throw new MoneyError('unsafe', 'the line total is not a safe integer of minor units', {
      quantity: line.quantity,
      unitPrice: line.unitPrice.value,
    });
  }
  return total === 0 ? 0 : total;
}

/**
 * The sum of all line totals in minor units; of no lines it is 0. Charges and vouchers must be safe sums of their own,
 * so that the result does not depend on the order of the lines.
 *
 * @throws MoneyError `unsafe`.
 */
export function linesTotal(lines: readonly Line[]): number {
  let charges = 0;
  let discounts = 0;
  for (const line of lines) {
    const total = lineTotal(line);
    if (total >= 0) charges += total;
    else discounts += total;
  }
  if (!Number.isSafeInteger(charges) || !Number.isSafeInteger(discounts)) {
    throw new MoneyError('unsafe', 'the sum of the lines is not a safe integer of minor units', {
      lines: lines.length,
    });
  }
  return charges + discounts;
}

/**
 * Checks lines against the contract and against the amount that they stand for. The first fault is reported.
 * Lines that came as JSON may be checked as well: wrong types are faults, never throws.
 *
 * @param amount - minor units; the line totals sum to it exactly.
 * @param currency - ISO 4217; all lines are in it.
 * @returns null when all is well, else `validation` with the field or `lines-sum` with both sums.
 */
export function checkLines(lines: readonly Line[], amount: number, currency: string): LineRefusal | null {
  if (!Array.isArray(lines)) return fault('lines', 'must be a list', {});
  if (lines.length > MOST_LINES) {
    return fault('lines', `at most ${MOST_LINES} lines, got ${lines.length}`, {
      max: MOST_LINES,
      got: lines.length,
    });
  }
  for (const [index, line] of lines.entries()) {
    const refusal = checkLine(line, currency, `lines[${index}]`);
    if (refusal !== null) return refusal;
  }
  let total: number;
  try {
    total = linesTotal(lines);
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    return fault('lines', error.message, error.figures);
  }
  if (total === amount) return null;
  return {
    code: 'lines-sum',
    path: 'lines',
    message: `lines sum to ${formatFigure(total)}, amount is ${Number.isSafeInteger(amount) ? formatFigure(amount) : amount}`,
    figures: { lines: total, amount },
  };
}

function checkLine(line: Line, currency: string, path: string): LineRefusal | null {
  if (typeof line !== 'object' || line === null) return fault(path, 'must be an object', {});
  return (
    checkText(line.id, 32, `${path}.id`) ??
    (line.type === undefined || LINE_TYPES.includes(line.type)
      ? null
      : fault(`${path}.type`, `must be one of ${LINE_TYPES.join(', ')}`, {})) ??
    checkText(line.description, 255, `${path}.description`) ??
    checkInteger(line.quantity, 1, MOST_PIECES, `${path}.quantity`) ??
    checkPrice(line, currency, path) ??
    (line.vatRate === undefined ? null : checkInteger(line.vatRate, 0, 9999, `${path}.vatRate`)) ??
    checkVat(line, currency, path) ??
    checkDates(line, path)
  );
}

function checkText(text: unknown, max: number, path: string): LineRefusal | null {
  const length = typeof text === 'string' ? [...text].length : 0;
  return length >= 1 && length <= max
    ? null
    : fault(path, `must have 1 to ${max} characters`, { max, got: length });
}

function checkInteger(value: unknown, min: number, max: number, path: string): LineRefusal | null {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return null;
  return fault(path, `must be an integer from ${min} to ${max}`, { min, max, got: String(value) });
}

function checkMoney(amount: Money, currency: string, path: string): LineRefusal | null {
  if (typeof amount !== 'object' || amount === null)
    return fault(path, 'must be an amount with its currency', {});
  if (!Number.isSafeInteger(amount.value)) {
    return fault(`${path}.value`, 'must be a safe integer of minor units', { got: String(amount.value) });
  }
  if (amount.currency === currency) return null;
  return fault(`${path}.currency`, `must be ${currency}`, {
    currency,
    got: String(amount.currency).slice(0, 12),
  });
}

function checkPrice(line: Line, currency: string, path: string): LineRefusal | null {
  const refusal = checkMoney(line.unitPrice, currency, `${path}.unitPrice`);
  if (refusal !== null) return refusal;
  const price = line.unitPrice.value;
  const voucher = lineType(line) === 'voucher';
  if (voucher ? price > 0 : price < 0) {
    return fault(`${path}.unitPrice.value`, voucher ? 'a voucher is 0 or less' : 'must be 0 or more', {
      got: price,
    });
  }
  if (Number.isSafeInteger(line.quantity * price)) return null;
  return fault(path, 'the line total is not a safe integer of minor units', {
    quantity: line.quantity,
    price,
  });
}

function checkVat(line: Line, currency: string, path: string): LineRefusal | null {
  if (line.vatAmount === undefined) return null;
  const refusal = checkMoney(line.vatAmount, currency, `${path}.vatAmount`);
  if (refusal !== null) return refusal;
  const vat = line.vatAmount.value;
  const total = lineTotal(line);
  if (total >= 0 ? vat >= 0 && vat <= total : vat <= 0 && vat >= total) return null;
  return fault(`${path}.vatAmount.value`, 'must lie between 0 and the line total', { total, got: vat });
}

function checkDates(line: Line, path: string): LineRefusal | null {
  for (const field of ['deliveryDate', 'deliveryEndDate'] as const) {
    const date = line[field];
    if (date !== undefined && !isDate(date)) {
      return fault(`${path}.${field}`, 'must be a calendar date YYYY-MM-DD', {});
    }
  }
  const { deliveryDate, deliveryEndDate } = line;
  if (deliveryDate === undefined || deliveryEndDate === undefined || deliveryDate <= deliveryEndDate)
    return null;
  return fault(`${path}.deliveryEndDate`, `must not be before ${deliveryDate}`, {});
}

/** True for a date of the Gregorian calendar written YYYY-MM-DD. */
export function isDate(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

/** A refusal of one field. */
export function fault(path: string, message: string, figures: Figures): LineRefusal {
  return { code: 'validation', path, message, figures };
}
