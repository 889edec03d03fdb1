/** Card numbers have no place here (M8): they are refused where they come in and masked where a text could repeat one. */

const RUN = /(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])/g;
const MASK = '[card number]';

const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const counted = at % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
};

const isCardNumber = (run: string): boolean => passesLuhn(run.replace(/[ -]/g, ''));

/** True where the text holds 13 to 19 digits in a row, or grouped by spaces or hyphens, that pass the Luhn check. */
export const holdsCardNumber = (text: string): boolean => (text.match(RUN) ?? []).some(isCardNumber);

/** PAYONE's pseudo card numbers may pass the Luhn check as well; they begin with 9, which no card scheme issues. */
export const isPseudoCardNumber = (text: string): boolean =>
  /^9[0-9]{15,18}$/.test(text) || !holdsCardNumber(text);

/** The text with each card number in it replaced. */
export const withoutCardNumbers = (text: string): string =>
  text.replace(RUN, (run) => (isCardNumber(run) ? MASK : run));
