const SIGNS = String.raw`[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]`;
/** Begins a formula in a spreadsheet, also behind white space, which some drop. */
const FORMULA = new RegExp(String.raw`^[\s\u00A0]*${SIGNS}`);
/** Begins one where a spreadsheet takes another sign for the separator. */
const AFTER_SEPARATOR = new RegExp(String.raw`([;\t|])(?=[\s\u00A0]*${SIGNS})`, 'g');

export type Cell = string | number | { readonly decimal: string } | null;

/**
 * One cell of RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe before it, because a
 * payment's id or a reference is somebody else's word; numbers and our own decimal
 * texts (`{ decimal }`) stay as they are, so that a negative one can be summed.
 */
function cellText(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return value.decimal;
  const guarded = value.replaceAll(AFTER_SEPARATOR, "$1'");
  const text = FORMULA.test(value) ? `'${guarded}` : guarded;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One record with its line break (CRLF, RFC 4180). */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`;
