/** Amounts of the twins: integers of minor units inside, decimals of major units on the wire. */

const groups: readonly (readonly [number, string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];
const exponents = new Map(
  groups.flatMap(([digits, list]) => list.split(' ').map((code): [string, number] => [code, digits])),
);

/** Decimals of a currency; everything that is not named has two. */
export const digitsOf = (currency: string): number => exponents.get(currency) ?? 2;

/** 8050, 2 → `80.5`; 8000, 2 → `80`: a JSON number as most libraries write it. */
export function toMajor(minor: number, digits: number): string {
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits === 0 ? '' : text.slice(-digits).replace(/0+$/, '');
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}

/** `80.50`, 2 → 8050; undefined for more decimals than there are, signs, exponents and what is no safe integer. */
export function toMinor(text: string, digits: number): number | undefined {
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[2]?.replace(/0+$/, '') ?? '';
  if (match === null || fraction.length > digits) return undefined;
  const value = Number((match[1] ?? '') + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(value) ? value : undefined;
}
