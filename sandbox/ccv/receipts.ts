/** Receipts and eJournal as the seed shows them: lines of a JSON array in a text, and XML in a text (provider notes 1.6). */

import type { Settings } from './options.ts';

export interface Printed {
  readonly kind: string;
  /** In major units. */
  readonly amount: string;
  readonly currency: string;
  readonly terminalId: string;
  readonly stan: string;
}

/** A published test number, which no card has. */
const testCard = '4111 1111 1111 1111';

const cardLine = ({ wholeCardNumber }: Settings): string =>
  wholeCardNumber ? testCard : '**** **** **** 1111';

function lines(title: string, printed: Printed, settings: Settings): string[] {
  return [
    title,
    '',
    '******* PAS OP: TEST SYSTEEM *******',
    `Terminal: ${printed.terminalId}`,
    `Transactie: ${printed.stan}`,
    `Kaart: ${cardLine(settings)}`,
    `${printed.kind} ${printed.currency} ${printed.amount.replace('.', ',')}`,
    'AKKOORD "ONLINE"',
  ];
}

function journal(printed: Printed, settings: Settings): string {
  const card = cardLine(settings).replaceAll(' ', '');
  return [
    '<?xml version="1.0"?>',
    '<E-Journal>',
    `<Terminal>${printed.terminalId}</Terminal><Stan>${printed.stan}</Stan><Card>${card}</Card>`,
    `<${printed.kind} Currency="${printed.currency}">${printed.amount}</${printed.kind}>`,
    '</E-Journal>',
  ].join('\n');
}

/** The three documents of a transaction; empty where receipts are `absent`. */
export function documents(printed: Printed, settings: Settings): Record<string, string> {
  const customer = lines('Kopie Kaarthouder', printed, settings);
  const merchant = lines('Kopie Merchant', printed, settings);
  switch (settings.receipts) {
    case 'absent':
      return {};
    case 'text':
      return {
        customerReceipt: customer.join('\n'),
        journalReceipt: `[ ${merchant.map((line) => `"${line}"`).join(', ')}, `,
        eJournal: journal(printed, settings).slice(0, -5),
      };
    case 'lines':
    case 'as-printed':
      return {
        customerReceipt: JSON.stringify(customer),
        journalReceipt: JSON.stringify(merchant),
        eJournal: journal(printed, settings),
      };
  }
}

/** The seed's example escapes no quote of a receipt's last line, which ends the text too early. */
export const asPrinted = (answer: string): string =>
  answer.replaceAll(/\\"AKKOORD \\\\\\"ONLINE\\\\\\"\\"\]/g, '"..."]');
