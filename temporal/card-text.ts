/**
 * Card numbers in texts that callers write freely. What such a text says stands in histories and ledgers for as long
 * as the payment does, so it is refused before anything is sent. Ids and provider parameters are not looked at: an id
 * may be any digits, and parameters are the adapter's to refuse.
 */
import { isCardNumber, maskCardNumbers } from '../activities/luhn.ts';
import type { Command } from '../payment/command.ts';
import type { Line } from '../payment/line.ts';
import type { CreateBody } from './create-body.ts';
import { PaymentError } from './payment-error.ts';

/** ISO/IEC 7812: issuers of payment cards begin with 3 to 6, or with 2221 to 2720. */
const ISSUED = /^(?:[3-6]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)/;

/** The path of a text and the text, in the order of the body. */
type Place = readonly [path: string, text: unknown];

/** @throws PaymentError `validation` with the path of the first text of a create body that holds a card number. */
export function refuseCardsInBody({ metadata, order, authorization }: CreateBody): void {
  const request = 'request' in authorization ? authorization.request : undefined;
  refuse([
    ['authorization.request.description', request?.description],
    ...lineTexts('authorization.request.lines', request?.lines),
    ['order.reference', order?.reference],
    ...lineTexts('order.lines', order?.lines),
    ...Object.keys(metadata ?? {}).map((name): Place => ['metadata', name]),
    ...Object.entries(metadata ?? {}).map(([name, value]): Place => [`metadata.${name}`, value]),
  ]);
}

/** @throws PaymentError `validation` with the path of the first text of a command that holds a card number. */
export function refuseCardsInCommand(command: Command): void {
  switch (command.type) {
    case 'capture':
      refuse([
        ['description', command.description],
        ['reference', command.reference],
        ['invoice.appendix', command.invoice?.appendix],
        ...lineTexts('lines', command.lines),
      ]);
      return;
    case 'release':
      refuse([['reason', command.reason]]);
      return;
    case 'refund':
      refuse([['reason', command.reason], ...lineTexts('lines', command.lines)]);
      return;
    case 'resolve':
      refuse([['evidence', command.evidence]]);
      return;
    case 'withdraw':
    case 'reschedule':
      return;
  }
}

const lineTexts = (path: string, lines: readonly Line[] = []): readonly Place[] =>
  lines.map(({ description }, index): Place => [`${path}[${index}].description`, description]);

function refuse(places: readonly Place[]): void {
  for (const [path, text] of places) {
    if (typeof text !== 'string' || !holdsCard(text)) continue;
    throw new PaymentError('validation', 'a card number may not stand in a text', { path });
  }
}

const holdsCard = (text: string): boolean => maskCardNumbers(text, isIssued) !== text;

const isIssued = (digits: string): boolean => ISSUED.test(digits) && isCardNumber(digits);
