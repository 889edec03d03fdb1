/** The formats in which the documentation describes a parameter (seed 002). */

/** True when the value has the format. */
export type Format = (value: string) => boolean;

/** Digits without a sign or a leading zero; the bounds are of the value. */
export const integer =
  (min: number, max: number): Format =>
  (value) =>
    /^(0|-?[1-9]\d{0,9})$/.test(value) && Number(value) >= min && Number(value) <= max;

/** NUMERIC(a..b): that many digits, leading zeros included. */
export const digits =
  (min: number, max: number): Format =>
  (value) =>
    /^\d+$/.test(value) && value.length >= min && value.length <= max;

/** CHAR(a..b), counted in characters, not in bytes. */
export const char =
  (min: number, max: number): Format =>
  (value) => {
    const length = [...value].length;
    return length >= min && length <= max;
  };

/** LIST, exact spelling. */
export const list =
  (...values: readonly string[]): Format =>
  (value) =>
    values.includes(value);

export const pattern =
  (expression: RegExp): Format =>
  (value) =>
    expression.test(value);

/** DATE(8), YYYYMMDD, and a day that exists. */
export const date: Format = (value) => {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(value);
  if (parts === null) return false;
  const [, year, month, day] = parts;
  const instant = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(`${year}-${month}-${day}`);
};

export const unixTime: Format = pattern(/^[1-9]\d{0,9}$/);

/** CHAR(2..255) that is an absolute http or https address. */
export const address: Format = (value) =>
  value.length <= 255 && /^https?:\/\//.test(value) && URL.canParse(value);

/** The largest amount that is printed as `19 999 999 99`. */
export const largestAmount = 1_999_999_999;

/** NUMERIC(1..10), at most 1 999 999 999 either way. */
export const amount: Format = integer(-largestAmount, largestAmount);

/** IBAN by its check digits. */
export const iban: Format = (value) => {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/.test(value)) return false;
  const text = (value.slice(4) + value.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  let rest = 0;
  for (const digit of text) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
};
