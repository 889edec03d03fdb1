/**
 * Receipts and eJournal: business data, since a charger or a pump has no printer (provider notes 1.6). They are kept as
 * they came, but for card numbers, and no payment fails because one of them cannot be read.
 */
import { withoutCardNumbers } from '../card-number.ts';

/** `merchantReceipt` is the name in the answer to a SALE, `journalReceipt` in the answer to a CAPTURE (seed 000; notes 1.2). */
export const DOCUMENTS = ['customerReceipt', 'merchantReceipt', 'journalReceipt', 'eJournal'] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

/** A receipt takes two KiB, an eJournal a few; what is sealed travels through every history of the payment. */
const LONGEST = 32_768;

/** The lines of a receipt, which is a JSON array in a text; null where it is none, and the text itself is all there is. */
export function linesOf(receipt: string): readonly string[] | null {
  try {
    const lines: unknown = JSON.parse(receipt);
    return Array.isArray(lines) && lines.every((line) => typeof line === 'string') ? lines : null;
  } catch {
    return null;
  }
}

const JOURNAL = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?<E-Journal(?:\s[^>]*)?(?:\/>|>[^]*<\/E-Journal\s*>)\s*$/;

/** Whether the text is one element `E-Journal`; its schema is not published. */
export const isJournal = (text: string): boolean => JOURNAL.test(text);

/** The banner that a terminal on a test host prints (seed 000). */
export const isOfTestSystem = (receipt: string): boolean => /TEST SYSTE{1,2}M/i.test(receipt);

export interface KeptDocuments {
  /** What is to be sealed: each document as it came, card numbers masked. */
  readonly texts: Readonly<Partial<Record<DocumentName, string>>>;
  /** What may be read: which documents came and in which form, and whether a test system printed them. */
  readonly facts: Readonly<Record<string, string>>;
}

/** @param given - a document that is no text (a real array, say) is kept as its JSON. */
export function keptDocuments(given: Readonly<Partial<Record<DocumentName, unknown>>>): KeptDocuments {
  const texts: Partial<Record<DocumentName, string>> = {};
  const facts: Record<string, string> = {};
  for (const name of DOCUMENTS) {
    const value = given[name];
    if (value === undefined || value === null || value === '') continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    texts[name] = keptText(text);
    facts[name] = formOf(name, text) + (text.length > LONGEST ? `, cut at ${LONGEST} characters` : '');
    if (isOfTestSystem(text)) facts['testSystem'] = 'yes';
  }
  return { texts, facts };
}

function formOf(name: DocumentName, text: string): string {
  if (name === 'eJournal') return isJournal(text) ? 'xml' : 'text';
  const lines = linesOf(text);
  return lines === null ? 'text' : `${lines.length} lines`;
}

/** Masked first and cut afterwards: half a card number would pass as none. */
export const keptText = (text: string): string => withoutCardNumbers(text).slice(0, LONGEST);
