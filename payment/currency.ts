/**
 * The active alphabetic codes of ISO 4217 and their exponents, up to amendment 180 (BGN left on 2026-01-01).
 * The table is our own because the one that comes with the runtime's locale data rounds the way prices are shown,
 * not the way they are booked, and differs from the standard in 29 codes.
 */
import { MoneyError } from './money.ts';

/** The exponent of an account's own codes, for example `{ "XTS": 2 }` (finline). */
export type Exponents = Readonly<Record<string, number>>;

const codes = (text: string): readonly string[] => text.split(' ');

const BY_EXPONENT: readonly (readonly [number | null, readonly string[]])[] = [
  [0, codes('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF')],
  [
    2,
    [
      ...codes('AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD'),
      ...codes('CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP'),
      ...codes('GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT'),
      ...codes('LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN'),
      ...codes(
        'NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE',
      ),
      ...codes('SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST'),
      ...codes('XAD XCD XCG YER ZAR ZMW ZWG'),
    ],
  ],
  [3, codes('BHD IQD JOD KWD LYD OMR TND')],
  [4, codes('CLF UYW')],
  // The standard prints "N.A." for metals, bond units, drawing rights and the codes for tests and for no currency.
  [null, codes('XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX')],
];

/** Active code → exponent (decimals of the minor unit); `null` where the standard says "N.A.". */
export const CURRENCIES: Readonly<Record<string, number | null>> = Object.freeze(
  Object.fromEntries(BY_EXPONENT.flatMap(([exponent, list]) => list.map((code) => [code, exponent]))),
);

const tabled = (code: string): number | null | undefined =>
  Object.hasOwn(CURRENCIES, code) ? CURRENCIES[code] : undefined;

/**
 * The number of decimals between the major and the minor unit of a currency.
 *
 * @param code - ISO 4217 alphabetic code, upper case.
 * @param overrides - the account's `exponents`; they name codes that the table leaves open and never contradict it,
 *   since a currency that meant two things would make every stored amount ambiguous.
 * @returns 0, 2, 3 or 4 from the table, 0 to 4 from the overrides.
 * @throws MoneyError `unknown-currency` for a code outside the table, `no-exponent` for an "N.A." code that no
 *   override names, `exponent-contradicts` for an override that differs from the table or is not 0 to 4.
 */
export function exponentOf(code: string, overrides: Exponents = {}): number {
  const own = tabled(code);
  const given = Object.hasOwn(overrides, code) ? overrides[code] : undefined;
  if (given !== undefined) {
    const fits = Number.isInteger(given) && given >= 0 && given <= 4 && /^[A-Z]{3}$/.test(code);
    if (!fits || (typeof own === 'number' && own !== given)) {
      throw new MoneyError('exponent-contradicts', `exponent ${given} does not fit currency ${shown(code)}`, {
        currency: shown(code),
        given,
        ...(typeof own === 'number' ? { table: own } : {}),
      });
    }
    return given;
  }
  if (own === undefined) {
    throw new MoneyError('unknown-currency', `${shown(code)} is no active ISO 4217 code`, {
      currency: shown(code),
    });
  }
  if (own === null) {
    throw new MoneyError(
      'no-exponent',
      `currency ${code} has no minor unit in ISO 4217 and the account names none`,
      {
        currency: code,
      },
    );
  }
  return own;
}

/** True exactly when {@link exponentOf} gives an exponent for the code, so that amounts in it can be booked. */
export function isCurrency(code: unknown, overrides: Exponents = {}): code is string {
  if (typeof code !== 'string') return false;
  try {
    exponentOf(code, overrides);
    return true;
  } catch {
    return false;
  }
}

// A refused code comes from outside and may be of any length.
const shown = (code: string): string => (code.length > 12 ? `${code.slice(0, 12)}…` : code);
