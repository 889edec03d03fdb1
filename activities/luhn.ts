/**
 * Card numbers in any text (M8): runs of 13 to 19 digits, also in groups parted by one space or hyphen, whose Luhn
 * sum is right. One run in ten is right by chance, so only texts are masked this way and never the references that
 * calls are made with; account numbers in IBANs are told apart by the IBAN's own checksum, and UUIDs by their form.
 */
const GROUPED = /\d+(?:[ -]\d+)*/g;
const IBAN = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])/g;
const UUID = /(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])/gi;
const SHORTEST = 13;
const LONGEST = 19;

/** True for 13 to 19 digits with a right Luhn sum. */
export function isCardNumber(digits: string): boolean {
  if (digits.length < SHORTEST || digits.length > LONGEST || /\D/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighed = index % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

/** The text with each card number as `[card]`; `counts` says of a run of digits whether it is one. */
export function maskCardNumbers(text: string, counts: (digits: string) => boolean = isCardNumber): string {
  const ibans = [...text.matchAll(IBAN)].filter(([iban]) => isIban(iban.replaceAll(' ', '')));
  const kept = [...ibans, ...text.matchAll(UUID)].map(
    (match) => [match.index, match.index + match[0].length] as const,
  );
  const isKept = (at: number): boolean => kept.some(([from, to]) => at >= from && at < to);
  return text.replace(GROUPED, (run, at: number) => (isKept(at) ? run : maskRun(run, counts)));
}

/** The text without its UUIDs, whose digits are right by chance now and then. */
export const withoutUuids = (text: string): string => text.replaceAll(UUID, '');

/** Tries every stretch of whole groups, since a number may stand among others: "1 4111 1111 1111 1111 12". */
function maskRun(run: string, counts: (digits: string) => boolean): string {
  const parts = run.split(/([ -])/);
  const out: string[] = [];
  for (let from = 0; from < parts.length; ) {
    const to = endOfCard(parts, from, counts);
    if (to === null) {
      out.push(...parts.slice(from, from + 2));
      from += 2;
    } else {
      out.push('[card]', ...parts.slice(to + 1, to + 2));
      from = to + 2;
    }
  }
  return out.join('');
}

/** The last group of the longest card number that begins with the group at `from`; groups stand at even places. */
function endOfCard(
  parts: readonly string[],
  from: number,
  counts: (digits: string) => boolean,
): number | null {
  let digits = '';
  let found: number | null = null;
  for (let at = from; at < parts.length && digits.length <= LONGEST; at += 2) {
    digits += parts[at] ?? '';
    if (counts(digits)) found = at;
  }
  return found;
}

/** ISO 13616: the first four signs to the end, letters as 10 to 35, the number leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false;
  let rest = 0;
  for (const sign of text.slice(4) + text.slice(0, 4)) {
    for (const digit of String(Number.parseInt(sign, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}
